/**
 * Everything that can go wrong behind the server, through the built server: each request is answered exactly
 * once and without an error, the user gets one message at most, and the next good request works.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  endlessLine,
  hugeBody,
  json,
  middle,
  raw,
  resetBeforeHeaders,
  silence,
  stall,
  streamOf,
  type Answer,
} from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import { startServer, type LspClient, type StartOptions } from "../support/lsp-client.ts";

const key = "key-that-nobody-may-see";
let fim: FimServer;
let count = 0;

beforeAll(async () => {
  fim = await startFimServer();
  fim.answer = middle("good;");
});

afterAll(() => fim.close());

function connect(
  settings: Readonly<Record<string, unknown>>,
  options: Partial<StartOptions> = {},
): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: key },
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      // Else it would answer in the provider's place.
      "workspaceModel.role": "off",
      ...settings,
    },
    // Of settings that change while documents are open.
    onQuestion: () => "Allow once",
    ...options,
  });
}

function ask(client: LspClient): Promise<unknown> {
  return client.inline(client.open(`const value${++count} = ‸;\n`));
}

const good = { items: [{ insertText: "good;" }] };
const detail = (message: string) => ({ object: "error", message, type: "invalid_request_error" });
const page = "<html><body><h1>Bad Gateway</h1></body></html>";
const html = { "content-type": "text/html" };
const event = (delta: string) => `data: {"choices":[{"index":0,"delta":{"content":${delta}}}]}\n\n`;

const cutAfterFirstEvent: Answer = async (exchange) => {
  exchange.head(200, { "content-type": "text/event-stream" });
  await exchange.writeAndWait(event('"half an answ"'));
  exchange.reset();
};

interface Fault {
  readonly name: string;
  readonly answer: Answer;
  /** The message that the user sees; without it there may be one. */
  readonly shown?: RegExp;
  /** The whole of it, in one line of the log. */
  readonly log?: RegExp;
  /** The answer may still be used as far as it goes. */
  readonly mayAnswer?: boolean;
}

const checks = (status: number): RegExp =>
  new RegExp(`^Check provider\\.model and provider\\.endpoint: \\S+ answers ${status}\\.$`);
const keyRefused = /^Check the key: \S+ refuses it\.$/;
const inTrouble = /^Wait \d+ s: \S+ is in trouble\.$/;

const faults: readonly Fault[] = [
  {
    name: "400 with an error object",
    answer: json(400, { ...detail("Invalid model"), code: "1500" }),
    shown: checks(400),
    log: /400.*Invalid model/,
  },
  {
    name: "400: no FIM model",
    answer: json(400, { ...detail("FIM is not enabled for this model"), code: "3051" }),
    shown: /^Choose another provider\.model: \S+ cannot fill in with this one\.$/,
    log: /answered 400/,
  },
  {
    name: "400 with characters that act on a terminal",
    answer: json(400, detail("\u001B[2J\u202Egone\u0007")),
    shown: checks(400),
    log: /^(?=.*400.*gone)[^\p{Cc}\p{Cf}]*$/u,
  },
  {
    name: "401 with a detail",
    answer: json(401, { detail: "Unauthorized" }),
    shown: keyRefused,
    log: /401.*key/,
  },
  {
    name: "401 with a message",
    answer: json(401, { message: "Unauthorized", request_id: "1" }),
    shown: keyRefused,
    log: /401.*key/,
  },
  {
    name: "403",
    answer: json(403, { message: "Forbidden" }),
    shown: /^Check provider\.model and the key's rights: \S+ answers 403\.$/,
    log: /answered 403/,
  },
  {
    name: "404",
    answer: json(404, { message: "no Route matched" }),
    shown: checks(404),
    log: /404.*provider\.endpoint/,
  },
  {
    name: "422 with the input in it",
    answer: json(422, {
      detail: [
        { type: "extra_forbidden", loc: ["body", "x"], msg: "Extra inputs", input: "const value" },
      ],
    }),
    shown: checks(422),
    log: /^(?=.*422)(?!.*const value)/s,
  },
  {
    name: "422 in an object",
    answer: json(422, {
      object: "error",
      message: { detail: [{ loc: ["body"], msg: "bad" }] },
      type: "x",
    }),
    shown: checks(422),
    log: /answered 422/,
  },
  {
    name: "429 with Retry-After",
    answer: json(429, { message: "Requests rate limit exceeded" }, { "retry-after": "1" }),
    shown: /^Wait 1 s: \S+ limits the requests\.$/,
    log: /429.*pause/,
  },
  {
    name: "429 without Retry-After",
    answer: json(429, {}),
    shown: /^Wait \d+ s: \S+ limits the requests\.$/,
    log: /answered 429/,
  },
  {
    name: "500 with JSON",
    answer: json(500, { message: "Internal" }),
    shown: inTrouble,
    log: /answered 500/,
  },
  { name: "500 without a body", answer: raw(500, ""), shown: inTrouble, log: /answered 500/ },
  { name: "502 with a page", answer: raw(502, page, html), shown: inTrouble, log: /answered 502/ },
  {
    name: "503 with JSON",
    answer: json(503, { message: "Overloaded" }),
    shown: inTrouble,
    log: /answered 503/,
  },
  {
    name: "301",
    answer: raw(301, "", { location: "https://elsewhere.example/v1" }),
    shown: checks(301),
    log: /301.*provider\.endpoint/,
  },
  {
    name: "307",
    answer: raw(307, "moved", { location: "http://127.0.0.1:1/" }),
    shown: checks(307),
    log: /answered 307/,
  },
  { name: "a reset before the first byte", answer: resetBeforeHeaders },
  {
    name: "a reset after the first byte",
    answer: cutAfterFirstEvent,
    mayAnswer: true,
  },
  {
    name: "JSON instead of events",
    answer: json(200, {
      choices: [{ index: 0, message: { content: "whole" }, finish_reason: "stop" }],
    }),
    mayAnswer: true,
  },
  {
    name: "a page instead of events",
    answer: raw(200, page, html),
    shown: /^Check provider\.endpoint: \S+ sends a malformed answer\.$/,
    log: /provider\.endpoint|not/,
  },
  {
    name: "broken JSON inside an event",
    answer: streamOf(event('"a"'), "data: {broken\n\n", event('"b"')),
    mayAnswer: true,
  },
  {
    name: "events without choices",
    answer: streamOf('data: {}\n\ndata: {"choices":[]}\n\ndata: [DONE]\n\n'),
  },
  {
    name: "an error inside the stream",
    answer: streamOf('data: {"object":"error","message":"overloaded","type":"x","code":500}\n\n'),
  },
  {
    name: "invalid UTF-8",
    answer: streamOf(
      Buffer.concat([
        Buffer.from('data: {"choices":[{"index":0,"delta":{"content":"a'),
        Buffer.from([0xff, 0xc3]),
        Buffer.from('"}}]}\n\ndata: [DONE]\n\n'),
      ]),
    ),
    mayAnswer: true,
  },
  { name: "an empty stream", answer: streamOf("") },
  { name: "an endless line", answer: endlessLine(20_000_000) },
  { name: "a body of 50 MB", answer: hugeBody(50_000_000), mayAnswer: true },
  {
    name: "an answer of 10,000 lines",
    answer: middle("line();\n".repeat(10_000), { eventLength: 4000 }),
    mayAnswer: true,
  },
  { name: "control characters and direction marks", answer: middle("a\u0007b\u202ec\u0000") },
];

describe("the provider answers", () => {
  let client: LspClient;
  beforeAll(async () => {
    client = await connect({});
  });
  afterAll(() => client.close());

  test.each(faults)("$name", async ({ answer, shown, log, mayAnswer }) => {
    await client.request("workspace/executeCommand", { command: "fim.enable" });
    client.takeMessages();
    const logsBefore = client.logs.length;
    fim.answer = answer;
    const first = await ask(client);
    expect(first).toHaveProperty("items");
    expect(mayAnswer === true || isEmpty(first)).toBe(true);
    // An automatic request afterwards is answered too, and says nothing more.
    await client.menu(client.open(`let other${++count} = ‸;\n`), { triggerKind: 3 });
    const messages = client.takeMessages().map(({ message }) => message);
    const logs = client.logs.slice(logsBefore).map(({ message }) => message);
    expect(messages.length).toBeLessThanOrEqual(1);
    expect(messages).toSatisfy(() => shown === undefined || shown.test(messages[0] ?? ""));
    expect(logs).toSatisfy(() => log === undefined || logs.some((text) => log.test(text)));
    for (const text of messages) expect(text.length).toBeLessThan(80);
    for (const text of [...messages, ...logs]) {
      expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(text).not.toContain("const value");
    }
    expect(JSON.stringify([messages, client.logs])).not.toContain(key);

    fim.answer = middle("good;");
    // What only a new configuration can help is off until there is one.
    if (await isOff(client))
      await client.request("workspace/executeCommand", { command: "fim.enable" });
    expect(await ask(client)).toMatchObject(good);
    client.takeMessages();
  });
});

test.each([
  ["an override", "a\u202Eb"],
  ["an isolate", "a\u2066b"],
  ["an escape sequence", "\u001B]0;title\u0007"],
  ["a null", "a\0b"],
  ["a C1 control", "a\u009Bb"],
])("a suggestion with %s is dropped, and the status says why", async (_, text) => {
  const client = await connect({});
  fim.answer = middle(text);
  expect(await ask(client)).toEqual({ items: [] });
  expect(await client.request("workspace/executeCommand", { command: "fim.status" })).toMatchObject(
    {
      lastOutcome: { kind: "dropped", reason: "unsafeText" },
    },
  );
  expect(client.takeMessages()).toEqual([]);
  await client.close();
});

test("over plain http nothing goes to another machine, unless it is allowed", async () => {
  fim.answer = middle("good;");
  const proxy = await startForwardProxy(new URL(fim.origin));
  const settings = {
    "provider.endpoint": "http://fim.example/v1",
    "provider.apiKeyEnv": "MISTRAL_API_KEY",
    "provider.proxy": proxy.url,
  };
  const client = await connect(settings);
  expect(await ask(client)).toEqual({ items: [] });
  expect((await client.nextMessage()).message).toBe(
    "Use https or set provider.allowInsecure: fim.example is not asked.",
  );
  await client.logged(/unencrypted.*provider\.allowInsecure/);
  expect(proxy.tunnels).toEqual([]);
  client.notify("workspace/didChangeConfiguration", {
    settings: { fim: { provider: { allowInsecure: true } } },
  });
  await expect.poll(() => ask(client), { timeout: 10_000 }).toMatchObject(good);
  expect(new Set(proxy.tunnels)).toEqual(new Set(["fim.example:80"]));
  expect(client.takeMessages()).toEqual([]);
  await client.close();
  await proxy.close();
});

describe("the provider is silent", () => {
  test.each([
    ["headers that never come", silence],
    ["a body that stalls", stall("half")],
  ])("%s", async (_, answer) => {
    const client = await connect({
      "provider.firstByteTimeoutMs": 800,
      "provider.requestTimeoutMs": 1200,
    });
    fim.answer = answer;
    expect(await ask(client)).toHaveProperty("items");
    fim.answer = middle("good;");
    expect(await ask(client)).toMatchObject(good);
    expect(client.takeMessages()).toEqual([]);
    await client.close();
  });
});

describe("the provider cannot be reached", () => {
  test("a refused connection, then a server that listens", async () => {
    const closed = await startFimServer();
    await closed.close();
    const client = await connect({ "provider.endpoint": closed.endpoint });
    expect(await ask(client)).toEqual({ items: [] });
    expect(await ask(client)).toEqual({ items: [] });
    expect((await client.nextMessage()).message).toMatch(/refused|reach|connect/i);
    const revived = await startFimServer({ port: Number(new URL(closed.origin).port) });
    revived.answer = middle("good;");
    expect(await ask(client)).toMatchObject(good);
    expect((await client.nextMessage()).message).toMatch(/again/);
    await client.close();
    await revived.close();
  });

  test("an unknown host", async () => {
    const client = await connect({
      "provider.endpoint": "https://no-such-host.invalid/v1",
      "provider.apiKeyEnv": "MISTRAL_API_KEY",
    });
    expect(await ask(client)).toEqual({ items: [] });
    expect((await client.nextMessage()).message).toMatch(/no-such-host\.invalid/);
    expect(client.takeMessages()).toEqual([]);
    await client.close();
  });

  test("a certificate that nobody trusts, then one that the settings trust", async () => {
    const secure = await startFimServer({ protocol: "h1-tls" });
    secure.answer = middle("good;");
    const client = await connect({ "provider.endpoint": secure.endpoint });
    expect(await ask(client)).toEqual({ items: [] });
    expect((await client.nextMessage()).message).toMatch(/certificate/i);
    const caFile = join(mkdtempSync(join(tmpdir(), "fim-ca-")), "ca.pem");
    writeFileSync(caFile, secure.ca);
    client.notify("workspace/didChangeConfiguration", {
      settings: { fim: { provider: { caFile } } },
    });
    await expect.poll(() => ask(client), { timeout: 10_000 }).toMatchObject(good);
    expect(client.takeMessages()).toEqual([]);
    await client.close();
    await secure.close();
  });
});

describe("the key", () => {
  const command = (script: string) => [process.execPath, "-e", script];
  const withoutKey: Partial<StartOptions> = { environment: {} };

  test.each([
    [
      "a command that fails",
      command("process.exit(3)"),
      "Check provider.apiKeyCommand: it ended with status 3.",
      /status 3/,
    ],
    [
      "a command that prints nothing",
      command("0"),
      "Check where the key comes from: it is empty.",
      /empty.*provider\.apiKeyCommand/,
    ],
    [
      "a command that is not there",
      ["/nonexistent/program"],
      "Check provider.apiKeyCommand: it was not found.",
      /not found.*list/,
    ],
  ])("%s", async (_, apiKeyCommand, message, log) => {
    const client = await connect({ "provider.apiKeyCommand": apiKeyCommand }, withoutKey);
    expect(await ask(client)).toEqual({ items: [] });
    expect(await ask(client)).toEqual({ items: [] });
    expect((await client.nextMessage()).message).toBe(message);
    await client.logged(log);
    expect(client.takeMessages()).toEqual([]);
    await client.close();
  });

  test("a command that prints two lines: the first is the key", async () => {
    fim.answer = middle("good;");
    const client = await connect(
      { "provider.apiKeyCommand": command(`console.log("first-line-key\\nnotes")`) },
      withoutKey,
    );
    // The provider is asked from when the command has ended, which nobody waits for.
    client.open("‸");
    await client.logged(/^mistral at/);
    expect(await ask(client)).toMatchObject(good);
    expect(fim.requests.at(-1)?.headers["authorization"]).toBe("Bearer first-line-key");
    await client.close();
  });

  test("a command that hangs delays nobody, and ends with the server", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "fim-hang-")), "pid");
    const script = `require("fs").writeFileSync(${JSON.stringify(file)}, String(process.pid)); setInterval(() => {}, 1000)`;
    const client = await connect({ "provider.apiKeyCommand": command(script) }, withoutKey);
    expect(await ask(client)).toEqual({ items: [] });
    expect(await client.menu(client.open("let x = ‸;\n"))).toMatchObject({ items: [] });
    const written = (): string => (existsSync(file) ? readFileSync(file, "utf8") : "");
    await expect.poll(written, { timeout: 10_000 }).toMatch(/^\d+$/);
    const processId = Number(written());
    // Neither does it hold up other settings.
    fim.answer = middle("good;");
    const apiKeyCommand = command('console.log("another-key")');
    client.notify("workspace/didChangeConfiguration", {
      settings: { provider: { apiKeyCommand } },
    });
    await expect.poll(() => ask(client), { timeout: 10_000 }).toMatchObject(good);
    expect(fim.requests.at(-1)?.headers["authorization"]).toBe("Bearer another-key");
    await client.close();
    await gone(processId);
  });

  test.skipIf(process.platform === "win32")(
    "a file that others can read, then one that they cannot",
    async () => {
      fim.answer = middle("good;");
      const file = join(mkdtempSync(join(tmpdir(), "fim-key-")), "key");
      writeFileSync(file, `${key}\n`);
      chmodSync(file, 0o644);
      const client = await connect({ "provider.apiKeyFile": file }, withoutKey);
      expect(await ask(client)).toEqual({ items: [] });
      const { message } = await client.nextMessage();
      expect(message).toBe("Run chmod 600 on the key file: others can read it. The log names it.");
      expect(await client.logged(/chmod 600/)).toContain(`chmod 600 ${file}`);
      expect(JSON.stringify([message, client.logs])).not.toContain(key);
      chmodSync(file, 0o600);
      await client.request("workspace/executeCommand", { command: "fim.enable" });
      expect(client.takeMessages()).toEqual([{ type: 3, message: "Suggestions are on." }]);
      expect(await ask(client)).toMatchObject(good);
      await client.close();
    },
  );
});

test("settings of the wrong type: one message names them, the others apply", async () => {
  fim.answer = middle("good;");
  const client = await connect({
    provider: { stream: "yes", maxOutputTokens: -1 },
    "trigger.debounceMs": { value: 3 },
    nonsense: true,
    "prompt.tokenBudjet": 100,
    "provider.topP": 0.5,
    languages: null,
    completion: {},
  });
  expect(await ask(client)).toMatchObject(good);
  expect(fim.requests.at(-1)?.json).toMatchObject({ stream: true, top_p: 0.5 });
  const [shown, ...others] = client.takeMessages();
  expect(others).toEqual([]);
  for (const path of [
    "provider.stream",
    "provider.maxOutputTokens",
    "trigger.debounceMs",
    "nonsense",
    "prompt.tokenBudjet",
  ]) {
    expect(shown?.message).toContain(path);
  }
  expect(shown?.message.length).toBeLessThanOrEqual(120);
  // What each should be is in the log.
  await client.logged(/^prompt\.tokenBudjet .*prompt\.tokenBudget/);
  await client.logged(/^provider\.stream \(initializationOptions\): expected true or false/);
  await client.close();
});

function isEmpty(answer: unknown): boolean {
  return JSON.stringify(answer) === '{"items":[]}';
}

async function isOff(client: LspClient): Promise<boolean> {
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  return (status as { provider: { state: { kind: string } } }).provider.state.kind === "off";
}

/** Resolves when there is no such process any more; the test's time limit is the limit. */
async function gone(processId: number): Promise<void> {
  for (;;) {
    try {
      process.kill(processId, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
