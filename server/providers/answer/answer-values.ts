/**
 * The JSON values of an answer, however they are framed: server-sent events, lines of JSON or one object. What
 * was asked for decides nothing: gateways answer in another form.
 */
import { notJson } from "../http/api-client.ts";
import { parseAnswerJson } from "../http/answer-json.ts";
import type { HttpResponse } from "../http/connection-pool.ts";
import { eventFramer, jsonFramer, type Framer } from "../http/event-stream.ts";

/**
 * Ends with `[DONE]` or with the body. `url` is for messages.
 * @throws ProviderError (`malformedStream`) on what is not JSON
 */
export async function* answerValues(response: HttpResponse, url: string): AsyncGenerator {
  const decoder = new TextDecoder();
  let framer: Framer | undefined;
  for await (const bytes of response.body) {
    // A character may come in pieces.
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

/** By the first character that is not blank. */
function framerOf(first: string | undefined, url: string): Framer | undefined {
  switch (first) {
    case undefined:
      return undefined;
    // No event stream begins with a bracket: such a body is JSON, whatever its content type says.
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
