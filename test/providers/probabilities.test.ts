/** The probabilities of tokens on the wire: asked for by the right field, read in every form, never at a price. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { TokenTrack } from "../../server/engine/confidence/token-track.ts";
import type { FimRequest } from "../../server/engine/prompt/prompt.ts";
import type { ProviderName } from "../../server/providers/index.ts";
import type { FimProvider } from "../../server/providers/provider.ts";
import { json, raw, type Answer } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { makeProvider, nativeRequest, requestOf } from "./support.ts";

let server: FimServer;
let provider: FimProvider;

beforeEach(async () => {
  server = await startFimServer();
});
afterEach(async () => {
  await provider.close();
  await server.close();
});

interface WireToken {
  readonly token: string;
  readonly bytes: readonly number[] | null;
  readonly logprob: unknown;
}

interface Form {
  readonly provider: ProviderName;
  readonly title: string;
  readonly asksBy: Readonly<Record<string, unknown>>;
  readonly request: FimRequest;
  /** One streamed piece, and the end. */
  readonly piece: (text: string, tokens: readonly WireToken[]) => string;
  readonly end: string;
}

const infillRequest = requestOf(
  {},
  { kind: "infill", prefix: "// top\n", linePrefix: "const a = ", suffix: ";\n" },
);
/** JSON in which a number may be one that JSON does not have. */
const loose = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "number" && !Number.isFinite(part) ? `<${part}>` : part,
  ).replaceAll(/"<(-?\w+)>"/g, "$1");
const openaiEnd = 'data: {"choices":[{"text":"","finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

const forms: readonly Form[] = [
  {
    provider: "llama-cpp",
    title: "llama.cpp",
    asksBy: { n_probs: 1 },
    request: infillRequest,
    piece: (content, tokens) =>
      `data: ${loose({ content, stop: false, completion_probabilities: tokens })}\n\n`,
    end: 'data: {"content":"","stop":true,"stop_type":"eos"}\n\n',
  },
  {
    provider: "openai",
    title: "OpenAI, a list of tokens",
    asksBy: { logprobs: 1 },
    request: nativeRequest(),
    piece: (text, content) => `data: ${loose({ choices: [{ text, logprobs: { content } }] })}\n\n`,
    end: openaiEnd,
  },
  {
    provider: "deepseek",
    title: "OpenAI, a list for each property",
    asksBy: { logprobs: 1 },
    request: nativeRequest(),
    piece: (text, tokens) => {
      const logprobs = {
        tokens: tokens.map(({ token }) => token),
        token_logprobs: tokens.map(({ logprob }) => logprob),
        text_offset: tokens.map(() => 0),
      };
      return `data: ${loose({ choices: [{ text, logprobs }] })}\n\n`;
    },
    end: openaiEnd,
  },
  {
    provider: "ollama",
    title: "Ollama",
    asksBy: { logprobs: true },
    request: nativeRequest(),
    piece: (response, logprobs) => `${loose({ response, done: false, logprobs })}\n`,
    end: '{"response":"","done":true,"done_reason":"stop"}\n',
  },
];

const token = (text: string, logprob: unknown): WireToken => ({
  token: text,
  bytes: [...Buffer.from(text)],
  logprob,
});
const streamed = (...pieces: readonly string[]): Answer =>
  raw(200, pieces.join(""), { "content-type": "text/event-stream" });

async function ask(form: Form, wantsProbabilities = true) {
  provider = await makeProvider({ name: form.provider, endpoint: server.endpoint });
  return await again(form, wantsProbabilities);
}

async function again(form: Form, wantsProbabilities = true) {
  const track = new TokenTrack();
  let text = "";
  const signal = new AbortController().signal;
  for await (const event of provider.complete({ ...form.request, wantsProbabilities }, signal)) {
    if (event.kind !== "text") continue;
    text += event.text;
    track.push(event.text, event.tokens);
  }
  return { text, sum: track.sum, starts: track.starts().map(({ offset }) => offset) };
}

const fieldsOf = (index: number) => {
  const { n_probs, logprobs } = server.requests[index]?.json ?? {};
  return { ...(n_probs !== undefined && { n_probs }), ...(logprobs !== undefined && { logprobs }) };
};

describe.each(forms)("$title", (form) => {
  test("are asked for by the server's own field, and only where they are wanted", async () => {
    server.answer = streamed(form.piece("a", []), form.end);
    await ask(form);
    await again(form, false);
    expect([fieldsOf(0), fieldsOf(1)]).toEqual([form.asksBy, {}]);
  });

  test("come with the text that they belong to", async () => {
    server.answer = streamed(
      form.piece("ab", [token("ab", -0.5)]),
      form.piece(" é\n", [token(" é", -1), token("\n", -0.25)]),
      form.end,
    );
    expect(await ask(form)).toEqual({ text: "ab é\n", sum: -1.75, starts: [0, 2, 4] });
  });

  test("wait for the text that was held back", async () => {
    server.answer = streamed(
      form.piece("", [token("ab", -0.5)]),
      form.piece("abc", [token("c", -1)]),
      form.end,
    );
    expect(await ask(form)).toEqual({ text: "abc", sum: -1.5, starts: [0, 2] });
  });

  test("survive a token that is part of a character and is sent without its beginning", async () => {
    const part = { token: "\ufffd", bytes: [0xa9], logprob: -0.1 };
    server.answer = streamed(
      form.piece("é", [part]),
      form.piece(" = b", [token(" = b", -0.5)]),
      form.end,
    );
    const { text, sum, starts } = await ask(form);
    expect([text, sum]).toEqual(["é = b", -0.6]);
    expect(starts).toHaveLength(2);
  });

  test.each([
    ["is not a number", Number.NaN],
    ["is minus infinity", Number.NEGATIVE_INFINITY],
    ["is positive", 3],
    ["is a text", "-1"],
    ["is null", null],
  ])("are not believed where one %s, and the text is kept", async (_title, logprob) => {
    server.answer = streamed(
      form.piece("foo(NaN, ", [token("foo(NaN, ", logprob)]),
      form.piece("b)", [token("b)", -0.5)]),
      form.end,
    );
    expect(await ask(form)).toMatchObject({ text: "foo(NaN, b)", sum: undefined });
  });

  test("are not believed where tokens are missing", async () => {
    server.answer = streamed(
      form.piece("const total", [token("const", -0.5)]),
      form.piece(" = 1", [token(" = 1", -0.5)]),
      form.end,
    );
    expect(await ask(form)).toMatchObject({ text: "const total = 1", sum: undefined });
  });

  test("are not believed where there is more than the text", async () => {
    server.answer = streamed(form.piece("a", [token("b".repeat(200), -0.5)]), form.end);
    expect(await ask(form)).toMatchObject({ text: "a", sum: undefined });
  });

  test("may be absent", async () => {
    server.answer = streamed(form.piece("a", []), form.end);
    expect(await ask(form)).toMatchObject({ text: "a", sum: undefined });
  });

  test.each([
    [400, { error: "unknown field" }],
    [422, { detail: [{ msg: "Extra inputs are not permitted" }] }],
    [500, { error: { message: "logprobs is not supported for models created so" } }],
  ])(
    "are not asked for again after a refusal (%i), which costs no answer",
    async (status, body) => {
      server.answerNext(json(status, body));
      server.answer = streamed(form.piece("ab", []), form.end);
      expect(await ask(form)).toMatchObject({ text: "ab" });
      expect(await again(form)).toMatchObject({ text: "ab" });
      expect([0, 1, 2].map(fieldsOf)).toEqual([form.asksBy, {}, {}]);
      expect(server.requests).toHaveLength(3);
    },
  );

  test("are still asked for where the request was refused for another reason", async () => {
    server.answerNext(json(400, { error: "bad model" }), json(400, { error: "bad model" }));
    server.answer = streamed(form.piece("ab", []), form.end);
    await expect(ask(form)).rejects.toMatchObject({ kind: "rejected" });
    await again(form);
    expect(fieldsOf(2)).toEqual(form.asksBy);
  });
});

test("Mistral's FIM API has no such field and gets none", async () => {
  provider = await makeProvider({ endpoint: server.endpoint });
  const signal = new AbortController().signal;
  for await (const event of provider.complete(
    { ...nativeRequest(), wantsProbabilities: true },
    signal,
  ))
    void event;
  expect(Object.keys(server.requests[0]?.json ?? {})).toEqual([
    "model",
    "prompt",
    "suffix",
    "max_tokens",
    "stream",
  ]);
});
