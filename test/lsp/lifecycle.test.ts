/** The protocol's life cycle, through the built server. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

import { watchProcess } from "../../server/lsp/connection/process-watch.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { frame } from "../fuzz/raw-client.ts";
import { gate, middle, silence } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startServer } from "../support/lsp-client.ts";
import { spawnBuilt } from "../support/server-process.ts";

const emptyParams = { processId: null, rootUri: null, capabilities: {} };

test("before initialize requests are refused, notifications dropped, and nothing is said", async () => {
  const client = await startServer({ kind: "spawned", initialize: false });
  client.notify("textDocument/didOpen", {
    textDocument: { uri: "file:///a", text: "x", version: 1 },
  });
  const early = await client.send("textDocument/inlineCompletion", {}).answer;
  expect(early.error?.code).toBe(-32002);
  expect(client.logs).toEqual([]);
  await client.request("initialize", emptyParams);
  const again = await client.send("initialize", emptyParams).answer;
  expect(again.error?.code).toBe(-32600);
  client.expectErrors();
  await client.close();
  expect(client.server.exitCode).toBe(0);
});

const oddOpenings: readonly unknown[] = [
  undefined,
  null,
  [],
  {},
  { capabilities: null },
  { capabilities: { general: null, workspace: null, textDocument: null, window: null } },
  { capabilities: { general: { positionEncodings: [] }, notebookDocument: null } },
  { capabilities: { general: { positionEncodings: [5, null] } }, clientInfo: null },
  { capabilities: [], clientInfo: "vim", trace: 5, initializationOptions: null },
  { capabilities: {}, clientInfo: { name: 5, version: {} }, processId: -1 },
  {
    capabilities: { textDocument: { completion: { completionItem: null }, inlineCompletion: 5 } },
    processId: "x",
    rootUri: 5,
    rootPath: 7,
    workspaceFolders: [null, {}, { uri: null }, { uri: "nonsense:" }],
  },
];

test.for(oddOpenings)("initialize with %j is answered, and so is what follows", async (params) => {
  const client = await startServer({ kind: "spawned", initialize: false });
  expect(await client.request("initialize", params)).toMatchObject({
    capabilities: { inlineCompletionProvider: true, textDocumentSync: { change: 2 } },
  });
  client.notify("initialized", null);
  const place = client.open("const a = ‸;\n");
  expect(await client.inline(place)).toEqual({ items: [] });
  expect(await client.menu(place)).toHaveProperty("items", []);
  await client.close();
});

test("a client that does not wait for the answer to initialize is served in order", async () => {
  const client = await startServer({ kind: "spawned", initialize: false });
  const initialized = client.send("initialize", emptyParams);
  client.notify("initialized", {});
  const place = client.open("const a = ‸;\n");
  const answer = client.inline(place);
  expect((await initialized.answer).result).toMatchObject({
    serverInfo: { name: "fim-language-server" },
  });
  expect(await answer).toEqual({ items: [] });
  await client.close();
});

test("after shutdown requests are refused, and exit ends with 0", async () => {
  const client = await startServer({ kind: "spawned" });
  await client.request("shutdown");
  const late = await client.send("textDocument/completion", {}).answer;
  expect(late.error?.code).toBe(-32600);
  const twice = await client.send("shutdown").answer;
  expect(twice.error?.code).toBe(-32600);
  client.notify("exit");
  expect(await client.server.exited).toBe(0);
  expect(client.server.errorOutput()).toBe("");
});

test("shutdown is answered at once, the request in flight is answered and its connection dropped", async () => {
  const fim = await startFimServer();
  fim.answer = silence;
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-tests" },
    initializationOptions: { "provider.endpoint": fim.endpoint },
  });
  const pending = client.send("textDocument/inlineCompletion", {
    ...client.open("const a = ‸;\n"),
    context: { triggerKind: 1 },
  });
  const exchange = await fim.nextRequest();
  await client.request("shutdown");
  expect((await pending.answer).result).toEqual({ items: [] });
  await exchange.closed;
  expect(exchange.isAborted).toBe(true);
  client.notify("exit");
  expect(await client.server.exited).toBe(0);
  await fim.close();
});

test("exit without shutdown ends with 1", async () => {
  const client = await startServer({ kind: "spawned" });
  client.notify("exit");
  expect(await client.server.exited).toBe(1);
});

test.each([
  ["without shutdown", false, 1],
  ["after shutdown", true, 0],
])("the end of stdin %s", async (_, isShutDown, code) => {
  const client = await startServer({ kind: "spawned" });
  if (isShutDown) client.notify("workspace/didChangeConfiguration", { settings: null });
  if (isShutDown) await client.request("shutdown");
  client.server.input.end();
  expect(await client.server.exited).toBe(code);
});

test("shutdown, exit and the end of stdin in one piece still end with 0", async () => {
  const server = spawnBuilt(["--stdio"], {});
  const messages = [
    { id: 1, method: "initialize", params: emptyParams },
    { method: "initialized", params: {} },
    { id: 2, method: "shutdown" },
    { method: "exit" },
  ];
  server.output.resume();
  server.input.end(Buffer.concat(messages.map(frame)));
  expect(await server.exited).toBe(0);
});

test.concurrent.each(["initialize", "--clientProcessId"])(
  "the server ends when the process of %s is gone, its stdin still open",
  async (how) => {
    const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    const processId = parent.pid ?? 0;
    const isArgument = how === "--clientProcessId";
    const client = await startServer({
      kind: "spawned",
      argv: isArgument ? ["--stdio", `--clientProcessId=${processId}`] : ["--stdio"],
      initializeParams: { processId: isArgument ? null : processId },
    });
    parent.kill("SIGKILL");
    await once(parent, "close");
    expect(await client.server.exited).toBe(1);
  },
);

test("a client of another process namespace, which is never seen alive, is not missed", async () => {
  const ended = spawn(process.execPath, ["-e", ""]);
  await once(ended, "close");
  const clock = createFakeClock();
  let gone = 0;
  watchProcess(ended.pid ?? 0, clock, () => gone++);
  await clock.advance(60_000);
  expect(gone).toBe(0);
});

test("a client that was seen alive is missed within ten seconds of its end", async () => {
  const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  const clock = createFakeClock();
  let gone = 0;
  watchProcess(parent.pid ?? 0, clock, () => gone++);
  await clock.advance(60_000);
  expect(gone).toBe(0);
  parent.kill("SIGKILL");
  await once(parent, "close");
  await clock.advance(10_000);
  expect(gone).toBe(1);
});

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends the server", async (signal) => {
  const client = await startServer({ kind: "spawned" });
  client.server.kill(signal);
  await client.server.exited;
  expect(client.server.exitCode).not.toBeUndefined();
});

test("unknown methods: requests are refused, notifications ignored, with and without $/", async () => {
  const client = await startServer({ kind: "spawned" });
  client.notify("textDocument/didSomething", {});
  client.notify("$/unknown", {});
  client.notify("constructor", {});
  for (const method of ["textDocument/hover", "$/unknown", "constructor", "toString"]) {
    expect((await client.send(method, {}).answer).error?.code).toBe(-32601);
  }
  client.expectErrors();
  await client.close();
});

test("a cancelled request is answered at once, with RequestCancelled", async () => {
  const fim = await startFimServer();
  const held = gate();
  fim.answer = middle("1", { holdHeaders: held });
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-tests" },
    initializationOptions: { "provider.endpoint": fim.endpoint },
  });
  const place = client.open("const a = ‸;\n");
  const first = client.send("textDocument/inlineCompletion", {
    ...place,
    context: { triggerKind: 1 },
  });
  await fim.nextRequest();
  first.cancel();
  first.cancel();
  expect((await first.answer).error?.code).toBe(-32800);
  // What was asked for goes on, and the next request for the same place finds it.
  const second = client.inline(place);
  held.open();
  expect(await second).toMatchObject({ items: [{ insertText: "1" }] });
  expect(fim.requests).toHaveLength(1);
  await client.close();
  await fim.close();
});

test.each(["socket", "pipe"])("over a %s, to which the server connects", async (kind) => {
  const listener = createServer();
  const folder = mkdtempSync(join(tmpdir(), "fim-pipe-"));
  const isWindows = process.platform === "win32";
  const path = isWindows ? `\\\\.\\pipe\\${basename(folder)}` : join(folder, "server.sock");
  await new Promise<void>((resolve) => {
    if (kind === "pipe") listener.listen(path, resolve);
    else listener.listen(0, "127.0.0.1", resolve);
  });
  const address = listener.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  const server = spawnBuilt([kind === "pipe" ? `--pipe=${path}` : `--socket=${port}`], {});
  const [socket] = (await once(listener, "connection")) as [Socket];
  const connection = createMessageConnection(
    new StreamMessageReader(socket),
    new StreamMessageWriter(socket),
  );
  connection.listen();
  expect(await connection.sendRequest("initialize", emptyParams)).toHaveProperty("capabilities");
  await connection.sendRequest("shutdown");
  await connection.sendNotification("exit");
  expect(await server.exited).toBe(0);
  listener.close();
});

test("over the channel of a Node.js parent", async () => {
  const script = `
    const { fork } = require("node:child_process");
    const child = fork(process.argv[1], ["--node-ipc"], { stdio: "ignore" });
    child.on("message", (message) => {
      if (message.id === 1) child.send({ jsonrpc: "2.0", id: 2, method: "shutdown" });
      if (message.id === 2) child.send({ jsonrpc: "2.0", method: "exit" });
    });
    child.on("exit", (code) => process.exit(code === 0 ? 42 : 1));
    child.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: ${JSON.stringify(emptyParams)} });
  `;
  const { builtServer } = await import("../support/built-server.ts");
  const parent = spawn(process.execPath, ["-e", script, builtServer]);
  const [code] = (await once(parent, "close")) as [number];
  expect(code).toBe(42);
});

test("the end of a Node.js parent's channel ends the server", async () => {
  const script = `
    const { fork } = require("node:child_process");
    const child = fork(process.argv[1], ["--node-ipc"], { stdio: "ignore" });
    child.on("message", () => child.disconnect());
    child.on("exit", (code) => process.exit(code === 1 ? 42 : 0));
    child.send({ jsonrpc: "2.0", id: 1, method: "initialize", params: ${JSON.stringify(emptyParams)} });
  `;
  const { builtServer } = await import("../support/built-server.ts");
  const parent = spawn(process.execPath, ["-e", script, builtServer]);
  const [code] = (await once(parent, "close")) as [number];
  expect(code).toBe(42);
});

test("nothing listens: one line, status 1", async () => {
  const server = spawnBuilt(["--pipe=/nonexistent/socket"], {});
  server.output.resume();
  expect(await server.exited).toBe(1);
  expect(server.errorOutput()).toBe(
    "fim-language-server: cannot connect to /nonexistent/socket (ENOENT)\n",
  );
});

test("a client that closes its end of stdout gets no answer, and the server no crash", async () => {
  const client = await startServer({ kind: "spawned" });
  client.server.output.destroy();
  client.notify("textDocument/didOpen", {
    textDocument: { uri: "file:///a.ts", text: "", version: 1 },
  });
  for (let id = 0; id < 20; id++) {
    client.notify("workspace/didChangeConfiguration", { settings: { fim: { nonsense: id } } });
    void client.send("workspace/executeCommand", { command: "fim.status" });
  }
  void client.send("shutdown");
  client.notify("exit");
  expect(await client.server.exited).toBe(0);
  expect(client.server.errorOutput()).toBe("");
});
