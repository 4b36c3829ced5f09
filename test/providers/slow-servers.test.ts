/** Servers that read slowly, or load their model when they are asked: nothing is given up too soon. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { Aborted } from "../../server/base/abort.ts";
import type { FimProvider } from "../../server/providers/provider.ts";
import { createReadingSpeed } from "../../server/providers/local/reading-speed.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { byPath, gate, json, type Answer } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { completions, generate, infill } from "../support/local-answers.ts";
import {
  answerOf,
  failureOf,
  makeProvider,
  nativeRequest,
  requestOf,
  type TestProvider,
} from "./support.ts";

let server: FimServer;
const providers: FimProvider[] = [];
const forever = new AbortController().signal;

beforeEach(async () => {
  server = await startFimServer();
});
afterEach(async () => {
  await Promise.all(providers.splice(0).map((made) => made.close()));
  await server.close();
});

async function provider(settings: Partial<TestProvider>): Promise<FimProvider> {
  const usual = { firstByteTimeoutMs: 5000, requestTimeoutMs: 20_000 };
  const made = await makeProvider({
    endpoint: server.origin,
    key: undefined,
    model: "qwen2.5-coder:1.5b",
    ...usual,
    ...settings,
  });
  providers.push(made);
  return made;
}

const native = nativeRequest();
const rendered = requestOf({}, { kind: "rendered", text: "<P>a<S>b<M>", prefix: "a", suffix: "b" });
const infillRequest = requestOf(
  {},
  { kind: "infill", prefix: "// top\n", linePrefix: "const a = ", suffix: ";\n" },
);
const show = json(200, { capabilities: ["completion", "insert"] });

const kinds = [
  { name: "ollama", path: "/api/generate", request: native, answer: generate },
  { name: "openai", path: "/completions", request: rendered, answer: completions },
  { name: "llama-cpp", path: "/infill", request: infillRequest, answer: infill },
] as const;

describe.each(kinds)("$name", ({ name, path, request, answer }) => {
  const asked = () => server.requests.filter((each) => each.path === path);

  test("a model that loads for a minute is waited for, and typing meanwhile sends nothing", async () => {
    const clock = createFakeClock();
    const slow = await provider({ name, clock });
    const load = gate();
    server.answer = byPath({ "/api/show": show, [path]: answer("loaded", { holdHeaders: load }) });
    const typed = new AbortController();
    const first = answerOf(slow, request, typed.signal);
    while (asked().length === 0) await clock.settle();
    await clock.advance(30_000);
    expect(slow.isLoading).toBe(true);
    typed.abort(new Aborted("superseded"));
    await expect(first).rejects.toBe(typed.signal.reason);
    const next = new AbortController();
    const second = answerOf(slow, request, next.signal);
    await clock.advance(20_000);
    next.abort(new Aborted("superseded"));
    await expect(second).rejects.toBe(next.signal.reason);
    const last = answerOf(slow, request);
    await clock.advance(10_000);
    // An abort would end the load.
    expect(asked().map(({ isAborted }) => isAborted)).toEqual([false]);
    load.open();
    expect((await last).text).toBe("loaded");
    expect(slow.isLoading).toBe(false);
    expect(asked()).toHaveLength(2);
  });

  test("a server that is warm is given up as usual, and after that given time again", async () => {
    const clock = createFakeClock();
    const slow = await provider({ name, clock });
    server.answer = answer("warm");
    expect((await answerOf(slow, request)).text).toBe("warm");
    const hold = gate();
    server.answer = answer("late", { holdHeaders: hold });
    const overdue = failureOf(slow, request);
    while (asked().length < 2) await clock.settle();
    await clock.advance(5000);
    expect((await overdue).kind).toBe("timeout");
    const patient = answerOf(slow, request);
    while (asked().length < 3) await clock.settle();
    await clock.advance(60_000);
    hold.open();
    expect((await patient).text).toBe("late");
  });
});

describe("the warm-up", () => {
  test("has Ollama load its model, however long that takes, and learns how fast it reads", async () => {
    const clock = createFakeClock();
    const ollama = await provider({ name: "ollama", clock });
    const load = gate();
    const answer: Answer = async (exchange) => {
      await load.opened;
      const read = { prompt_eval_count: 40, prompt_eval_duration: 1e9 };
      await json(200, { response: "x", done: true, ...read })(exchange);
    };
    server.answer = byPath({ "/api/show": show, "/api/generate": answer });
    const warm = ollama.warmUp(forever);
    while (server.requests.length < 2) await clock.settle();
    await clock.advance(120_000);
    expect(ollama.isLoading).toBe(true);
    load.open();
    expect(await warm).toMatchObject({ supportsFim: true });
    expect(ollama.readingSpeed).toBe(40);
    // No document is open yet: the text is our own.
    expect(server.requests[1]?.json["prompt"]).toContain("def area");
  });

  test("learns from llama.cpp how fast it reads, with a prompt of a second", async () => {
    const llama = await provider({ name: "llama-cpp" });
    server.models = byPath({ "/health": json(200, { status: "ok" }) });
    const timings = { cache_n: 0, prompt_n: 36, prompt_ms: 900 };
    server.answer = json(200, { content: "x", stop: true, prompt: "", timings });
    await llama.warmUp(forever);
    expect(llama.readingSpeed).toBe(40);
    const { input_prefix, input_suffix } = server.requests[0]?.json ?? {};
    expect(`${String(input_prefix)}${String(input_suffix)}`.length).toBeLessThan(100);
  });

  test("learns it from a llama.cpp behind the OpenAI form, too", async () => {
    const openai = await provider({ name: "openai" });
    const timings = { cache_n: 0, prompt_n: 30, prompt_ms: 1000 };
    server.answer = json(200, { choices: [{ text: "x" }], usage: { prompt_tokens: 30 }, timings });
    await openai.warmUp(forever);
    expect(openai.readingSpeed).toBe(30);
  });

  test.each([401, 403, 404, 500])(
    "says nothing of a list of models that is refused with %i",
    async (status) => {
      const openai = await provider({ name: "openai" });
      server.models = json(status, { error: "no list for you" });
      server.answer = json(200, { choices: [{ text: "x" }], usage: { prompt_tokens: 9 } });
      expect((await openai.warmUp(forever)).failure).toBeUndefined();
      server.answer = completions("x");
      expect((await answerOf(openai, rendered)).text).toBe("x");
    },
  );

  test("is made up for when the server was not there yet", async () => {
    const late = await startFimServer();
    await late.close();
    const ollama = await provider({ name: "ollama", endpoint: late.origin });
    expect((await ollama.warmUp(forever)).failure?.kind).toBe("unreachable");
    const started = await startFimServer({ port: Number(new URL(late.origin).port) });
    try {
      started.answer = byPath({ "/api/show": show, "/api/generate": generate("x") });
      // What was just learnt changes what is sent: the session builds the prompt again.
      await expect(answerOf(ollama, rendered)).rejects.toMatchObject({ isPromptTooLong: true });
      expect((await answerOf(ollama, native)).text).toBe("x");
    } finally {
      await started.close();
    }
  });
});

test("the deadline follows the speed that was learnt", async () => {
  const clock = createFakeClock();
  const llama = await provider({ name: "llama-cpp", clock });
  const timings = { cache_n: 0, prompt_n: 36, prompt_ms: 900 };
  server.answer = json(200, { content: "x", stop: true, prompt: "", timings });
  await llama.warmUp(forever);
  const hold = gate();
  server.answer = infill("slow but sure", { holdHeaders: hold });
  const request = { ...infillRequest, prompt: { ...infillRequest.prompt, estimatedTokens: 256 } };
  const answered = answerOf(llama, request as typeof infillRequest);
  while (server.requests.length < 2) await clock.settle();
  // At 40 tokens a second it reads for 6.4 s.
  await clock.advance(15_000);
  hold.open();
  expect((await answered).text).toBe("slow but sure");
});

describe("a speed that no server tells", () => {
  test("is seen from first bytes that come late, and not from those that come soon", () => {
    const speed = createReadingSpeed();
    speed.noteFirstByte(20, 400);
    expect(speed.tokensPerSecond).toBeUndefined();
    speed.noteFirstByte(100, 2500);
    expect(speed.tokensPerSecond).toBe(40);
    // Soon enough, but most of that may be latency.
    speed.noteFirstByte(10, 1000);
    expect(speed.tokensPerSecond).toBe(40);
    speed.noteFirstByte(1000, 1000);
    expect(speed.tokensPerSecond).toBeGreaterThan(300);
  });

  test("gives way to the server's own account", () => {
    const speed = createReadingSpeed();
    speed.noteFirstByte(100, 2500);
    speed.noteTold(200, 1000);
    speed.noteFirstByte(100, 5000);
    // A single token takes a step, whatever the speed of reading is.
    speed.noteTold(1, 50);
    expect(speed.tokensPerSecond).toBe(200);
  });
});
