/** What llama.cpp tells of an answer's times, in `/infill` and in `/v1/completions` alike. */
import * as z from "zod/mini";

const count = z.optional(z.number());

export const timingsSchema = z.object({
  /** Tokens of the prompt that were in its cache. */
  cache_n: count,
  /** Tokens of the prompt that it computed, and in which time. */
  prompt_n: count,
  prompt_ms: count,
});

export type Timings = z.infer<typeof timingsSchema>;
