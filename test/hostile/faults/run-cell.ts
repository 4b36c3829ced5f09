/**
 * One cell of the matrix, against the server in this process: a request meets the fault, then the far side
 * is healed and a request has to succeed, then the server ends and nothing may be left of it.
 */
import { systemClock, type Clock } from "../../../server/base/clock.ts";
import { runInBand } from "../../support/server-process.ts";
import { frame, RawClient, type Answer } from "../../fuzz/raw-client.ts";
import { startAuthProxy } from "./auth-proxy.ts";
import { isAfterAnAnswer, type Cell } from "./cells.ts";
import { hostFor, startFaultServer } from "./fault-server.ts";
import { goodMiddle } from "./good-answer.ts";

export interface CellResult {
  readonly cell: Cell;
  /** Empty: all held. */
  readonly faults: readonly string[];
  /** From the request that met the fault to its answer. */
  readonly answeredMs: number;
  /** It took a new start by the user (`fim.enable`) before the provider was asked again. */
  readonly neededRenewal: boolean;
}

/** RFC 6761: never resolves. */
const unknownHost = "no-such-host.invalid";
/** A request with its one retry takes at most twice the deadline below; the rest is for a busy machine. */
const hangMs = 15_000;
/** Through a proxy a handshake that stalls ends by its own deadline, of 5 s. */
const leftOverMs = 8000;
/** Enough for a TLS handshake on a busy machine. */
const requestTimeoutMs = 1500;

/** A clock that knows which of its timers are pending, by the line that set each. */
function watchedClock(): Clock & { readonly pending: () => readonly string[] } {
  const timers = new Map<object, string>();
  return {
    now: () => systemClock.now(),
    wallTime: () => systemClock.wallTime(),
    setTimer(callback, delayMs) {
      const key = {};
      timers.set(key, new Error("set").stack?.split("\n")[2]?.trim() ?? "");
      const timer = systemClock.setTimer(() => {
        timers.delete(key);
        callback();
      }, delayMs);
      return {
        cancel() {
          timers.delete(key);
          timer.cancel();
        },
      };
    },
    pending: () => [...timers.values()],
  };
}

export async function runCell(cell: Cell, caFile: string): Promise<CellResult> {
  const faults: string[] = [];
  const far = await startFaultServer(cell);
  const proxy = cell.isProxied ? await startAuthProxy(cell, far.port) : undefined;
  const clock = watchedClock();
  const client = new RawClient(runInBand({ FAULT_KEY: "fault-key-0123456789" }, clock));
  const shown: { type: number; message: string }[] = [];
  client.onNotification = (method, params) => {
    if (method === "window/showMessage") shown.push(params as (typeof shown)[number]);
  };
  const scheme = cell.transport === "h1" ? "http" : "https";
  const isUnknown = cell.point === "dns";
  const host = isUnknown ? unknownHost : hostFor(cell);
  const proxyUrl = isUnknown ? proxy?.url.replace("127.0.0.1", unknownHost) : proxy?.url;
  const settings = {
    "provider.name": "mistral",
    "provider.endpoint": `${scheme}://${host}:${far.port}/v1`,
    "provider.requestTimeoutMs": requestTimeoutMs,
    "provider.firstByteTimeoutMs": requestTimeoutMs,
    "provider.allowInsecure": true,
    "provider.apiKeyEnv": "FAULT_KEY",
    ...(scheme === "https" && { "provider.caFile": caFile }),
    ...(proxyUrl !== undefined && { "provider.proxy": proxyUrl }),
  };
  const capabilities = {
    workspace: { configuration: false },
    window: { showMessage: {} },
    experimental: { fimStatus: true },
  };
  client.answerTo = (method) =>
    method === "window/showMessageRequest" ? { title: "Allow once" } : null;
  await ask(client, "initialize", {
    processId: null,
    capabilities,
    initializationOptions: settings,
  });
  await client.send({ method: "initialized", params: {} });

  if (isAfterAnAnswer(cell)) await complete(client, 0);
  const startedAt = performance.now();
  const first = await complete(client, 1);
  const answeredMs = performance.now() - startedAt;
  faults.push(...judge(first, cell));
  if (cell.point === "idle" || cell.fault === "goAwayIdle") {
    await within(2000, far.struck);
    // The client has to hear of it, or not, before it asks again: both happen.
    await pause(cell.isProxied ? 60 : 10);
  }
  await far.heal();
  await proxy?.heal();

  let neededRenewal = false;
  if (isUnknown) {
    const healed = {
      ...settings,
      "provider.endpoint": `${scheme}://${hostFor(cell)}:${far.port}/v1`,
      ...(proxy !== undefined && { "provider.proxy": proxy.url }),
    };
    await client.send({ method: "workspace/didChangeConfiguration", params: { settings: healed } });
    // The settings are the client's when the status, asked for behind them, is answered.
    while ((await providerOf(client))?.endpoint !== healed["provider.endpoint"]) await pause(20);
  }
  let second = await complete(client, 2);
  if (textOf(second) !== goodMiddle && (await providerOf(client))?.state?.kind === "off") {
    neededRenewal = true;
    await ask(client, "workspace/executeCommand", { command: "fim.enable" });
    await pause(50);
    second = await complete(client, 3);
  }
  if (textOf(second) !== goodMiddle) {
    const provider = await providerOf(client);
    faults.push(`after healing: ${JSON.stringify(second)}; ${JSON.stringify(provider)}`);
  }
  // Of the failure and of its end.
  const told = shown.filter(({ message }) => message !== "Suggestions are on.");
  const isLoud = shown.some(({ type, message }) => type !== 3 || message.length >= 80);
  if (told.length > 2 || isLoud) faults.push(`messages: ${JSON.stringify(shown)}`);

  await ask(client, "shutdown", undefined);
  await client.send({ method: "exit" });
  if ((await within(hangMs, client.server.exited)) !== 0) faults.push("it did not end with code 0");
  const isEmpty = await within(
    leftOverMs,
    Promise.all([far.allClosed(), proxy?.allClosed()]).then(() => true),
  );
  if (isEmpty !== true) {
    const counts = `${far.openSockets} of the server, ${proxy?.openSockets ?? 0} of the proxy`;
    faults.push(`sockets are open after the end: ${counts}`);
  }
  // What only waits for its turn ends by itself.
  for (let wait = 0; wait < 20 && clock.pending().length > 0; wait++) await pause(50);
  faults.push(...clock.pending().map((line) => `a timer is pending after the end, set ${line}`));
  faults.push(...client.faults);
  await within(2000, proxy?.close() ?? Promise.resolve());
  await within(2000, far.close());
  return { cell, faults, answeredMs, neededRenewal };
}

async function complete(client: RawClient, version: number): Promise<Answer | undefined> {
  // A new place each time, so that no answer is known already.
  const uri = `file:///fault-${version}.ts`;
  const text = `const value${version} = `;
  await client.send({
    method: "textDocument/didOpen",
    params: { textDocument: { uri, languageId: "typescript", version, text } },
  });
  const position = { line: 0, character: text.length };
  const context = { triggerKind: 1 };
  return ask(client, "textDocument/inlineCompletion", { textDocument: { uri }, position, context });
}

/** An answer, never an error, and nothing offered that was not a good beginning. */
function judge(answer: Answer | undefined, cell: Cell): string[] {
  if (answer === undefined) return [`no answer within ${hangMs} ms`];
  if (answer.error !== undefined) return [`error answer ${JSON.stringify(answer.error)}`];
  const text = textOf(answer);
  if (text === undefined || goodMiddle.startsWith(text)) return [];
  // A text sent twice is the model's own doing as far as anyone can tell.
  if (cell.fault === "duplicate" && text === goodMiddle + goodMiddle) return [];
  return [`offered ${JSON.stringify(text)}`];
}

function textOf(answer: Answer | undefined): string | undefined {
  const items = (answer?.result as { items?: readonly { insertText?: string }[] } | null)?.items;
  return items?.[0]?.insertText;
}

interface Provider {
  readonly endpoint?: string;
  readonly state?: { readonly kind?: string; readonly message?: string };
}

async function providerOf(client: RawClient): Promise<Provider | undefined> {
  const status = await ask(client, "workspace/executeCommand", { command: "fim.status" });
  return (status?.result as { provider?: Provider } | undefined)?.provider;
}

let nextId = 1;

async function ask(
  client: RawClient,
  method: string,
  params: unknown,
): Promise<Answer | undefined> {
  const id = nextId++;
  const answer = client.expect(id);
  await client.write(frame({ id, method, params }));
  return within(hangMs, answer);
}

/** `undefined` when it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  const result = await Promise.race([promise, late]);
  clearTimeout(timer);
  return result;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
