/** The timings that llama.cpp reports, in `/infill` and in `/v1/completions`. */
import * as z from "zod/mini";

const count = z.optional(z.number());

export const timingsSchema = z.object({
  /** Tokens of the prompt that were cached. */
  cache_n: count,
  /** Tokens of the prompt that were computed, and how long that took. */
  prompt_n: count,
  prompt_ms: count,
});

export type Timings = z.infer<typeof timingsSchema>;
