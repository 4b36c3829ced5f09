/**
 * Answers for the loopback FIM server (fim-server.ts): one function per kind, valid or broken. An `Answer` is a
 * function of the exchange, so a test can define its own in place.
 */
import type { Exchange } from "./exchange.ts";

export type Answer = (exchange: Exchange) => void | Promise<void>;

/** Something a test opens when it wants the answer to go on: time never decides. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  const { promise, resolve } = deferred();
  return { opened: promise, open: resolve };
}

export interface MiddleOptions {
  /** As the wire is cut: `whole` in one piece, a number in pieces of so many bytes. Default: one per event. */
  readonly chunking?: "events" | "whole" | number;
  /** Characters per text event; default 4. */
  readonly eventLength?: number;
  readonly eol?: "\n" | "\r\n";
  /** `null`: the stream never says why it ended. Default `stop`. */
  readonly finishReason?: string | null;
  /** Ends the stream by `data: [DONE]`. Default true. */
  readonly done?: boolean;
  readonly usage?: Readonly<Record<string, unknown>>;
  /** How the text is told in an event. */
  readonly content?: "string" | "chunks";
  /** Waited for once, after the first text event has left. */
  readonly holdAfterFirst?: Gate;
  /** Waited for before the headers leave. */
  readonly holdHeaders?: Gate;
  readonly headers?: Readonly<Record<string, string>>;
}

type Middle = string | ((exchange: Exchange) => string);

/** The middle, as the FIM API tells it: an event stream where `stream` was asked, else one JSON object. */
export function middle(text: Middle, options: MiddleOptions = {}): Answer {
  return async (exchange) => {
    await options.holdHeaders?.opened;
    const whole = typeof text === "function" ? text(exchange) : text;
    if (exchange.json["stream"] !== true) return sendObject(exchange, whole, options);
    await sendPieces(exchange, streamEvents(whole, options), options);
  };
}

/** Sends the pieces of a stream, cut as asked, and ends the answer. */
export async function sendPieces(
  exchange: Exchange,
  pieces: readonly string[],
  options: Pick<MiddleOptions, "chunking" | "holdAfterFirst" | "headers">,
): Promise<void> {
  exchange.head(200, { "content-type": "text/event-stream; charset=utf-8", ...options.headers });
  if (options.chunking === undefined || options.chunking === "events") {
    for (const [index, piece] of pieces.entries()) {
      exchange.write(piece);
      if (index === 1) await options.holdAfterFirst?.opened;
    }
  } else {
    const bytes = Buffer.from(pieces.join(""));
    const size = options.chunking === "whole" ? bytes.length : options.chunking;
    for (let start = 0; start < bytes.length; start += size) {
      exchange.write(bytes.subarray(start, start + size));
      // Lets every piece travel by itself instead of being gathered into one segment.
      await new Promise(setImmediate);
    }
  }
  exchange.end();
}

/** A different answer for each path; 404 for any other. */
export function byPath(answers: Readonly<Record<string, Answer>>): Answer {
  return (exchange) => (answers[exchange.path] ?? json(404, { error: "not found" }))(exchange);
}

/** The true middle: what stands in `original` between the prompt's end and the suffix's start; else nothing. */
export function gold(...originals: readonly string[]): (exchange: Exchange) => string {
  return ({ json: body }) => {
    const prefix = textField(body, "prompt", "input_prefix").slice(-200);
    const suffix = textField(body, "suffix", "input_suffix").slice(0, 200);
    for (const original of originals) {
      const start = original.indexOf(prefix);
      if (start < 0) continue;
      const from = start + prefix.length;
      const end = suffix === "" ? original.length : original.indexOf(suffix, from);
      if (end >= from) return original.slice(from, end);
    }
    return "";
  };
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return raw(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

/** Any status, body and headers. */
export function raw(
  status: number,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (exchange) => {
    exchange.head(status, headers);
    exchange.end(body);
  };
}

/** These event-stream bytes as they are, then the end of the body. */
export function streamOf(...pieces: readonly (string | Buffer)[]): Answer {
  return (exchange) => {
    exchange.head(200, { "content-type": "text/event-stream" });
    for (const piece of pieces) exchange.write(piece);
    exchange.end();
  };
}

/** Takes the request and never answers. */
export const silence: Answer = () => {};

/** Sends headers and the first event, then nothing more. */
export function stall(text: string): Answer {
  return (exchange) => {
    exchange.head(200, { "content-type": "text/event-stream" });
    exchange.write(streamEvents(text, { eventLength: text.length }).slice(0, 2).join(""));
  };
}

/** Cuts the connection instead of answering. */
export const resetBeforeHeaders: Answer = (exchange) => exchange.reset();

/** Sends the first event, and cuts the connection when `cut` opens: when the test has seen the event arrive. */
export function resetAfter(text: string, cut: Gate): Answer {
  return async (exchange) => {
    await stall(text)(exchange);
    await cut.opened;
    exchange.reset();
  };
}

/** One line without an end, `bytes` long. */
export function endlessLine(bytes: number): Answer {
  return flood({ "content-type": "text/event-stream" }, "data: ", bytes);
}

/** A JSON body that goes on for `bytes`. */
export function hugeBody(bytes: number): Answer {
  return flood(
    { "content-type": "application/json" },
    '{"choices":[{"message":{"content":"',
    bytes,
  );
}

function flood(headers: Readonly<Record<string, string>>, start: string, bytes: number): Answer {
  return async (exchange) => {
    exchange.head(200, headers);
    exchange.write(start);
    const piece = Buffer.alloc(64 * 1024, "x");
    for (let sent = 0; sent < bytes && !exchange.isAborted; sent += piece.length) {
      await exchange.writeAndWait(piece);
    }
    exchange.end();
  };
}

function textField(body: Exchange["json"], ...names: readonly string[]): string {
  for (const name of names) {
    const value = body[name];
    if (typeof value === "string") return value;
  }
  return "";
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let settle: () => void;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: () => settle() };
}

function sendObject(exchange: Exchange, text: string, options: MiddleOptions): void {
  const message = { role: "assistant", content: contentOf(text, options), tool_calls: null };
  const finishReason = options.finishReason === undefined ? "stop" : options.finishReason;
  void json(
    200,
    {
      id: "fim-1",
      object: "chat.completion",
      created: 1,
      model: textField(exchange.json, "model"),
      choices: [{ index: 0, message, finish_reason: finishReason }],
      usage: options.usage ?? { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
    },
    options.headers,
  )(exchange);
}

function streamEvents(text: string, options: MiddleOptions): readonly string[] {
  const { eol = "\n", eventLength = 4, done = true, usage } = options;
  const finishReason = options.finishReason === undefined ? "stop" : options.finishReason;
  const characters = Array.from(text);
  const deltas: unknown[] = [{ role: "assistant", content: "" }];
  for (let start = 0; start < characters.length; start += eventLength) {
    const piece = characters.slice(start, start + eventLength).join("");
    deltas.push({ content: contentOf(piece, options) });
  }
  const chunks = deltas.map((delta) => streamChunk(delta, null));
  if (finishReason !== null) {
    chunks.push({ ...streamChunk({ content: "" }, finishReason), ...(usage && { usage }) });
  }
  const events = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}${eol}${eol}`);
  return done ? [...events, `data: [DONE]${eol}${eol}`] : events;
}

function streamChunk(delta: unknown, finishReason: string | null): Record<string, unknown> {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return { id: "fim-1", object: "chat.completion.chunk", created: 1, model: "m", choices };
}

function contentOf(text: string, options: MiddleOptions): unknown {
  if (options.content !== "chunks") return text;
  return [
    { type: "text", text },
    { type: "reference", reference_ids: [1] },
  ];
}
