/** A folder of a hundred thousand sources: who types is answered during the walk, which ends at its bound and says so. */
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

import { startServer } from "../support/lsp-client.ts";

const lesson = `meter.collectGauge("pressure", pascal);\n`;
const maxBytes = 1_000_000;
/** Of a file that small most of the memory is for the file itself. */
const mostIndexBytes = 20 * maxBytes;

let folder: string;

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "fim-many-")));
  for (let at = 0; at < 100; at++) {
    const below = join(folder, `folder${at}`);
    mkdirSync(below);
    const first = join(below, "file0.ts");
    writeFileSync(first, lesson.repeat(2));
    for (let more = 1; more < 1000; more++) linkSync(first, join(below, `file${more}.ts`));
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }), 60_000);

interface Learned {
  readonly isIndexing: boolean;
  readonly isFull: boolean;
  readonly files: number;
  readonly bytes: number;
  readonly indexBytes: number;
}

test("answers come during the walk, and the byte budget ends it", { timeout: 60_000 }, async () => {
  const client = await startServer({
    kind: "spawned",
    initializationOptions: {
      "provider.name": "workspace",
      "suggestions.minConfidence": 0.01,
      "workspaceModel.maxBytes": maxBytes,
    },
    initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
  });
  const learned = async (): Promise<Learned> => {
    const status = await client.request("workspace/executeCommand", { command: "fim.status" });
    return (status as { workspaceModel: Learned }).workspaceModel;
  };
  const question = `meter.collectGauge("pressure", ‸\n`;
  const uri = pathToFileURL(join(folder, "main.ts")).href;
  let place = client.open(question, { uri });
  let lines = 0;
  const answer = async (): Promise<string> => {
    place = client.change(place, "\n".repeat(++lines) + question);
    return JSON.stringify(await client.inline(place));
  };
  await expect.poll(answer, { timeout: 15_000 }).toContain("pascal");
  expect(await learned()).toMatchObject({ isIndexing: true, isFull: false });

  await expect
    .poll(learned, { interval: 100, timeout: 40_000 })
    .toMatchObject({ isIndexing: false, isFull: true });
  const { files, bytes, indexBytes } = await learned();
  expect(files).toBe(Math.floor(maxBytes / (2 * lesson.length)));
  expect(bytes).toBeLessThanOrEqual(maxBytes);
  expect(indexBytes).toBeLessThan(mostIndexBytes);
  expect(await answer()).toContain("pascal");
  await client.close();
});
