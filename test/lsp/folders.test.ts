/** Which folders are indexed, through the built server: what it says of them in its status. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";

import { startServer, type LspClient } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** For a busy machine. */
const patient = { timeout: 10_000 };

/** A folder with so many sources; its URI has no slash at its end. */
function folderOf(files: number): string {
  const folder = join(temporaryFolder("fim-folders-"), "sources");
  mkdirSync(folder);
  for (let file = 0; file < files; file++) {
    writeFileSync(join(folder, `file${file}.ts`), `export const name${file} = compute(${file});\n`);
  }
  return pathToFileURL(folder).href;
}

async function indexedFiles(client: LspClient): Promise<unknown> {
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  const { workspaceModel } = status as { workspaceModel?: Record<string, unknown> };
  return workspaceModel?.["isIndexing"] === false ? workspaceModel["files"] : "indexing";
}

test("folders come and go, each once, however the client spells their ends", async () => {
  const [one, two] = [folderOf(1), folderOf(2)];
  const workspaceFolders = [{ uri: one }, { uri: `${one}/` }];
  const client = await startServer({ kind: "spawned", initializeParams: { workspaceFolders } });
  const indexed = () => indexedFiles(client);
  await expect.poll(indexed, patient).toBe(1);

  const change = (event: unknown) =>
    client.notify("workspace/didChangeWorkspaceFolders", { event });
  change({ added: [{ uri: `${two}/` }, { uri: two }], removed: null });
  await expect.poll(indexed, patient).toBe(3);
  change({ added: [], removed: [{ uri: one }] });
  await expect.poll(indexed, patient).toBe(2);
  change({ added: null, removed: [{ uri: two }, { uri: "untitled:none" }, null] });
  await expect.poll(indexed, patient).toBe(0);
  await client.close();
});

test.each([
  ["rootUri", (uri: string) => ({ rootUri: uri })],
  ["rootUri with a slash", (uri: string) => ({ rootUri: `${uri}/` })],
  ["rootPath", (uri: string) => ({ rootPath: new URL(uri).pathname })],
])("a folder told as %s can be removed", async (_, told) => {
  const uri = folderOf(1);
  const client = await startServer({ kind: "spawned", initializeParams: told(uri) });
  const indexed = () => indexedFiles(client);
  await expect.poll(indexed, patient).toBe(1);
  client.notify("workspace/didChangeWorkspaceFolders", {
    event: { added: [], removed: [{ uri }] },
  });
  await expect.poll(indexed, patient).toBe(0);
  await client.close();
});
