/**
 * The JSON values of an answer, however they are framed: server-sent events, lines of JSON, or one object
 * where a stream was asked, as gateways do.
 */
import { notJson } from "./api-client.ts";
import type { HttpResponse } from "./connection-pool.ts";
import { eventData, lines, wholeText } from "./event-stream.ts";

export interface Framing {
  readonly streamed: "events" | "lines";
  /** For messages. */
  readonly url: string;
}

/** Ends with `[DONE]` or with the body. @throws ProviderError (`malformedStream`) on what is not JSON */
export async function* answerValues(
  response: HttpResponse,
  { streamed, url }: Framing,
): AsyncGenerator {
  const { firstByte, bytes } = await peek(response.body);
  if (streamed === "lines") {
    for await (const line of lines(bytes)) yield parse(line, url);
    return;
  }
  // No event stream begins with a bracket: a body that does is one JSON value, whatever its content type says.
  if (firstByte === "{" || firstByte === "[") {
    yield parse(await wholeText(bytes), url);
    return;
  }
  if (firstByte === "<") throw notJson(url);
  for await (const data of eventData(bytes)) {
    if (data.trim() === "[DONE]") {
      response.expectEnd();
      return;
    }
    yield parse(data, url);
  }
}

/** The first byte that is not blank, as text, without losing it. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ firstByte: string; bytes: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  const seen: Uint8Array[] = [];
  let firstByte = "";
  while (firstByte === "") {
    const next = await iterator.next();
    if (next.done === true) break;
    seen.push(next.value);
    const visible = next.value.find((byte) => byte > 0x20 && byte < 0x7f);
    if (visible !== undefined) firstByte = String.fromCodePoint(visible);
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      yield* seen;
      for (;;) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { firstByte, bytes: bytes() };
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw notJson(url);
  }
}
