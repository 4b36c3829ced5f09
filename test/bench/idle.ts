/**
 * What a server costs while nothing happens: `npm run bench -- idle [--seconds 60] [--files 1277]`. The built server with
 * one document, the same in a workspace of so many files, and a naive server of twenty lines, all at the same time.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

import { spawnBuilt, type ServerProcess } from "../support/server-process.ts";
import { projectRoot } from "../support/source-files.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";
import { processFigures } from "./idle/process-figures.ts";

/** Indexing and what a new process compiles have ended by then. */
const settleMs = 20_000;

export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      seconds: { type: "string", default: "60" },
      files: { type: "string", default: "1277" },
    },
    allowPositionals: true,
    strict: false,
  });
  const seconds = Math.max(10, Number(values.seconds) || 60);
  const files = Math.max(1, Number(values.files) || 1277);
  const rows: readonly (readonly [string, ServerProcess])[] = [
    ["naive server", start([], undefined, join(projectRoot, "test/bench/latency/echo.mjs"))],
    ["one document", start(["--stdio"], undefined)],
    [`one document, workspace of ${files} files`, start(["--stdio"], workspaceOf(files))],
  ];
  await pause(settleMs);
  const before = rows.map(([, { processId }]) => processFigures(processId));
  await pause(seconds * 1000);
  console.log(
    "| idle | CPU ms a minute | wakeups a minute | resident MiB |\n| --- | --- | --- | --- |",
  );
  for (const [at, [name, server]] of rows.entries()) {
    const now = processFigures(server.processId);
    const minutes = seconds / 60;
    const cpu = (now.cpuMs - (before[at]?.cpuMs ?? 0)) / minutes;
    const wakeups = (now.wakeups - (before[at]?.wakeups ?? 0)) / minutes;
    console.log(
      `| ${name} | ${cpu.toFixed(0)} | ${wakeups.toFixed(0)} | ${now.residentMiB.toFixed(1)} |`,
    );
    server.kill("SIGKILL");
  }
}

function start(
  argv: readonly string[],
  folder: string | undefined,
  program?: string,
): ServerProcess {
  const server = spawnBuilt(argv, {}, program);
  const workspaceFolders =
    folder === undefined ? null : [{ uri: pathToFileURL(folder).href, name: "w" }];
  const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } };
  const params = { processId: process.pid, rootUri: null, workspaceFolders, capabilities };
  write(server, { id: 1, method: "initialize", params });
  write(server, { method: "initialized", params: {} });
  const textDocument = {
    uri: "file:///w/a.ts",
    languageId: "typescript",
    version: 1,
    text: "let a = 1;\n",
  };
  write(server, { method: "textDocument/didOpen", params: { textDocument } });
  return server;
}

function write(server: ServerProcess, message: object): void {
  const body = JSON.stringify({ jsonrpc: "2.0", ...message });
  server.input.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** Small sources in folders of a hundred. */
function workspaceOf(files: number): string {
  const root = temporaryFolder("fim-idle-");
  for (let file = 0; file < files; file++) {
    const folder = join(root, `folder-${Math.floor(file / 100)}`);
    mkdirSync(folder, { recursive: true });
    const line = `export const value${file} = compute(${file}, ${file + 1});\n`;
    writeFileSync(join(folder, `file-${file}.ts`), line.repeat(20));
  }
  return root;
}
