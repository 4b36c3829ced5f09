/** What is excluded stays on the machine: by pattern, by .fimignore, by a link that leads there. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { middle } from "../support/fim-answers.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";

/** Two of them, so that a workspace model has something to learn. */
const marked = "const CANARY_7f3a = takeCanary();\nconst CANARY_7f3b = takeCanary();\n";

let folder: string;
let fim: FimServer;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "fim-privacy-"));
  fim = await startFimServer();
  fim.answer = middle("plain();");
});

afterEach(async () => {
  await fim.close();
  rmSync(folder, { recursive: true });
});

function put(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

function start(options: Readonly<Record<string, unknown>> = {}): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "privacy-key-0123456789" },
    ownSettings: { "provider.endpoint": fim.endpoint, ...options },
    initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
  });
}

async function askIn(client: LspClient, uri: string): Promise<unknown> {
  const place = client.open(`${marked}const next = ‸\n`, { uri });
  return client.inline(place);
}

function sent(): string {
  return fim.requests.map(({ body }) => body).join("\n");
}

test("documents that are excluded are never sent, by whatever name they are opened", async () => {
  put(".fimignore", "private/\n*.local.ts\n");
  const secret = put("keys/id_rsa.ts", marked);
  const uris = [
    secret,
    put(".env", marked),
    put(".ENV.production", marked),
    put("private/deep/a.ts", marked),
    put("b.local.ts", marked),
  ];
  put("nested/.fimignore", "c.ts\n");
  uris.push(put("nested/c.ts", marked));
  symlinkSync(join(folder, "keys/id_rsa.ts"), join(folder, "harmless.ts"));
  symlinkSync(join(folder, "private"), join(folder, "public"));
  uris.push(pathToFileURL(join(folder, "harmless.ts")).href);
  uris.push(pathToFileURL(join(folder, "public/deep/a.ts")).href);
  uris.push(pathToFileURL(join(folder, "public/deep/not-there-yet.ts")).href);
  // Spelled as no editor does, but as a file system understands.
  uris.push(`${pathToFileURL(folder).href}/keys/../private/./x.ts`);

  const client = await start();
  for (const uri of uris) expect([uri, await askIn(client, uri)]).toEqual([uri, { items: [] }]);
  expect(fim.requests).toEqual([]);
  await client.inline(client.open("const fine = ‸\n", { uri: put("fine.ts", "") }));
  expect(fim.requests).toHaveLength(1);
  expect(sent()).not.toContain("CANARY");
  await client.close();
});

test("without files.respectIgnoreFiles a .fimignore is a file like any other", async () => {
  put(".fimignore", "*.local.ts\n");
  const client = await start({ "files.respectIgnoreFiles": false });
  await askIn(client, put("b.local.ts", marked));
  expect(sent()).toContain("CANARY");
  await client.close();
});

/** Excerpts are gathered when nothing else happens: a later prompt has them. */
function createPrompts(client: LspClient) {
  let count = 0;
  const place = client.open("const main = ‸;\n", { uri: put("main.ts", "") });
  return {
    /** A part of the text that was asked about last. */
    last: () => `const main${count} = `,
    next: async (): Promise<string> => {
      const text = `const main${++count} = ‸;\n`;
      await client.inline(client.change(place, text));
      return fim.requests.at(-1)?.body ?? "";
    },
    /** Opens another document, and edits it. */
    edit: (uri: string, text: string): void => {
      client.open(`${text}‸`, { uri });
      const top = { line: 0, character: 0 };
      client.notify("textDocument/didChange", {
        textDocument: { uri, version: 2 },
        contentChanges: [{ range: { start: top, end: top }, text }],
      });
    },
  };
}

const patient = { interval: 500, timeout: 15_000 };

test("what .gitignore lists is completed, and is no context of another file", async () => {
  put(".gitignore", "/generated/\n*.local.ts\n");
  const client = await start();
  const prompts = createPrompts(client);
  await prompts.next();
  const ignored = [put("settings.local.ts", ""), put("generated/a.ts", "")];
  prompts.edit(put("shown.ts", ""), marked.replaceAll("CANARY", "BEACON"));
  for (const uri of ignored) prompts.edit(uri, marked);
  await expect.poll(prompts.next, patient).toContain("BEACON");
  expect(sent()).not.toContain("CANARY");
  await askIn(client, ignored[0] ?? "");
  expect(sent()).toContain("CANARY");
  await client.close();
});

test.for([".gitignore", ".fimignore"])(
  "a %s that the client tells of: from then on an open document is no excerpt",
  async (name) => {
    const client = await start();
    const prompts = createPrompts(client);
    await prompts.next();
    prompts.edit(put("later.ts", ""), marked);
    prompts.edit(put("shown.ts", ""), marked.replaceAll("CANARY", "BEACON"));
    await expect.poll(prompts.next, patient).toContain("CANARY");
    const uri = put(name, "later.ts\n");
    client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 1 }] });
    const after = await prompts.next();
    expect(after).toContain(prompts.last());
    expect(after).not.toContain("CANARY");
    // The other one's is as good as before.
    await expect.poll(prompts.next, patient).toContain("BEACON");
    expect(fim.requests.at(-1)?.body).not.toContain("CANARY");
    await client.close();
  },
);

test("a .gitignore that nobody tells of: soon an open document is no excerpt", async () => {
  const client = await start();
  const prompts = createPrompts(client);
  await prompts.next();
  prompts.edit(put("later.ts", ""), marked);
  await expect.poll(prompts.next, patient).toContain("CANARY");
  put(".gitignore", "later.ts\n");
  await expect.poll(prompts.next, patient).not.toContain("CANARY");
  await client.close();
});

test("a pattern that is set while excerpts are known: they are used no more", async () => {
  const client = await start();
  const prompts = createPrompts(client);
  await prompts.next();
  prompts.edit(put("later.ts", ""), marked);
  await expect.poll(prompts.next, patient).toContain("CANARY");
  client.notify("workspace/didChangeConfiguration", {
    settings: { fim: { "files.exclude": ["later.ts"] } },
  });
  await expect.poll(prompts.next, patient).not.toContain("CANARY");
  await client.close();
});

test.for([".gitignore", ".fimignore"])(
  "a %s that comes later: what the workspace model learned from an open document is unlearnt",
  async (name) => {
    const client = await startServer({
      kind: "spawned",
      initializationOptions: { "provider.name": "workspace", "suggestions.minConfidence": 0.01 },
      initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
    });
    const place = client.open("const CANARY_‸\n", { uri: put("new.ts", "") });
    client.open(`${marked.repeat(9)}‸`, { uri: put("later.ts", marked.repeat(9)) });
    const answer = async () => JSON.stringify(await client.inline(place));
    await expect.poll(answer, patient).toContain("7f3");
    const uri = put(name, "later.ts\n");
    client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 1 }] });
    expect(await answer()).not.toContain("7f3");
    const model = async () => (await status(client)).workspaceModel;
    await expect.poll(model).toMatchObject({ isIndexing: false, files: 0 });
    expect(await answer()).not.toContain("7f3");
    client.notify("textDocument/didClose", {
      textDocument: { uri: pathToFileURL(join(folder, "later.ts")).href },
    });
    await expect.poll(model).toMatchObject({ isIndexing: false, files: 0, openDocuments: 1 });
    expect(await answer()).not.toContain("7f3");
    rmSync(join(folder, name));
    client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 3 }] });
    await expect.poll(answer, patient).toContain("7f3");
    await client.close();
  },
);

test("the workspace model learns nothing from excluded files and from links", async () => {
  put(".fimignore", "private/\n");
  put("private/a.ts", marked.repeat(9));
  put("id_rsa.ts", marked.repeat(9));
  put("open.ts", "const seen = lookAround();\n".repeat(9));
  mkdirSync(join(folder, "links"));
  symlinkSync(join(folder, "private/a.ts"), join(folder, "links/a.ts"));
  symlinkSync(join(folder, "private"), join(folder, "links/folder"));
  const client = await startServer({
    kind: "spawned",
    initializationOptions: { "provider.name": "workspace" },
    initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
  });
  const inLinks = pathToFileURL(join(folder, "links/folder/b.ts")).href;
  client.open("const x = 1;‸\n", { uri: inLinks });
  const indexed = async () => (await status(client)).workspaceModel;
  await expect.poll(indexed).toMatchObject({ isIndexing: false, files: 1 });
  put("added.ts", "const alsoSeen = lookAround();\n");
  const changed = ["links/a.ts", "links/folder/a.ts", "id_rsa.ts", "open.ts", "added.ts"];
  client.notify("workspace/didChangeWatchedFiles", {
    changes: changed.map((path) => ({ uri: pathToFileURL(join(folder, path)).href, type: 1 })),
  });
  // The added one is told last: when it is in, the others have been looked at.
  await expect.poll(indexed).toMatchObject({ isIndexing: false, files: 2 });
  const place = client.open("const CANARY_‸\n", { uri: put("new.ts", "") });
  expect(JSON.stringify(await client.inline(place))).not.toContain("7f3");
  await client.close();
});

test("secrets in other files are masked on the wire, counted, and never shown", async () => {
  const token = ["ghp", "aB3dE5gH7jK9mN1pQ2sT4vW6yZ8bC0xY2zA1"].join("_");
  const client = await start();
  const text = `const token = "${token}";\nconst db_password = "hunter-2-hunter";\n`;
  await client.inline(client.open(`${text}use(‸\n`));
  expect(sent()).not.toContain(token);
  expect(sent()).not.toContain("hunter");
  expect(sent()).toContain(`const token = \\"${"*".repeat(token.length)}\\"`);
  const answer = await status(client);
  expect(answer.counters).toMatchObject({ maskedSecrets: 2 });
  expect(JSON.stringify(answer)).not.toContain("hunter");
  await client.close();
});

test("prompt.maskSecrets off sends the text as it is", async () => {
  const client = await start({ "prompt.maskSecrets": false });
  await client.inline(client.open('const password = "hunter-2-hunter";\nuse(‸\n'));
  expect(sent()).toContain("hunter-2-hunter");
  await client.close();
});

interface Status {
  readonly counters: Readonly<Record<string, number>>;
  readonly workspaceModel?: Readonly<Record<string, unknown>>;
}

async function status(client: LspClient): Promise<Status> {
  return (await client.request("workspace/executeCommand", { command: "fim.status" })) as Status;
}
