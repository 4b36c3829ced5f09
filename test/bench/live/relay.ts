/**
 * Runs between the built server and a real llama-server. Each distinct prompt is computed once, completely, with
 * its token probabilities. It is then replayed token by token in the requested form. Changes after the model can be
 * measured again in seconds, and all settings see the same answers.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface WholeAnswer {
  readonly tokens: readonly string[];
  readonly logprobs: readonly number[];
  readonly finish: "stop" | "length";
}

export interface Relay {
  /** For the provider llama-cpp, with probabilities, and for mistral, which has none. */
  readonly origin: string;
  /** The whole answer to the last prompt; `undefined` since `forget`. */
  readonly last: WholeAnswer | undefined;
  /** Tokens sent since `forget`, before the server had enough. */
  readonly sent: number;
  forget(): void;
  close(): Promise<void>;
}

const maxTokens = 96;

export async function startRelay(endpoint: string): Promise<Relay> {
  const known = new Map<string, Promise<WholeAnswer>>();
  let last: WholeAnswer | undefined;
  let sent = 0;

  const wholeAnswer = (body: Body): Promise<WholeAnswer> => {
    const question = questionOf(body);
    const key = JSON.stringify(question);
    const answer = known.get(key) ?? compute(endpoint, question);
    known.set(key, answer);
    return answer;
  };

  const play = async (path: string, body: Body, response: ServerResponse): Promise<void> => {
    const answer = await wholeAnswer(body);
    last = answer;
    const isInfill = path === "/infill";
    const { pieces, finish } = cutForClient(answer, body);
    const promptTokens = 100;
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const { text, logprob } of pieces) {
      if (response.destroyed) return;
      const told = body["n_probs"] === undefined ? {} : probabilitiesOf(text, logprob);
      const event = isInfill
        ? { content: text, stop: false, ...told }
        : { choices: [{ index: 0, delta: { content: text }, finish_reason: null }] };
      response.write(`data: ${JSON.stringify(event)}\n\n`);
      sent += 1;
      // An abort has to arrive before the next token leaves.
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
    const end = isInfill
      ? {
          content: "",
          stop: true,
          stop_type: finish === "length" ? "limit" : "eos",
          tokens_evaluated: promptTokens,
          tokens_predicted: pieces.length,
          // As of a fast server: how long this machine computes is not what is measured.
          timings: {
            cache_n: 0,
            prompt_n: promptTokens,
            prompt_ms: 10,
            predicted_n: pieces.length,
          },
        }
      : { choices: [{ index: 0, delta: { content: "" }, finish_reason: finish }] };
    response.end(`data: ${JSON.stringify(end)}\n\n${isInfill ? "" : "data: [DONE]\n\n"}`);
  };

  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: String(error) }));
    });
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const path = (request.url ?? "").split("?")[0] ?? "";
    const body = text === "" ? {} : (JSON.parse(text) as Body);
    if (request.method === "POST" && body["stream"] === true) return play(path, body, response);
    // What the server wants to know about the model's server: the real one answers.
    const answer = await fetch(endpoint + path, {
      method: request.method ?? "GET",
      ...(text !== "" && { body: text, headers: { "content-type": "application/json" } }),
    });
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  };
  server.requestTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));

  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get last() {
      return last;
    },
    get sent() {
      return sent;
    },
    forget() {
      last = undefined;
      sent = 0;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

type Body = Readonly<Record<string, unknown>>;

/** The same place asked in either form is the same question. */
function questionOf(body: Body): object {
  const text = (name: string): string => (typeof body[name] === "string" ? body[name] : "");
  return {
    input_extra: body["input_extra"] ?? [],
    input_prefix: text("input_prefix") + text("prompt"),
    input_suffix: text("input_suffix") + text("suffix"),
  };
}

async function compute(endpoint: string, question: object): Promise<WholeAnswer> {
  const response = await fetch(`${endpoint}/infill`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      ...question,
      prompt: "",
      n_predict: maxTokens,
      temperature: 0,
      top_k: 1,
      n_probs: 1,
      cache_prompt: true,
    }),
  });
  if (!response.ok) throw new Error(`${endpoint} answered ${response.status}`);
  const answer = (await response.json()) as {
    readonly stop_type?: string;
    readonly completion_probabilities?: readonly { bytes: number[]; logprob: number }[];
  };
  const tokens: string[] = [];
  const logprobs: number[] = [];
  let bytes: number[] = [];
  let sum = 0;
  for (const token of answer.completion_probabilities ?? []) {
    bytes.push(...token.bytes);
    sum += token.logprob;
    const text = Buffer.from(bytes).toString();
    // A token may be a part of a character: it is sent with the rest of it.
    if (bytes.length === 0 || text.includes("\uFFFD")) continue;
    tokens.push(text);
    logprobs.push(Math.min(0, sum));
    bytes = [];
    sum = 0;
  }
  return { tokens, logprobs, finish: answer.stop_type === "limit" ? "length" : "stop" };
}

/** To the client's own limit, and to the first of its stop strings. */
function cutForClient({ tokens, logprobs, finish }: WholeAnswer, body: Body) {
  const limit = Number(body["n_predict"] ?? body["max_tokens"] ?? maxTokens);
  const stops = Array.isArray(body["stop"]) ? (body["stop"] as readonly string[]) : [];
  const pieces: { text: string; logprob: number }[] = [];
  let text = "";
  for (const [index, token] of tokens.entries()) {
    if (pieces.length >= limit) return { pieces, finish: "length" as const };
    const before = text.length;
    text += token;
    const ends = stops.map((stop) => text.indexOf(stop)).filter((end) => end >= 0);
    const end = Math.min(...ends);
    const kept = ends.length === 0 ? token : token.slice(0, Math.max(0, end - before));
    if (kept !== "") pieces.push({ text: kept, logprob: logprobs[index] ?? 0 });
    if (ends.length > 0) return { pieces, finish: "stop" as const };
  }
  return { pieces, finish };
}

function probabilitiesOf(text: string, logprob: number): object {
  const bytes = [...Buffer.from(text)];
  return { completion_probabilities: [{ token: text, bytes, logprob, top_logprobs: [] }] };
}
