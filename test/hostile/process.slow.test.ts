/** What the process does when nobody reads what it writes. How it ends is in endings/. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";

import { frame, RawClient } from "../fuzz/raw-client.ts";
import { middle, silence } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";
import { spawnBuilt } from "../support/server-process.ts";

test("a client that closes its end of the pipe (SIGPIPE) ends it", async () => {
  const client = await startServer({ kind: "spawned" });
  client.expectErrors();
  client.server.output.destroy();
  void client.send("workspace/executeCommand", { command: "fim.status" });
  expect(await client.server.exited).toBe(1);
  expect(client.server.errorOutput()).toBe("");
});

test("a client that stops reading is served again when it reads on", async () => {
  const fim = await startFimServer();
  onTestFinished(() => fim.close());
  fim.answer = middle("someText();");
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "process-key-0123456789" },
    initializationOptions: { "provider.endpoint": fim.endpoint, "log.level": "debug" },
  });
  const place = client.open("const a = ‸\n");
  await client.inline(place);
  client.server.output.pause();
  const answers = Array.from(
    { length: 3000 },
    () => client.send("workspace/executeCommand", { command: "fim.status" }).answer,
  );
  client.server.output.resume();
  expect(await Promise.all(answers)).toHaveLength(3000);
  await client.inline(place);
  // Fails on an answer that came twice.
  await client.close();
});

test("answers that nobody reads pile up to a bound; later each arrives once", async () => {
  const client = await unreadClient();
  const { server } = client;
  const { ids, answers, sent } = await flood(client);
  // 4 MB of answers, a batch of requests and what the pipe holds; the rest waits with the client.
  expect(sent()).toBeLessThan(ids.length / 10);
  // 54 MB at rest and half a megabyte of garbage for each message read: 80 MB, should nothing be collected at all.
  expect(peakBytes(server.processId)).toBeLessThan(120 * 1024 * 1024);
  server.output.resume();
  for (const { error } of await answers) expect(error?.code).toBe(-32601);
  await client.ask("shutdown", undefined);
  await client.send({ method: "exit" });
  expect(await server.exited).toBe(0);
  expect(client.faults).toEqual([]);
});

test("a client that goes away without having read its answers takes the server with it", async () => {
  const client = await unreadClient();
  await flood(client);
  client.server.input.destroy();
  client.server.output.destroy();
  expect(await client.server.exited).toBe(1);
  expect(client.server.errorOutput()).toBe("");
});

test("a server that waits for its client to read ends with stdin", async () => {
  const { server } = await unreadClient();
  // Asks for 10 MB of answers, and has nothing more to say.
  const request = frame({ id: 1, method: "x".repeat(10_000_000) });
  server.input.end(request);
  expect(await server.exited).toBe(1);
});

test("a server that waits for its client to read ends with the client's process", async () => {
  const editor = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const client = await unreadClient(editor.pid);
  await flood(client);
  editor.kill("SIGKILL");
  expect(await client.server.exited).toBe(1);
});

test("a cancellation behind a flood is heard, and a flood of cancellations", async () => {
  const fim = await startFimServer();
  onTestFinished(() => fim.close());
  fim.answer = silence;
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "process-key-0123456789" },
    initializationOptions: { "provider.endpoint": fim.endpoint },
  });
  const waiting = client.send("textDocument/inlineCompletion", client.open("const a = ‸\n"));
  await fim.nextRequest();
  const place = client.open("‸\n");
  for (let line = 0; line < 5000; line++) client.change(place, `${"x".repeat(line)}‸\n`);
  waiting.cancel();
  expect((await waiting.answer).error?.code).toBe(-32800);
  for (let id = 0; id < 5000; id++) client.notify("$/cancelRequest", { id });
  await client.close();
});

test("shutdown and the end of stdin behind a flood are heard", async () => {
  const server = spawnBuilt(["--stdio"], {});
  const textDocument = { uri: "file:///a.ts", languageId: "typescript", version: 1 };
  const opened = { textDocument: { ...textDocument, text: "x".repeat(1000) } };
  server.output.resume();
  server.input.end(
    Buffer.concat([
      frame({ id: 1, method: "initialize", params: { processId: null, capabilities: {} } }),
      ...Array.from({ length: 10_000 }, () =>
        frame({ method: "textDocument/didOpen", params: opened }),
      ),
      frame({ id: 2, method: "shutdown" }),
    ]),
  );
  expect(await server.exited).toBe(0);
});

/** Initialized, and from now on reading nothing. */
async function unreadClient(processId: number | null = null): Promise<RawClient> {
  const client = new RawClient(spawnBuilt(["--stdio"], {}));
  await client.ask("initialize", { processId, capabilities: {} });
  await client.send({ method: "initialized", params: {} });
  client.server.output.pause();
  return client;
}

/** Asks for 150 MB of answers: each repeats the name of the method. Resolves when no more is taken. */
async function flood(client: RawClient) {
  const unknownMethod = "x".repeat(100_000);
  const ids = Array.from({ length: 1500 }, (_, index) => index);
  const answers = Promise.all(ids.map((id) => client.expect(id)));
  let sent = 0;
  const count = () => sent++;
  // A server that has ended takes no more.
  for (const id of ids) client.send({ id, method: unknownMethod }).then(count, () => {});
  for (let before = -1; before < sent;) {
    before = sent;
    await pause(300);
  }
  return { ids, answers, sent: () => sent };
}

/** Of resident memory; 0 where the system does not tell. */
function peakBytes(processId: number): number {
  if (process.platform !== "linux") return 0;
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}
