/** The answer of Ollama's `/api/generate`, in lines of JSON or whole, as the events of a completion. */
import * as z from "zod/mini";

import { answerValues } from "../answer/answer-values.ts";
import { unexpectedValue } from "../answer/completion-chunk.ts";
import type { AnswerContext } from "../answer/completion-events.ts";
import { createTextEvents } from "../answer/text-events.ts";
import { tokenProbabilities } from "../answer/token-probabilities.ts";
import type { HttpResponse } from "../http/connection-pool.ts";
import type { ReadingSpeed } from "../local/reading-speed.ts";
import type { FimEvent } from "../provider.ts";

const lineSchema = z.object({
  response: z.optional(z.string()),
  done: z.optional(z.boolean()),
  done_reason: z.optional(z.string()),
  // An unreadable value must not cost the answer.
  logprobs: z.optional(z.unknown()),
  // Its counts omit cached tokens: they show the reading speed, not the length of the prompt.
  prompt_eval_count: z.optional(z.number()),
  prompt_eval_duration: z.optional(z.number()),
});

export async function* generateEvents(
  response: HttpResponse,
  { url, sent }: AnswerContext,
  speed: ReadingSpeed,
): AsyncGenerator<FimEvent> {
  const textEvents = createTextEvents();
  for await (const value of answerValues(response, url)) {
    const { response: text, done, done_reason, logprobs } = lineSchema.safeParse(value).data ?? {};
    if (text === undefined && done === undefined) throw unexpectedValue(value, url, sent);
    yield* textEvents(text ?? "", tokenProbabilities(logprobs));
    if (done !== true) continue;
    response.expectEnd();
    noteReading(value, speed);
    yield { kind: "end", finishReason: done_reason === "length" ? "length" : "stop" };
    return;
  }
  yield { kind: "end", finishReason: "truncated" };
}

/** From the last line of an answer. */
export function noteReading(value: unknown, speed: ReadingSpeed): void {
  const { prompt_eval_count, prompt_eval_duration = 0 } = lineSchema.safeParse(value).data ?? {};
  speed.noteTold(prompt_eval_count, prompt_eval_duration / 1e6);
}
