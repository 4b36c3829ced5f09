/** What is special about each model server that people run themselves. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { Aborted } from "../../server/base/abort.ts";
import { systemClock } from "../../server/base/clock.ts";
import { silentLog } from "../../server/base/log.ts";
import { templateFor } from "../../server/engine/prompt/templates.ts";
import { findLocalServers, usualServers } from "../../server/providers/detect.ts";
import type { FimProvider } from "../../server/providers/provider.ts";
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
  const made = await makeProvider({ endpoint: server.origin, key: undefined, ...settings });
  providers.push(made);
  return made;
}

const rendered = requestOf(
  { stops: ["\n"] },
  { kind: "rendered", text: "<P>a<S>b<M>", prefix: "a", suffix: "b" },
);
const infillRequest = requestOf(
  {},
  { kind: "infill", prefix: "// top\n", linePrefix: "const a = ", suffix: ";\n" },
);

describe("ollama", () => {
  const show = (capabilities: readonly string[]): Answer =>
    json(200, { capabilities, model_info: { "qwen2.context_length": 32_768 } });

  test("sends suffix where the model's template takes one", async () => {
    const ollama = await provider({ name: "ollama", model: "qwen2.5-coder:7b", temperature: 0.2 });
    server.answer = byPath({
      "/api/show": show(["completion", "insert"]),
      "/api/generate": generate("x"),
    });
    expect(await ollama.warmUp(forever)).toEqual({ supportsFim: true, contextLength: 32_768 });
    expect(ollama.shape).toMatchObject({ kind: "native", contextLength: 8192 });
    await answerOf(ollama, nativeRequest({ stops: ["\n"] }));
    expect(server.requests.at(-1)?.json).toEqual({
      model: "qwen2.5-coder:7b",
      prompt: "const a = ",
      suffix: ";\n",
      stream: true,
      options: { num_predict: 64, num_ctx: 8192, temperature: 0.2, stop: ["\n"] },
    });
  });

  test("sends raw text where it does not", async () => {
    const ollama = await provider({ name: "ollama", model: "starcoder2:3b" });
    server.answer = byPath({ "/api/show": show(["completion"]), "/api/generate": generate("x") });
    expect(await ollama.warmUp(forever)).toMatchObject({ supportsFim: true });
    expect(ollama.shape).toMatchObject({ kind: "rendered", template: { family: "starcoder2" } });
    await answerOf(ollama, rendered);
    expect(server.requests.at(-1)?.json).toMatchObject({ prompt: "<P>a<S>b<M>", raw: true });
  });

  test.each<[string, number | undefined, unknown]>([
    ["is left to the server", undefined, undefined],
    ["is what the settings say", 45, "45m"],
    ["may be for good", -1, -1],
  ])("how long a model stays loaded %s", async (_how, minutes, sent) => {
    const keepAlive = minutes === undefined ? {} : { keepAliveMinutes: minutes };
    const ollama = await provider({ name: "ollama", model: "qwen2.5-coder:7b", ...keepAlive });
    server.answer = byPath({ "/api/show": show(["insert"]), "/api/generate": generate("x") });
    await ollama.warmUp(forever);
    await answerOf(ollama, nativeRequest());
    const generated = server.requests.filter(({ path }) => path === "/api/generate");
    expect(generated.map(({ json: body }) => body["keep_alive"])).toEqual([sent, sent]);
  });

  test.each<[string, object, object, number, number | undefined]>([
    ["the model's own", { parameters: 'stop "x"\nnum_ctx 4096' }, { models: [] }, 4096, undefined],
    ["that of the loaded model", {}, { context_length: 16_384 }, 16_384, 16_384],
    ["not one that is too small", {}, { context_length: 512 }, 8192, 8192],
    ["eight thousand tokens", {}, {}, 8192, 8192],
  ])("the context is %s", async (_which, shown, loaded, length, sent) => {
    const ollama = await provider({ name: "ollama", model: "qwen2.5-coder:7b" });
    const capabilities = ["insert"];
    server.models = json(200, { models: [{ name: "qwen2.5-coder:7b", ...loaded }] });
    server.answer = byPath({
      "/api/show": json(200, { capabilities, ...shown }),
      "/api/generate": generate("x"),
    });
    await ollama.warmUp(forever);
    await answerOf(ollama, nativeRequest());
    expect(ollama.shape.contextLength).toBe(length);
    const generated = server.requests.filter(({ path }) => path === "/api/generate");
    const asked = generated.map(({ json: body }) => body["options"] as Record<string, unknown>);
    // Another one in between would make Ollama load the model again.
    expect(asked.map(({ num_ctx }) => num_ctx)).toEqual([sent, sent]);
  });

  test("never leaves one side empty, for which Ollama would leave the template out", async () => {
    const ollama = await provider({ name: "ollama", model: "qwen2.5-coder:7b" });
    server.answer = generate("x");
    await answerOf(ollama, nativeRequest({ prefix: "", suffix: "" }));
    expect(server.requests[0]?.json).toMatchObject({ prompt: "\n", suffix: "\n" });
  });

  test("takes the loaded model that can fill in the middle when none is configured", async () => {
    const ollama = await provider({ name: "ollama", model: undefined });
    server.models = byPath({
      "/api/ps": json(200, { models: [{ name: "llama3.2:3b" }] }),
      "/api/tags": json(200, { models: [{ name: "llama3.2:3b" }, { name: "codegemma:2b" }] }),
    });
    server.answer = byPath({ "/api/show": show(["completion"]) });
    await ollama.warmUp(forever);
    expect(ollama.model).toBe("codegemma:2b");
  });

  test("names the command for a model that was not pulled, or for any model at all", async () => {
    const unpulled = await provider({ name: "ollama", model: "qwen2.5-coder:7b" });
    server.answer = json(404, { error: "model 'qwen2.5-coder:7b' not found" });
    expect((await unpulled.warmUp(forever)).failure?.message).toContain(
      "ollama pull qwen2.5-coder:7b",
    );
    expect((await failureOf(unpulled)).message).toContain("ollama pull qwen2.5-coder:7b");
    const unset = await provider({ name: "ollama", model: undefined });
    server.models = json(200, { models: [] });
    expect((await unset.warmUp(forever)).failure?.message).toContain("ollama pull");
  });
});

describe("openai", () => {
  const models = json(200, { data: [{ id: "Qwen/Qwen2.5-Coder-7B", max_model_len: 4096 }] });

  /** Counts the suffix's tokens, or does not. */
  function counting(heedsSuffix: boolean): Answer {
    return (exchange) => {
      const { suffix } = exchange.json;
      const prompt_tokens = 5 + (heedsSuffix && typeof suffix === "string" ? 12 : 0);
      return json(200, {
        choices: [{ text: "x", finish_reason: "length" }],
        usage: { prompt_tokens },
      })(exchange);
    };
  }

  test("uses suffix where it is heeded, and remembers it", async () => {
    const openai = await provider({ name: "openai", model: undefined });
    server.models = models;
    server.answer = counting(true);
    expect(await openai.warmUp(forever)).toEqual({ supportsFim: true, contextLength: 4096 });
    expect(openai.model).toBe("Qwen/Qwen2.5-Coder-7B");
    expect(openai.shape).toMatchObject({ kind: "native", contextLength: 4096 });
    server.answer = completions("x");
    await answerOf(openai, nativeRequest());
    expect(server.requests).toHaveLength(3);
    expect(server.requests[2]?.json).toEqual({
      model: "Qwen/Qwen2.5-Coder-7B",
      prompt: "const a = ",
      suffix: ";\n",
      max_tokens: 64,
      stream: true,
    });
  });

  test.each<[string, Answer]>([
    ["refuses", json(400, { object: "error", message: "suffix is not currently supported" })],
    ["ignores", counting(false)],
  ])("renders the template where the server %s suffix", async (_how, answer) => {
    const openai = await provider({ name: "openai", model: undefined });
    server.models = models;
    server.answer = answer;
    expect(await openai.warmUp(forever)).toMatchObject({ supportsFim: true });
    expect(openai.shape).toMatchObject({ kind: "rendered", template: { family: "qwen-coder" } });
    server.answer = completions("x");
    await answerOf(openai, rendered);
    expect(server.requests.at(-1)?.json).toMatchObject({ prompt: "<P>a<S>b<M>", stop: ["\n"] });
    expect(server.requests.at(-1)?.json).not.toHaveProperty("suffix");
  });

  test("sends no text of a document while it probes", async () => {
    const openai = await provider({ name: "openai" });
    server.answer = counting(true);
    await openai.warmUp(forever);
    for (const { body } of server.requests) expect(body).toContain("def add(a, b)");
  });

  test("a template of the settings is used without a probe", async () => {
    const custom = { ...templateFor("codellama"), family: "custom" } as NonNullable<
      ReturnType<typeof templateFor>
    >;
    const openai = await provider({ name: "openai", template: custom });
    await openai.warmUp(forever);
    expect(openai.shape.template?.family).toBe("custom");
    expect(server.requests).toHaveLength(0);
  });
});

test.each([
  ["ollama", "/v1", "/api/generate"],
  ["ollama", "/api", "/api/generate"],
  ["ollama", "/api/generate", "/api/generate"],
  ["ollama", "/behind/a/gateway", "/behind/a/gateway/api/generate"],
  ["llama-cpp", "/v1/", "/infill"],
  ["llama-cpp", "/infill", "/infill"],
  ["openai", "/v1/completions", "/v1/completions"],
  ["openai", "/v1/chat/completions", "/v1/completions"],
  ["openai", "/v1", "/v1/completions"],
] as const)("%s at an endpoint with %s is asked at %s", async (name, base, path) => {
  const made = await provider({ name, model: "qwen2.5-coder", endpoint: server.origin + base });
  const answers = { ollama: generate("x"), "llama-cpp": infill("x"), openai: completions("x") };
  server.answer = answers[name];
  const request = { ollama: nativeRequest(), "llama-cpp": infillRequest, openai: rendered }[name];
  expect((await answerOf(made, request)).text).toBe("x");
  expect(server.requests[0]?.path).toBe(path);
});

describe("deepseek", () => {
  // https://api-docs.deepseek.com/api/create-completion, with the models of its page quick_start/pricing.
  test.each([
    [undefined, "deepseek-flash"],
    ["deepseek-v4-flash", "deepseek-v4-flash"],
    ["deepseek-v4-pro", "deepseek-v4-pro"],
  ])("model %s: sends its fields only, and reads the cached tokens", async (model, sent) => {
    const deepseek = await provider({
      name: "deepseek",
      model,
      key: "k-123456",
      randomSeed: 3,
    });
    server.answer = completions("x");
    const answered = await answerOf(
      deepseek,
      nativeRequest({ maxOutputTokens: 8000, stops: ["\n"] }),
    );
    expect(answered.usage).toEqual({ promptTokens: 12, completionTokens: 5, cachedTokens: 8 });
    expect(server.requests[0]?.path).toBe("/completions");
    expect(server.requests[0]?.json).toEqual({
      model: sent,
      prompt: "const a = ",
      suffix: ";\n",
      max_tokens: 4096,
      stop: ["\n"],
      stream: true,
    });
  });

  test("names the remedy for an empty balance", async () => {
    const deepseek = await provider({ name: "deepseek", key: "k-123456" });
    server.answer = json(402, { error: { message: "Insufficient Balance" } });
    expect((await failureOf(deepseek)).message).toContain("platform.deepseek.com");
  });
});

describe("llama.cpp", () => {
  const props = json(200, {
    default_generation_settings: { n_ctx: 16_384 },
    model_path: "/models/qwen2.5-coder-1.5b.gguf",
  });
  const ready = byPath({ "/health": json(200, { status: "ok" }), "/props": props });
  const loading = json(503, {
    error: { message: "Loading model", type: "unavailable_error", code: 503 },
  });

  test("sends the lines above, the current line and the suffix apart", async () => {
    const llama = await provider({ name: "llama-cpp", randomSeed: 3 });
    server.answer = infill("x");
    const answered = await answerOf(llama, infillRequest);
    expect(answered.usage).toEqual({ promptTokens: 40, completionTokens: 5, cachedTokens: 30 });
    expect(server.requests[0]?.json).toMatchObject({
      input_prefix: "// top\n",
      prompt: "const a = ",
      input_suffix: ";\n",
      n_predict: 64,
      seed: 3,
      cache_prompt: true,
      id_slot: 0,
      stream: true,
    });
    expect(server.requests[0]?.json).not.toHaveProperty("input_extra");
  });

  const probed = (prompt: string, timings?: object): Answer =>
    json(200, { content: "x", stop: true, prompt, ...(timings && { timings }) });

  test.each([
    ["the prefix", "let probe = a + b;\nlet other = probe * 2;\n", "prefixFirst"],
    ["the suffix", "a + b;\nlet other = probe * 2;\nlet probe = ", "suffixFirst"],
  ])("learns the model, its context and that it reads %s first", async (_side, prompt, order) => {
    const llama = await provider({ name: "llama-cpp", model: undefined });
    server.models = ready;
    server.answer = probed(prompt);
    expect(await llama.warmUp(forever)).toEqual({ supportsFim: true, contextLength: 16_384 });
    expect(llama.shape).toMatchObject({ order, contextLength: 16_384, suffixLimit: 510 });
    expect(llama.model).toBe("qwen2.5-coder-1.5b.gguf");
  });

  test("says nothing where it cannot be looked at, and completes", async () => {
    const llama = await provider({ name: "llama-cpp" });
    server.models = json(404, { error: "not found" });
    server.answer = infill("x");
    expect(await llama.warmUp(forever)).toEqual({ supportsFim: true });
    expect((await answerOf(llama, infillRequest)).text).toBe("x");
  });

  test("sends less after a prompt was cropped", async () => {
    const llama = await provider({ name: "llama-cpp" });
    const long = Array.from({ length: 400 }, (_value, index) => `line ${index};\n`).join("");
    const prompt = `<|fim_prefix|>${long.slice(-1000)}const a = <|fim_suffix|>;\n<|fim_middle|>`;
    server.answer = infill("x", { prompt });
    const request = requestOf(
      {},
      { kind: "infill", prefix: long, linePrefix: "const a = ", suffix: ";\n" },
    );
    await answerOf(llama, request);
    expect(llama.shape).toMatchObject({ prefixLimit: 768, suffixLimit: 510 });
  });

  test("waits while the model loads, without a failure", async () => {
    const clock = createFakeClock();
    // The clock runs ahead of the sockets here: no deadline may come in between.
    const boundedCalls = { firstByteTimeoutMs: 1e9, requestTimeoutMs: 1e9 };
    const llama = await provider({ name: "llama-cpp", clock, ...boundedCalls });
    server.models = loading;
    server.answer = loading;
    const answered = answerOf(llama, infillRequest);
    while (server.lookUps.length < 3) await clock.advance(100);
    server.models = ready;
    server.answer = infill("loaded");
    while (server.requests.length < 2) await clock.advance(100);
    expect((await answered).text).toBe("loaded");
  });

  test("a request that waits for loading ends when it is given up", async () => {
    const llama = await provider({ name: "llama-cpp", clock: createFakeClock() });
    server.models = loading;
    server.answer = loading;
    const controller = new AbortController();
    const answered = answerOf(llama, infillRequest, controller.signal);
    await (
      await server.nextRequest()
    ).closed;
    const reason = new Aborted("superseded");
    controller.abort(reason);
    await expect(answered).rejects.toBe(reason);
  });

  test("asks one thing at a time", async () => {
    const llama = await provider({ name: "llama-cpp" });
    const hold = gate();
    server.answerNext(infill("first", { holdHeaders: hold }), infill("second"));
    const first = answerOf(llama, infillRequest);
    const second = answerOf(llama, infillRequest);
    await server.nextRequest();
    expect(server.requests).toHaveLength(1);
    hold.open();
    expect((await first).text).toBe("first");
    expect((await second).text).toBe("second");
  });

  test("lets an aborted request come to its first token, then stops it and goes on", async () => {
    const llama = await provider({ name: "llama-cpp" });
    const hold = gate();
    server.answerNext(
      infill("never seen", { holdHeaders: hold, holdAfterFirst: gate() }),
      infill("next"),
    );
    const controller = new AbortController();
    const aborted = answerOf(llama, infillRequest, controller.signal);
    const request = await server.nextRequest();
    controller.abort(new Aborted("superseded"));
    // The caller has its answer at once ...
    await expect(aborted).rejects.toBe(controller.signal.reason);
    const next = answerOf(llama, infillRequest);
    // ... while the server reads the prompt to its end, undisturbed.
    expect(request.isAborted).toBe(false);
    expect(server.requests).toHaveLength(1);
    hold.open();
    await request.closed;
    expect(request.isAborted).toBe(true);
    expect((await next).text).toBe("next");
  });

  test("says what to do about a model without FIM tokens", async () => {
    const llama = await provider({ name: "llama-cpp" });
    server.answer = json(501, {
      error: {
        code: 501,
        message: "Infill is not supported by this model",
        type: "not_supported_error",
      },
    });
    expect((await failureOf(llama, infillRequest)).message).toContain(
      "Load a model that was trained",
    );
  });

  test("learns a context that was too small", async () => {
    const llama = await provider({ name: "llama-cpp" });
    server.answer = json(400, {
      error: {
        code: 400,
        message: "too large",
        type: "exceed_context_size_error",
        n_prompt_tokens: 900,
        n_ctx: 512,
      },
    });
    expect(await failureOf(llama, infillRequest)).toMatchObject({ isPromptTooLong: true });
    expect(llama.shape.contextLength).toBe(512);
  });
});

describe("looking for servers on this machine", () => {
  const dependencies = { clock: systemClock, log: silentLog, environment: {} };
  const llamaProps = json(200, { default_generation_settings: { n_ctx: 4096 } });

  test.each<[string, "llama-cpp" | "ollama" | "openai", Record<string, Answer>]>([
    ["llama.cpp", "llama-cpp", { "/props": llamaProps }],
    [
      "llama.cpp that is loading",
      "llama-cpp",
      {
        "/props": json(503, {
          error: { message: "Loading model", type: "unavailable_error", code: 503 },
        }),
      },
    ],
    ["Ollama", "ollama", { "/api/tags": json(200, { models: [{ name: "qwen2.5-coder:7b" }] }) }],
    ["LM Studio", "openai", { "/models": json(200, { data: [{ id: "codestral-22b-v0.1" }] }) }],
  ])("finds %s, asking nothing but what it is", async (_name, name, answers) => {
    server.models = byPath(answers);
    const servers = [{ name, endpoint: server.origin }];
    const found = await findLocalServers(servers, dependencies, forever);
    expect(found).toEqual(servers);
    expect(server.requests).toHaveLength(0);
  });

  test.each<[string, "llama-cpp" | "ollama" | "openai", Answer]>([
    ["another program on the port", "llama-cpp", json(200, { hello: "world" })],
    ["a proxy in trouble", "llama-cpp", json(503, { error: "no upstream" })],
    ["Ollama with chat models only", "ollama", json(200, { models: [{ name: "llama3.2:3b" }] })],
    ["something that never answers", "openai", () => undefined],
  ])("passes over %s", async (_name, name, answer) => {
    server.models = answer;
    const servers = [{ name, endpoint: server.origin }];
    const found = await findLocalServers(servers, dependencies, forever);
    expect(found).toEqual([]);
  });

  test("finds several in the order of the usual places, and knows the usual places", async () => {
    const other = await startFimServer();
    onTestFinished(() => other.close());
    other.models = byPath({ "/props": llamaProps });
    server.models = byPath({ "/props": llamaProps });
    const servers = [
      { name: "llama-cpp", endpoint: "http://127.0.0.1:1" },
      { name: "llama-cpp", endpoint: other.origin },
      { name: "llama-cpp", endpoint: server.origin },
    ] as const;
    expect(await findLocalServers(servers, dependencies, forever)).toEqual(servers.slice(1));
    expect(usualServers.map(({ endpoint }) => new URL(endpoint).port)).toEqual([
      "8012",
      "8080",
      "11434",
      "1234",
    ]);
  });
});
