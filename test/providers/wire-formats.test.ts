/** Every provider reads its own wire format, however it is cut, and tells the same things about it. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { FimRequest } from "../../server/engine/prompt/prompt.ts";
import type { ProviderName } from "../../server/providers/index.ts";
import type { FimProvider } from "../../server/providers/provider.ts";
import {
  gate,
  json,
  middle,
  raw,
  type Answer,
  type MiddleOptions,
} from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { completions, generate, infill } from "../support/local-answers.ts";
import { answerOf, failureOf, makeProvider, nativeRequest, requestOf } from "./support.ts";

interface Wire {
  readonly name: ProviderName;
  readonly path: string;
  readonly answer: (text: string, options?: MiddleOptions) => Answer;
  readonly request: FimRequest;
  readonly lengthReason: MiddleOptions & { readonly stopType?: string };
  /** An error in the middle of a stream under status 200, in the provider's form. */
  readonly midStream: Answer;
  /** The pieces `x` and `y`, and a last value without a text field. */
  readonly bareEnd: readonly string[];
}

const infillRequest = requestOf(
  {},
  { kind: "infill", prefix: "// top\n", linePrefix: "const a = ", suffix: ";\n" },
);

function streamed(...lines: readonly string[]): Answer {
  return raw(200, lines.join(""), { "content-type": "text/event-stream" });
}

const wires: readonly Wire[] = [
  {
    name: "mistral",
    path: "/v1/fim/completions",
    answer: middle,
    request: nativeRequest(),
    lengthReason: { finishReason: "length" },
    midStream: streamed(
      'data: {"choices":[{"delta":{"content":"x"}}]}\n\n',
      'data: {"object":"error","message":"engine died"}\n\n',
    ),
    bareEnd: [
      '{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":""}]}',
      '{"choices":[{"index":0,"delta":{"content":"y"},"finish_reason":"null"}]}',
      '{"choices":[{"index":0,"finish_reason":"stop"}]}',
    ],
  },
  {
    name: "deepseek",
    path: "/v1/completions",
    answer: completions,
    request: nativeRequest(),
    lengthReason: { finishReason: "length" },
    midStream: streamed(
      'data: {"choices":[{"text":"x"}]}\n\n',
      'data: {"error":{"message":"engine died","type":"server_error"}}\n\n',
    ),
    bareEnd: [
      '{"choices":[{"index":0,"text":"x","finish_reason":""}]}',
      '{"choices":[{"index":0,"text":"y","finish_reason":"null"}]}',
      '{"choices":[{"index":0,"finish_reason":"stop"}]}',
    ],
  },
  {
    name: "openai",
    path: "/v1/completions",
    answer: completions,
    request: nativeRequest(),
    lengthReason: { finishReason: "length" },
    midStream: streamed(
      'data: {"choices":[{"text":"x"}]}\n\n',
      'data: {"object":"error","message":"engine died","code":500}\n\n',
    ),
    bareEnd: [
      '{"choices":[{"index":0,"text":"x","finish_reason":""}]}',
      '{"choices":[{"index":0,"text":"y","finish_reason":"null"}]}',
      '{"choices":[{"index":0,"finish_reason":"stop"}]}',
    ],
  },
  {
    name: "ollama",
    path: "/api/generate",
    answer: generate,
    request: nativeRequest(),
    lengthReason: { finishReason: "length" },
    midStream: streamed('{"response":"x","done":false}\n', '{"error":"engine died"}\n'),
    bareEnd: ['{"response":"x"}', '{"response":"y"}', '{"done":true,"done_reason":"stop"}'],
  },
  {
    name: "llama-cpp",
    path: "/infill",
    answer: infill,
    request: infillRequest,
    lengthReason: { stopType: "limit" },
    midStream: streamed(
      'data: {"content":"x","stop":false}\n\n',
      'data: {"error":{"code":500,"message":"engine died","type":"server_error"}}\n\n',
    ),
    bareEnd: ['{"content":"x"}', '{"content":"y","stop":false}', '{"stop":true,"stop_type":"eos"}'],
  },
];

const text = 'return "é 😀";\n\tvalue + 1';

describe.each(wires)("$name", (wire) => {
  const { name, path, answer, request, lengthReason, midStream, bareEnd } = wire;
  let server: FimServer;
  let provider: FimProvider;

  beforeEach(async () => {
    server = await startFimServer();
    provider = await makeProvider({ name, endpoint: server.endpoint, model: "qwen2.5-coder" });
  });
  afterEach(async () => {
    await provider.close();
    await server.close();
  });

  test.each<[string, MiddleOptions]>([
    ["event by event", {}],
    ["whole", { chunking: "whole" }],
    ["by one byte", { chunking: 1 }],
    ["by seven bytes", { chunking: 7 }],
    ["with CRLF, by one byte", { chunking: 1, eol: "\r\n" }],
  ])("reads a stream %s", async (_how, options) => {
    server.answer = answer(text, options);
    const answered = await answerOf(provider, request);
    expect(answered).toMatchObject({ text, finishReason: "stop" });
    expect(server.requests[0]?.path).toBe(path);
    expect(server.requests[0]?.json["stream"]).toBe(true);
  });

  test("reads an answer in one piece", async () => {
    const whole = await makeProvider({
      name,
      endpoint: server.endpoint,
      model: "qwen2.5-coder",
      isStreamed: false,
    });
    server.answer = answer(text);
    expect(await answerOf(whole, request)).toMatchObject({ text, finishReason: "stop" });
    expect(server.requests[0]?.json["stream"]).toBe(false);
    await whole.close();
  });

  test.each([
    ["events", (values: readonly string[]) => values.map((value) => `data: ${value}\n\n`)],
    [
      "events without blank lines",
      (values: readonly string[]) => values.map((v) => `data: ${v}\n`),
    ],
    ["lines", (values: readonly string[]) => values.map((value) => `${value}\n`)],
  ])("reads %s whose last has no text", async (_form, framed) => {
    server.answer = streamed(...framed(bareEnd));
    expect(await answerOf(provider, request)).toMatchObject({ text: "xy", finishReason: "stop" });
  });

  test.each([
    ["gzip", gzipSync],
    ["br", brotliCompressSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["GZIP", gzipSync],
    ["identity", (bytes: string) => Buffer.from(bytes)],
  ])("reads an answer in %s, which nobody asked for", async (encoding, compress) => {
    const body = bareEnd.map((value) => `data: ${value}\n\n`).join("");
    server.answer = raw(200, compress(body), { "content-encoding": encoding });
    expect(await answerOf(provider, request)).toMatchObject({ text: "xy", finishReason: "stop" });
  });

  test("tells an answer that was cut at its length", async () => {
    server.answer = answer("x", lengthReason);
    expect(await answerOf(provider, request)).toMatchObject({ text: "x", finishReason: "length" });
  });

  test("takes a stream that ends without a reason as truncated", async () => {
    server.answer = async (exchange) => {
      exchange.head(200, { "content-type": "text/event-stream" });
      exchange.end();
    };
    expect(await answerOf(provider, request)).toMatchObject({
      text: "",
      finishReason: "truncated",
    });
  });

  test("tells an error in the middle of a stream", async () => {
    server.answer = midStream;
    const failure = await failureOf(provider, request);
    expect(failure).toMatchObject({ kind: "unavailable", isRetryable: true });
    expect(failure.message).toContain("engine died");
  });

  test("tells what is no answer at all", async () => {
    server.answer = raw(200, "<html><body>Log in</body></html>", { "content-type": "text/html" });
    expect(await failureOf(provider, request)).toMatchObject({ kind: "malformedStream" });
  });

  test.each([
    [401, "unauthorized"],
    [404, "rejected"],
    [429, "rateLimited"],
    [500, "unavailable"],
  ])("tells status %i as %s, with the server's words", async (status, kind) => {
    server.answer = json(status, { error: { code: status, message: "words", type: "t" } });
    const failure = await failureOf(provider, request);
    expect(failure).toMatchObject({ kind, status });
    expect(failure.message).toContain("words");
  });

  test("stops the far side when the reader leaves", async () => {
    const hold = gate();
    server.answer = answer("first-second", { eventLength: 6, holdAfterFirst: hold });
    for await (const event of provider.complete(request, new AbortController().signal)) {
      expect(event).toEqual({ kind: "text", text: "first-" });
      break;
    }
    const asked = await server.nextRequest();
    await asked.closed;
    expect(asked.isAborted).toBe(true);
  });
});
