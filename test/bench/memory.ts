/**
 * Resident memory of the built server: `npm run bench -- memory [--documents 400]`. With many open documents of 1,000
 * lines, and with 10 MB of source indexed, beside a naive server that is sent the same.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { RawClient } from "../fuzz/raw-client.ts";
import { spawnBuilt } from "../support/server-process.ts";
import { projectRoot } from "../support/source-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { processFigures } from "./idle/process-figures.ts";

const linesOfDocument = 1000;
const indexedBytes = 10_000_000;

export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { documents: { type: "string", default: "400" } },
    allowPositionals: true,
    strict: false,
  });
  const documents = Math.max(1, Number(values.documents) || 400);
  const naive = join(projectRoot, "test/bench/latency/echo.mjs");
  const texts = Array.from({ length: documents }, (_, at) => textOf(at));
  console.log("| resident MiB | built server | naive server |\n| --- | --- | --- |");
  const open = `${documents} documents of ${linesOfDocument} lines`;
  console.log(`| ${open} | ${await withOpen(texts)} | ${await withOpen(texts, naive)} |`);
  console.log(`| 10 MB of source indexed, alone | ${await withIndex("workspace")} | |`);
  console.log(`| 10 MB of source indexed, beside a provider | ${await withIndex("mistral")} | |`);
}

async function withOpen(texts: readonly string[], program?: string): Promise<string> {
  const server = spawnBuilt(program === undefined ? ["--stdio"] : [], {}, program);
  const client = new RawClient(server);
  await client.ask("initialize", { processId: null, rootUri: null, capabilities: {} });
  await client.send({ method: "initialized", params: {} });
  for (const [at, text] of texts.entries()) {
    const textDocument = { uri: `file:///w/${at}.ts`, languageId: "typescript", version: 1, text };
    await client.send({ method: "textDocument/didOpen", params: { textDocument } });
  }
  return settled(client);
}

async function withIndex(provider: string): Promise<string> {
  const root = temporaryFolder("fim-memory-");
  for (let bytes = 0, file = 0; bytes < indexedBytes; file++) {
    const text = textOf(file);
    const folder = join(root, `folder-${file % 20}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `file-${file}.ts`), text);
    bytes += text.length;
  }
  const environment = {
    FIM_PROVIDER_NAME: provider,
    FIM_PROVIDER_ENDPOINT: "http://127.0.0.1:9/v1",
    MISTRAL_API_KEY: "bench-key-0123456789",
  };
  const client = new RawClient(spawnBuilt(["--stdio"], environment));
  const workspaceFolders = [{ uri: pathToFileURL(root).href, name: "w" }];
  await client.ask("initialize", { processId: null, capabilities: {}, workspaceFolders });
  await client.send({ method: "initialized", params: {} });
  return settled(client);
}

/** After the background work has ended. */
async function settled(client: RawClient): Promise<string> {
  let last = 0;
  for (let quiet = 0; quiet < 5;) {
    await pause(1000);
    const { cpuMs } = processFigures(client.server.processId);
    quiet = cpuMs - last < 50 ? quiet + 1 : 0;
    last = cpuMs;
  }
  const { residentMiB } = processFigures(client.server.processId);
  client.server.kill("SIGKILL");
  return residentMiB.toFixed(0);
}

/** Lines that differ, with words that come again, as in a program. */
function textOf(seed: number): string {
  const line = (at: number): string =>
    `  const value${(seed * 7 + at) % 997} = compute${at % 31}(item${at % 53}, "${seed}-${at}");\n`;
  return Array.from({ length: linesOfDocument }, (_, at) => line(at)).join("");
}
