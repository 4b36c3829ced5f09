/** What the process does when nobody reads what it writes. How it ends is in endings/. */
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";

import { RawClient } from "../fuzz/raw-client.ts";
import { middle } from "../support/fim-answers.ts";
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
  const client = new RawClient(spawnBuilt(["--stdio"], {}));
  const { server } = client;
  await client.ask("initialize", { processId: null, capabilities: {} });
  await client.send({ method: "initialized", params: {} });
  server.output.pause();
  // The answer repeats the name of the method: 150 MB in all.
  const unknownMethod = "x".repeat(100_000);
  const ids = Array.from({ length: 1500 }, (_, index) => index);
  const answers = Promise.all(ids.map((id) => client.expect(id)));
  let sent = 0;
  for (const id of ids) void client.send({ id, method: unknownMethod }).then(() => sent++);
  for (let before = -1; before < sent;) {
    before = sent;
    await pause(300);
  }
  // What is not read yet waits with the client.
  expect(sent).toBeLessThan(ids.length / 2);
  // Without a bound 480 MB; how far the pipe is read ahead of the answers varies, 125 to 275 MB were seen.
  expect(peakBytes(server.processId)).toBeLessThan(350 * 1024 * 1024);
  server.output.resume();
  for (const { error } of await answers) expect(error?.code).toBe(-32601);
  await client.ask("shutdown", undefined);
  await client.send({ method: "exit" });
  expect(await server.exited).toBe(0);
  expect(client.faults).toEqual([]);
});

/** Of resident memory; 0 where the system does not tell. */
function peakBytes(processId: number): number {
  if (process.platform !== "linux") return 0;
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}
