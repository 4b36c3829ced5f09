/**
 * Decodes bytes into text, and text into the data of server-sent events or lines of JSON, however the pieces are
 * cut. Line length is bounded, because a broken server may send a line without an end (invariant 10).
 */
import { createParser } from "eventsource-parser";

import { ProviderError } from "../provider.ts";
import { parseAnswerJson } from "./answer-json.ts";

const maxLineLength = 1024 * 1024;

/** Splits text that arrives in pieces. Synchronous: the values that a piece completes are returned at once. */
export interface Framer {
  /** The values that `text` completes. @throws ProviderError (`malformedStream`) on a line without an end */
  feed(text: string): readonly string[];
  /** The last value if its end is missing: some gateways omit it although the text is complete. */
  end(): readonly string[];
}

/**
 * The `data` of each event. Comments, ids and event names are ignored. If the first `data` line is complete JSON,
 * it is an event of its own: some servers omit the blank line after it, and no line can be added to complete JSON.
 */
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
  let rest = "";
  let isDataPending = false;
  const takeLine = (line: string): void => {
    const data = /^data:(.*)$/s.exec(line)?.[1];
    const isWhole = data !== undefined && !isDataPending && isJson(data);
    parser.feed(isWhole ? `${line}\n\n` : `${line}\n`);
    if (line === "") isDataPending = false;
    else isDataPending ||= data !== undefined && !isWhole;
  };
  const feed = (text: string): readonly string[] => {
    const normal = normalize(text);
    rest += normal;
    if (normal.includes("\n")) {
      const lines = rest.split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) takeLine(line);
    }
    if (hasOverflowed || rest.length > maxLineLength) throw endlessLine();
    const complete = ready;
    ready = [];
    return visible(complete);
  };
  return { feed, end: () => feed("\n\n") };
}

/** JSON: one value, or one per non-blank line (NDJSON). The first line shows which it is. */
export function jsonFramer(): Framer {
  let rest = "";
  let hasValueLines: boolean | undefined;
  return {
    feed(text) {
      rest += text;
      if (hasValueLines === false || !text.includes("\n")) {
        if (hasValueLines === true && rest.length > maxLineLength) throw endlessLine();
        return [];
      }
      const parts = rest.split(/\r?\n/);
      const last = parts.pop() ?? "";
      const lines = visible(parts);
      const [first] = lines;
      if (first === undefined) return [];
      hasValueLines ??= isJson(first);
      if (!hasValueLines) return [];
      rest = last;
      return lines;
    },
    end: () => visible([rest]),
  };
}

function isJson(text: string): boolean {
  try {
    parseAnswerJson(text);
    return true;
  } catch {
    return false;
  }
}

/** The whole text, decoded. Reads at most `maxBytes`. */
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
 * The specification allows a lone CR as line end. The parser holds back the last event after a CR, because an LF
 * may follow. A CR is therefore passed on as LF, and the LF of a pair is dropped even if it comes in the next
 * piece. The event need not wait.
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
