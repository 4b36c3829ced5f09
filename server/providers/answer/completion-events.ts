/** Turns a successful answer of the OpenAI family, streamed or whole, into the events of a completion. */
import { answerValues } from "./answer-values.ts";
import { readChunk } from "./completion-chunk.ts";
import { createTextEvents } from "./text-events.ts";
import type { HttpResponse } from "../http/connection-pool.ts";
import type { FimEvent } from "../provider.ts";
import type { Timings } from "./timings.ts";

export interface AnswerContext {
  /** For messages. */
  readonly url: string;
  /** Document text in the request. No message may repeat it. */
  readonly sent: readonly string[];
  /** Called if the server adds its timings, as llama.cpp does. */
  readonly onTimings?: (timings: Timings) => void;
}

export async function* completionEvents(
  response: HttpResponse,
  { url, sent, onTimings }: AnswerContext,
): AsyncGenerator<FimEvent> {
  const textEvents = createTextEvents();
  for await (const value of answerValues(response, url)) {
    const { text, tokens, finishReason, usage, timings } = readChunk(value, url, sent);
    yield* textEvents(text, tokens);
    if (finishReason === undefined) continue;
    // The usage, if there is one, comes with the finish reason; only `[DONE]` can follow.
    response.expectEnd();
    if (timings !== undefined) onTimings?.(timings);
    yield { kind: "end", finishReason, ...(usage && { usage }) };
    return;
  }
  yield { kind: "end", finishReason: "truncated" };
}
