/** The answer of llama.cpp's `/infill`, streamed or whole, as the events of a completion. */
import * as z from "zod/mini";

import type { TokenCount } from "../../engine/document.ts";
import { answerValues } from "../answer/answer-values.ts";
import { unexpectedValue } from "../answer/completion-chunk.ts";
import { createTextEvents } from "../answer/text-events.ts";
import { tokenProbabilities } from "../answer/token-probabilities.ts";
import type { AnswerContext } from "../answer/completion-events.ts";
import type { HttpResponse } from "../http/connection-pool.ts";
import type { FimEvent } from "../provider.ts";
import { timingsSchema, type Timings } from "../answer/timings.ts";

const eventSchema = z.object({
  content: z.optional(z.string()),
  stop: z.optional(z.boolean()),
  stop_type: z.optional(z.string()),
  tokens_evaluated: z.optional(z.number()),
  tokens_predicted: z.optional(z.number()),
  timings: z.optional(timingsSchema),
  prompt: z.optional(z.string()),
  // An unreadable value must not cost the answer.
  completion_probabilities: z.optional(z.unknown()),
});

/** Only these fields of the last event. With the generation settings it would be several kilobytes larger. */
export const responseFields = [
  "content",
  "stop",
  "stop_type",
  "tokens_evaluated",
  "tokens_predicted",
  "timings",
  "prompt",
  "completion_probabilities",
];

export interface InfillObserver {
  /** Called when the first token arrives. */
  readonly onTimings: (timings: Timings) => void;
  /** Called at the end of the answer, with the prompt as the server used it, possibly cropped. */
  readonly onPrompt: (seen: string) => void;
}

export async function* infillEvents(
  response: HttpResponse,
  { url, sent }: AnswerContext,
  { onTimings, onPrompt }: InfillObserver,
): AsyncGenerator<FimEvent> {
  const textEvents = createTextEvents();
  let isTimed = false;
  for await (const value of answerValues(response, url)) {
    const parsed = eventSchema.safeParse(value);
    const { content, stop, stop_type, prompt, timings, ...rest } = parsed.data ?? {};
    if (content === undefined && stop === undefined) throw unexpectedValue(value, url, sent);
    if (timings !== undefined && !isTimed) {
      isTimed = true;
      onTimings(timings);
    }
    yield* textEvents(content ?? "", tokenProbabilities(rest.completion_probabilities));
    if (stop !== true) continue;
    response.expectEnd();
    if (prompt !== undefined) onPrompt(prompt);
    yield {
      kind: "end",
      finishReason: stop_type === "limit" ? "length" : "stop",
      usage: {
        promptTokens: (rest.tokens_evaluated ?? 0) as TokenCount,
        completionTokens: (rest.tokens_predicted ?? 0) as TokenCount,
        cachedTokens: (timings?.cache_n ?? 0) as TokenCount,
      },
    };
    return;
  }
  yield { kind: "end", finishReason: "truncated" };
}
