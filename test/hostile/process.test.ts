/** How the process ends, and what it does when nobody reads what it writes. */
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";

import { builtServer } from "../support/built-server.ts";
import { middle, silence } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";

/** A signal is answered within a second; the rest is for a busy machine. */
const guardMs = 10_000;

describe.skipIf(process.platform === "win32")("signals", () => {
  test.for(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
    "%s ends it while a request runs, and its far side hears of it",
    async (signal) => {
      const fim = await startFimServer();
      onTestFinished(() => fim.close());
      fim.answer = silence;
      const client = await startServer({
        kind: "spawned",
        environment: { MISTRAL_API_KEY: "process-key-0123456789" },
        initializationOptions: { "provider.endpoint": fim.endpoint },
      });
      client.expectErrors();
      void client.send("textDocument/inlineCompletion", {
        ...client.open("const a = ‸\n"),
        context: { triggerKind: 1 },
      });
      const asked = await fim.nextRequest();
      client.server.kill(signal);
      expect(await within(client.server.exited)).toBeDefined();
      expect(await within(asked.closed.then(() => "closed"))).toBe("closed");
    },
  );

  test("a closed pipe (SIGPIPE) ends it", async () => {
    const client = await startServer({ kind: "spawned" });
    client.expectErrors();
    client.server.output.destroy();
    void client.send("workspace/executeCommand", { command: "fim.status" });
    client.server.input.end();
    expect(await within(client.server.exited)).toBeDefined();
  });

  test("a parent that was killed leaves no server behind", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fim-parent-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pidFile = join(folder, "pid");
    const script = join(folder, "parent.cjs");
    // Another process holds the pipe open, so that only the death of the parent tells.
    writeFileSync(script, parentScript(pidFile));
    const parent = spawn(process.execPath, [script], { stdio: "ignore" });
    const processId = await processIdIn(pidFile);
    onTestFinished(() => kill(processId));
    parent.kill("SIGKILL");
    await ended(parent);
    await expect.poll(() => isAlive(processId), { timeout: guardMs }).toBe(false);
  });

  test("the command that prints the key does not outlive it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fim-key-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const pidFile = join(folder, "pid");
    const script = join(folder, "key.cjs");
    writeFileSync(
      script,
      `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
       setTimeout(() => {}, 60000);`,
    );
    const client = await startServer({
      kind: "spawned",
      initializationOptions: { "provider.apiKeyCommand": [process.execPath, script] },
    });
    client.expectErrors();
    const processId = await processIdIn(pidFile);
    onTestFinished(() => kill(processId));
    client.server.kill("SIGTERM");
    expect(await within(client.server.exited)).toBeDefined();
    await expect.poll(() => isAlive(processId), { timeout: guardMs }).toBe(false);
  });
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
  const memory = await residentBytes(client.server.processId);
  expect(memory).toBeLessThan(400 * 1024 * 1024);
  client.server.output.resume();
  expect(await Promise.all(answers)).toHaveLength(3000);
  await client.inline(place);
  await client.close();
});

async function residentBytes(processId: number): Promise<number> {
  if (process.platform !== "linux") return 0;
  const pages = Number(readFileSync(`/proc/${processId}/statm`, "utf8").split(" ")[1]);
  return pages * 4096;
}

function parentScript(pidFile: string): string {
  const command = JSON.stringify([process.execPath, builtServer, "--stdio"]);
  return `
    const { spawn } = require("node:child_process");
    const [node, server, stdio] = ${command};
    const params = { processId: process.pid, capabilities: {} };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params });
    const env = { ...process.env, FRAME: "Content-Length: " + body.length + "\\r\\n\\r\\n" + body };
    const start = 'echo $$ > "$0"; exec "$1" "$2" "$3" > /dev/null';
    const line = '{ printf %s "$FRAME"; sleep 20; } | sh -c "$0" "$@"';
    spawn("sh", ["-c", line, start, ${JSON.stringify(pidFile)}, node, server, stdio], { stdio: "ignore", env });
    setTimeout(() => {}, 60000);`;
}

/** Of the process that writes its id there. */
async function processIdIn(file: string): Promise<number> {
  await expect.poll(() => readNumber(file), { timeout: guardMs }).toBeGreaterThan(0);
  return readNumber(file);
}

function readNumber(file: string): number {
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}

function kill(processId: number): void {
  if (isAlive(processId)) process.kill(processId, "SIGKILL");
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("close", () => resolve());
  });
}

/** `undefined` when it takes far too long. */
async function within<T>(promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), guardMs);
  });
  const result = await Promise.race([promise, late]);
  clearTimeout(timer);
  return result;
}
