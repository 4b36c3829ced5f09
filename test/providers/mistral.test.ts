/** The Mistral provider against a server that speaks its wire format: fields, answers, warm-up, errors. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { ProviderError, type FimProvider } from "../../server/providers/provider.ts";
import { gate, json, middle, raw, streamOf, type MiddleOptions } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import {
  answerOf,
  caFileOf,
  failureOf,
  makeProvider,
  nativeRequest,
  testKey,
  type TestProvider,
} from "./support.ts";

let server: FimServer;
const providers: FimProvider[] = [];

beforeEach(async () => {
  server = await startFimServer();
});

afterEach(async () => {
  await Promise.all(providers.splice(0).map((provider) => provider.close()));
  await server.close();
});

async function mistral(overrides: Partial<TestProvider> = {}): Promise<FimProvider> {
  const provider = await makeProvider({ endpoint: server.endpoint, ...overrides });
  providers.push(provider);
  return provider;
}

const forever = new AbortController().signal;

describe("the request", () => {
  test("holds what is set and nothing else", async () => {
    const provider = await mistral();
    await answerOf(provider, nativeRequest({ prefix: "let x = ", suffix: ";" }));
    expect(server.requests[0]?.path).toBe("/v1/fim/completions");
    expect(server.requests[0]?.headers["authorization"]).toBe(`Bearer ${testKey}`);
    expect(server.requests[0]?.json).toEqual({
      model: "codestral-latest",
      prompt: "let x = ",
      suffix: ";",
      max_tokens: 64,
      stream: true,
    });
  });

  test("holds every documented field when all are set", async () => {
    const provider = await mistral({
      temperature: 0.1,
      topP: 0.9,
      minTokens: 2,
      randomSeed: 7,
      isStreamed: false,
      usesPromptCacheKey: true,
    });
    await answerOf(provider, nativeRequest({ stops: ["\n", "\n\n"] }));
    expect(server.requests[0]?.json).toEqual({
      model: "codestral-latest",
      prompt: "const a = ",
      suffix: ";\n",
      temperature: 0.1,
      top_p: 0.9,
      max_tokens: 64,
      min_tokens: 2,
      stop: ["\n", "\n\n"],
      random_seed: 7,
      stream: false,
      prompt_cache_key: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test("keeps one random cache key for each document", async () => {
    const provider = await mistral({ usesPromptCacheKey: true });
    for (const uri of ["file:///a.ts", "file:///b.ts", "file:///a.ts"]) {
      await answerOf(provider, nativeRequest({ uri }));
    }
    const [a, b, again] = server.requests.map(({ json: body }) => body["prompt_cache_key"]);
    expect(again).toBe(a);
    expect(b).not.toBe(a);
  });

  test("sends no key where none is configured", async () => {
    const provider = await mistral({ key: undefined });
    await answerOf(provider);
    expect(server.requests[0]?.headers["authorization"]).toBeUndefined();
  });
});

describe("the answer", () => {
  const text = 'return "é 😀";\n\tvalue + 1';
  const usage = {
    prompt_tokens: 8,
    completion_tokens: 5,
    prompt_tokens_details: { cached_tokens: 64 },
  };
  const shapes: Readonly<Record<string, MiddleOptions>> = {
    "an event for each piece": {},
    "the whole stream at once": { chunking: "whole" },
    "a byte at a time": { chunking: 1 },
    "seven bytes at a time": { chunking: 7 },
    "CRLF, a byte at a time": { chunking: 1, eol: "\r\n" },
    "content in parts": { content: "chunks" },
    "no [DONE]": { done: false },
  };
  test.each(Object.entries(shapes))("streams %s", async (_name, options) => {
    server.answer = middle(text, { usage, ...options });
    const provider = await mistral();
    expect(await answerOf(provider)).toMatchObject({
      text,
      finishReason: "stop",
      usage: { promptTokens: 8, completionTokens: 5, cachedTokens: 64 },
    });
  });

  test("comes as one JSON object where no stream is asked", async () => {
    server.answer = middle(text);
    const provider = await mistral({ isStreamed: false });
    expect(await answerOf(provider)).toMatchObject({
      text,
      finishReason: "stop",
      usage: { promptTokens: 10, completionTokens: 5 },
    });
  });

  test("may be one JSON object although a stream was asked, whatever its content type", async () => {
    const answer = { choices: [{ message: { content: "x + 1" }, finish_reason: "length" }] };
    const provider = await mistral();
    for (const type of ["application/json", "text/event-stream", "text/plain"]) {
      server.answerNext(raw(200, `\n${JSON.stringify(answer)}`, { "content-type": type }));
      expect(await answerOf(provider)).toMatchObject({ text: "x + 1", finishReason: "length" });
    }
  });

  test("tells each piece as soon as it has come", async () => {
    const hold = gate();
    server.answer = middle("first-second", { eventLength: 6, holdAfterFirst: hold });
    const provider = await mistral();
    const events = provider.complete(nativeRequest(), forever)[Symbol.asyncIterator]();
    expect((await events.next()).value).toEqual({ kind: "text", text: "first-" });
    hold.open();
    expect((await events.next()).value).toEqual({ kind: "text", text: "second" });
  });

  test.each([
    ["stop", "stop"],
    ["length", "length"],
    ["model_length", "length"],
    ["error", "error"],
    ["tool_calls", "stop"],
    ["a_reason_of_tomorrow", "stop"],
    [null, "truncated"],
  ])("ends with %s as %s", async (told, finishReason) => {
    server.answer = middle("x", { finishReason: told });
    const provider = await mistral();
    expect(await answerOf(provider)).toMatchObject({ text: "x", finishReason });
  });

  test.each([
    { num_cached_tokens: 128 },
    { prompt_token_details: { cached_tokens: 128 } },
    { prompt_tokens_details: { cached_tokens: 128 } },
  ])("reads the cached tokens from %j", async (cached) => {
    server.answer = middle("x", { usage: { prompt_tokens: 200, completion_tokens: 1, ...cached } });
    const provider = await mistral();
    expect((await answerOf(provider)).usage?.cachedTokens).toBe(128);
  });

  test("passes over null contents, empty choices and comments", async () => {
    server.answer = streamOf(
      ": ping\n\n",
      'data: {"choices":[]}\n\n',
      'data: {"choices":[{"delta":{"role":"assistant","content":null},"finish_reason":null}]}\n\n',
      'data: {"choices":[{"delta":{"content":[{"type":"thinking","thinking":[]},{"type":"text","text":"x"}]}}]}\n\n',
      'data:{"choices":[{"delta":{"content":"y"},"finish_reason":"stop"}]}\n\ndata:[DONE]\n\n',
    );
    const provider = await mistral();
    expect(await answerOf(provider)).toMatchObject({ text: "xy", finishReason: "stop" });
  });

  test("delivers a last event whose blank line is missing", async () => {
    server.answer = streamOf(
      'data: {"choices":[{"delta":{"content":"x"},"finish_reason":"stop"}]}',
    );
    const provider = await mistral();
    expect(await answerOf(provider)).toMatchObject({ text: "x", finishReason: "stop" });
  });

  test("replaces invalid UTF-8 and goes on", async () => {
    const bad = Buffer.from([0xc3, 0x28]);
    server.answer = streamOf(
      'data: {"choices":[{"delta":{"content":"a',
      bad,
      'b"},"finish_reason":"stop"}]}\n\n',
    );
    const provider = await mistral();
    expect((await answerOf(provider)).text).toBe("a\u{FFFD}(b");
  });
});

describe("the warm-up", () => {
  test("learns what the model can, under its alias", async () => {
    const provider = await mistral();
    expect(await provider.warmUp(forever)).toEqual({
      contextLength: 128_000,
      supportsFim: true,
    });
    expect(provider.shape.contextLength).toBe(128_000);
    expect(server.lookUps.map(({ path }) => path)).toEqual(["/v1/models"]);
    expect(server.lookUps[0]?.headers["authorization"]).toBe(`Bearer ${testKey}`);
  });

  test.each([
    ["forbidden", json(403, { message: "no" })],
    ["unknown", json(404, { detail: "Not Found" })],
    ["not a list", json(200, { object: "list" })],
    ["without the model", json(200, { data: [{ id: "other" }] })],
  ])("knows nothing when the list is %s", async (_name, answer) => {
    server.models = answer;
    const provider = await mistral();
    expect(await provider.warmUp(forever)).toEqual({});
  });

  test("reports a refused key", async () => {
    server.models = json(401, { detail: "Unauthorized" });
    const provider = await mistral();
    expect((await provider.warmUp(forever)).failure?.kind).toBe("unauthorized");
  });

  test("learns the limits from the headers", async () => {
    server.models = json(
      200,
      { data: [] },
      { "x-ratelimit-limit-req-minute": "60", "x-ratelimit-limit-tokens-minute": "50000" },
    );
    const provider = await mistral();
    expect(await provider.warmUp(forever)).toEqual({ requestsPerMinute: 60 });
    expect(provider).toMatchObject({ requestsPerMinute: 60, tokensPerMinute: 50_000 });
  });

  test("opens the connection that the first request uses", async () => {
    const provider = await mistral();
    await provider.warmUp(forever);
    // As nobody types in the instant in which the warm-up ends.
    await new Promise(setImmediate);
    await answerOf(provider);
    expect(server.requests[0]?.socketNumber).toBe(server.lookUps[0]?.socketNumber);
  });
});

describe("the context length", () => {
  test("bounds prompt and answer together", async () => {
    const provider = await mistral();
    await provider.warmUp(forever);
    await answerOf(provider, nativeRequest({ estimatedTokens: 127_980, maxOutputTokens: 256 }));
    expect(server.requests[0]?.json["max_tokens"]).toBe(20);
  });

  test("refuses a prompt that leaves no room, without sending it", async () => {
    const provider = await mistral();
    await provider.warmUp(forever);
    const failure = await failureOf(provider, nativeRequest({ estimatedTokens: 127_999 }));
    expect(failure).toMatchObject({ kind: "rejected", isPromptTooLong: true });
    expect(server.requests).toHaveLength(0);
  });

  test("is learnt from an overflow", async () => {
    const message =
      "Prompt contains 9000 tokens and 0 draft tokens, too large for model with 8192 maximum context length";
    server.answerNext(
      json(400, { object: "error", message, type: "invalid_request_error", code: "3051" }),
    );
    const provider = await mistral();
    expect(await failureOf(provider)).toMatchObject({ isPromptTooLong: true, status: 400 });
    expect(provider.shape.contextLength).toBe(8192);
  });

  test("is not what a model without FIM tells under the same code", async () => {
    const message = "FIM is not enabled for this model";
    server.answer = json(400, { object: "error", message, code: "3051" });
    const provider = await mistral();
    const failure = await failureOf(provider);
    expect(failure).toMatchObject({
      kind: "rejected",
      isPermanent: true,
      isPromptTooLong: undefined,
    });
    expect(failure.message).toContain("codestral-latest cannot fill in the middle");
    expect(provider.shape.contextLength).toBeUndefined();
  });

  test("is halved when an overflow does not tell it", async () => {
    const provider = await mistral();
    await provider.warmUp(forever);
    server.answerNext(json(400, { object: "error", message: "too long", code: "3051" }));
    expect(await failureOf(provider)).toMatchObject({ isPromptTooLong: true });
    expect(provider.shape.contextLength).toBe(64_000);
  });
});

test("a key that was refused is renewed once", async () => {
  let renewals = 0;
  const key = {
    read: async () => "old-key",
    renew: async () => {
      renewals++;
      return "new-key";
    },
  };
  server.answer = json(401, { detail: "Unauthorized" });
  const provider = await mistral({ key });
  expect(await failureOf(provider)).toMatchObject({ kind: "unauthorized", status: 401 });
  expect(server.requests.map(({ headers }) => headers["authorization"])).toEqual([
    "Bearer old-key",
    "Bearer new-key",
  ]);
  expect(renewals).toBe(1);
});

test.each([
  [
    "Vertex",
    "/v1/projects/p/locations/l/publishers/mistralai/models/codestral@2405",
    "/v1/projects/p/locations/l/publishers/mistralai/models/codestral@2405:streamRawPredict",
    "europe-west4-aiplatform.googleapis.com",
    { authorization: `Bearer ${testKey}` },
    "codestral",
  ],
  [
    "Azure",
    "/v1",
    "/v1/fim/completions",
    "team.azure.com",
    { "api-key": testKey },
    "codestral-latest",
  ],
])("asks %s in its own way", async (_name, base, path, host, headers, model) => {
  const far = await startFimServer({ protocol: "h2", certificateNames: [host] });
  onTestFinished(() => far.close());
  const proxy = await startForwardProxy(new URL(far.origin));
  onTestFinished(() => proxy.close());
  far.answer = middle("x");
  const provider = await mistral({
    endpoint: `https://${host}${base}`,
    proxy: proxy.url,
    caFile: await caFileOf(far),
  });
  expect(await provider.warmUp(forever)).toEqual({});
  expect((await answerOf(provider)).text).toBe("x");
  expect(far.lookUps).toHaveLength(0);
  expect(far.requests[0]).toMatchObject({ path, headers });
  expect(far.requests[0]?.json["model"]).toBe(model);
});

test("leaving the loop early stops the far side", async () => {
  const hold = gate();
  server.answer = middle("first-second", { eventLength: 6, holdAfterFirst: hold });
  const provider = await mistral();
  for await (const event of provider.complete(nativeRequest(), forever)) {
    expect(event).toEqual({ kind: "text", text: "first-" });
    break;
  }
  const request = await server.nextRequest();
  await request.closed;
  expect(request.isAborted).toBe(true);
});

test("an endpoint that is no base URL is refused with its name", async () => {
  for (const endpoint of ["api.mistral.ai", "https://user:pw@host/v1", "https://host/v1?key=1"]) {
    await expect(mistral({ endpoint })).rejects.toThrow(ProviderError);
    await expect(mistral({ endpoint })).rejects.toThrow("provider.endpoint");
  }
});

test("text and key are not sent over plain http to another machine", async () => {
  const provider = await mistral({ endpoint: "http://192.0.2.1/v1" });
  const failure = await failureOf(provider);
  expect(failure.kind).toBe("rejected");
  expect(failure.message).toContain("provider.allowInsecure");
});

test("Inception's FIM API gets its own model and no field that it does not have", async () => {
  const inception = await startFimServer({
    protocol: "h1-tls",
    certificateNames: ["api.inceptionlabs.ai"],
  });
  const proxy = await startForwardProxy(new URL(inception.origin));
  const { port } = new URL(inception.origin);
  const provider = await makeProvider({
    endpoint: `https://api.inceptionlabs.ai:${port}/v1`,
    proxy: proxy.url,
    caFile: await caFileOf(inception),
    usesPromptCacheKey: true,
    randomSeed: 3,
    minTokens: 2,
  });
  inception.answer = middle("a + b");
  expect((await answerOf(provider)).text).toBe("a + b");
  expect(provider.shape.snippets).toBe("none");
  expect(inception.requests[0]?.path).toBe("/v1/fim/completions");
  expect(inception.requests[0]?.json).toEqual({
    model: "mercury-edit-2",
    prompt: "const a = ",
    suffix: ";\n",
    max_tokens: 64,
    stream: true,
  });
  await provider.close();
  await proxy.close();
  await inception.close();
});

test("an endpoint that holds the path of the request already is understood", async () => {
  const provider = await makeProvider({ endpoint: `${server.endpoint}/fim/completions/` });
  server.answer = middle("x");
  expect((await answerOf(provider)).text).toBe("x");
  expect(server.requests.at(-1)?.path).toBe("/v1/fim/completions");
  await provider.close();
});
