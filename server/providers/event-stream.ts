/**
 * Bytes to the data of server-sent events, or to lines of JSON. Decoding goes over chunk borders: a character
 * may come in pieces. Lines are bounded, since some server will send one without an end (invariant 10).
 */
import { createParser } from "eventsource-parser";

import { ProviderError } from "./provider.ts";

const maxLineLength = 1024 * 1024;

/**
 * The `data` of each event. Comments, ids and event names are ignored. A last event whose blank line is
 * missing is delivered too: gateways forget it, and its text has come.
 */
export async function* eventData(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let ready: string[] = [];
  let hasOverflowed = false;
  const parser = createParser({
    maxBufferSize: maxLineLength,
    onEvent: ({ data }) => void ready.push(data),
    onError: ({ type }) => {
      hasOverflowed ||= type === "max-buffer-size-exceeded";
    },
  });
  const normalize = lineEndNormalizer();
  for await (const text of decoded(bytes)) {
    parser.feed(normalize(text));
    const complete = ready;
    ready = [];
    yield* complete;
    if (hasOverflowed) throw endlessLine();
  }
  parser.feed("\n\n");
  yield* ready;
}

/** Each line that is not blank (NDJSON). */
export async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of decoded(bytes)) {
    const parts = (rest + text).split(/\r?\n/);
    rest = parts.pop() ?? "";
    for (const part of parts) if (part.trim() !== "") yield part;
    if (rest.length > maxLineLength) throw endlessLine();
  }
  if (rest.trim() !== "") yield rest;
}

/** The whole text, decoded; at most `maxBytes` are read. */
export async function wholeText(
  bytes: AsyncIterable<Uint8Array>,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let read = 0;
  for await (const chunk of bytes) {
    text += decoder.decode(chunk.subarray(0, maxBytes - read), { stream: true });
    read += chunk.length;
    if (read >= maxBytes) break;
  }
  return text + decoder.decode();
}

async function* decoded(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true });
  const last = decoder.decode();
  if (last !== "") yield last;
}

/**
 * The specification lets a lone CR end a line; the parser holds the last such event back, because an LF may
 * follow. Told as LF, with the LF of a pair dropped even when it comes in the next piece, it need not wait.
 */
function lineEndNormalizer(): (text: string) => string {
  let endedInCr = false;
  return (text) => {
    const start = endedInCr && text.startsWith("\n") ? 1 : 0;
    if (text !== "") endedInCr = text.endsWith("\r");
    const piece = start === 0 ? text : text.slice(start);
    return piece.includes("\r") ? piece.replaceAll(/\r\n?/g, "\n") : piece;
  };
}

function endlessLine(): ProviderError {
  return new ProviderError({
    kind: "malformedStream",
    isRetryable: false,
    message: `The answer holds a line of more than ${maxLineLength / 1024 / 1024} MiB; it was given up.`,
  });
}
