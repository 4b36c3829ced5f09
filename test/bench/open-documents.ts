/** What it costs the built server to open thousands of documents: CPU and resident memory per 2,500 of them. */
import { readFileSync } from "node:fs";

import { RawClient } from "../fuzz/raw-client.ts";
import { spawnBuilt } from "../support/server-process.ts";

const batch = 2500;

export async function bench(): Promise<void> {
  const server = spawnBuilt(["--stdio"], {});
  const client = new RawClient(server);
  await client.ask("initialize", { processId: null, rootUri: null, capabilities: {} });
  await client.send({ method: "initialized", params: {} });

  let opened = 0;
  for (let round = 0; round < 3; round++) {
    const before = usage(server.processId);
    for (let at = 0; at < batch; at++) await open(client, ++opened);
    // The background work ends before the last of these is answered.
    for (let turn = 0; turn < 30; turn++) {
      await client.ask("workspace/executeCommand", { command: "fim.status" });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const after = usage(server.processId);
    const perDocument = (after.residentKb - before.residentKb) / batch;
    console.log(
      `documents ${opened - batch} to ${opened}: ${(after.cpuSeconds - before.cpuSeconds).toFixed(1)} s of CPU, ${perDocument.toFixed(1)} KB each`,
    );
  }
  server.kill("SIGKILL");
}

function open(client: RawClient, number: number): Promise<void> {
  const text = `export function compute${number}(value: number): number {\n  const result = value * ${number};\n  return result + helper${number % 50}(value);\n}\n`;
  const uri = `file:///w/document-${number}.ts`;
  const textDocument = { uri, languageId: "typescript", version: 1, text };
  return client.send({ method: "textDocument/didOpen", params: { textDocument } });
}

/** Of Linux only. */
function usage(processId: number): { cpuSeconds: number; residentKb: number } {
  const folder = `/proc/${processId}`;
  const fields = readFileSync(`${folder}/stat`, "latin1").split(" ");
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`${folder}/status`, "latin1"))?.[1];
  return {
    cpuSeconds: (Number(fields[13]) + Number(fields[14])) / 100,
    residentKb: Number(resident),
  };
}
