/**
 * Reads the JSON values of an answer in any framing: server-sent events, lines of JSON or one object. The requested
 * form does not decide, because gateways may answer in another.
 */
import { notJson } from "../http/api-client.ts";
import { parseAnswerJson } from "../http/answer-json.ts";
import type { HttpResponse } from "../http/connection-pool.ts";
import { eventFramer, jsonFramer, type Framer } from "../http/event-stream.ts";

/**
 * Ends at `[DONE]` or at the end of the body. `url` is for messages. @throws ProviderError (`malformedStream`) on
 * text that is not JSON
 */
export async function* answerValues(response: HttpResponse, url: string): AsyncGenerator {
  const decoder = new TextDecoder();
  let framer: Framer | undefined;
  for await (const bytes of response.body) {
    // A character may be split between pieces.
    const decoded = decoder.decode(bytes, { stream: true });
    const text = framer === undefined ? decoded.trimStart() : decoded;
    framer ??= framerOf(text[0], url);
    if (framer === undefined) continue;
    for (const frame of framer.feed(text)) {
      if (isDone(frame)) return response.expectEnd();
      yield parse(frame, url);
    }
  }
  for (const frame of framer?.end() ?? []) {
    if (!isDone(frame)) yield parse(frame, url);
  }
}

/** Decides by the first non-blank character. */
function framerOf(first: string | undefined, url: string): Framer | undefined {
  switch (first) {
    case undefined:
      return undefined;
    // No event stream begins with a bracket. Such a body is JSON, regardless of its content type.
    case "{":
    case "[":
      return jsonFramer();
    case "<":
      throw notJson(url);
    default:
      return eventFramer();
  }
}

/** The last event of a stream in the OpenAI family. */
function isDone(frame: string): boolean {
  return frame.trim() === "[DONE]";
}

function parse(text: string, url: string): unknown {
  try {
    return parseAnswerJson(text);
  } catch {
    throw notJson(url);
  }
}
