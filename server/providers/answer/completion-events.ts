/** A successful answer of the OpenAI family, streamed or whole, as the events of a completion. */
import { answerValues } from "./answer-values.ts";
import { readChunk } from "./completion-chunk.ts";
import { createTextEvents } from "./text-events.ts";
import type { HttpResponse } from "../http/connection-pool.ts";
import type { FimEvent } from "../provider.ts";

export interface AnswerContext {
  /** For messages. */
  readonly url: string;
  /** Document text in the request, which no message may repeat. */
  readonly sent: readonly string[];
}

export async function* completionEvents(
  response: HttpResponse,
  { url, sent }: AnswerContext,
): AsyncGenerator<FimEvent> {
  const textEvents = createTextEvents();
  for await (const value of answerValues(response, url)) {
    const { text, tokens, finishReason, usage } = readChunk(value, url, sent);
    yield* textEvents(text, tokens);
    if (finishReason === undefined) continue;
    // Usage, where it is told at all, comes with the reason; only `[DONE]` can follow.
    response.expectEnd();
    yield { kind: "end", finishReason, ...(usage && { usage }) };
    return;
  }
  yield { kind: "end", finishReason: "truncated" };
}
