/**
 * Bytes to text, and text to the data of server-sent events or to lines of JSON, however it is cut. Lines are
 * bounded, since some server will send one without an end (invariant 10).
 */
import { createParser } from "eventsource-parser";

import { ProviderError } from "../provider.ts";

const maxLineLength = 1024 * 1024;

/** Cuts text that comes in pieces. Not asynchronous: what a piece completes is known when it has come. */
export interface Framer {
  /** What `text` completes. @throws ProviderError (`malformedStream`) at a line without an end */
  feed(text: string): readonly string[];
  /** What came last and lacks its end: gateways forget it, and its text has come. */
  end(): readonly string[];
}

/** The `data` of each event. Comments, ids and event names are ignored. */
export function eventFramer(): Framer {
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
  const feed = (text: string): readonly string[] => {
    parser.feed(normalize(text));
    if (hasOverflowed) throw endlessLine();
    const complete = ready;
    ready = [];
    return complete;
  };
  return { feed, end: () => feed("\n\n") };
}

/** Each line that is not blank (NDJSON). */
export function lineFramer(): Framer {
  let rest = "";
  return {
    feed(text) {
      const parts = (rest + text).split(/\r?\n/);
      rest = parts.pop() ?? "";
      if (rest.length > maxLineLength) throw endlessLine();
      return visible(parts);
    },
    end: () => visible([rest]),
  };
}

/** One text, at its end. */
export function wholeFramer(): Framer {
  let whole = "";
  return {
    feed(text) {
      whole += text;
      return [];
    },
    end: () => [whole],
  };
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

function visible(parts: readonly string[]): readonly string[] {
  return parts.filter((part) => part.trim() !== "");
}

function endlessLine(): ProviderError {
  return new ProviderError({
    kind: "malformedStream",
    isRetryable: false,
    message: `The answer holds a line of more than ${maxLineLength / 1024 / 1024} MiB; it was given up.`,
  });
}
