/** Finds out, with a fixed text, whether a `/completions` endpoint respects `suffix`. */
import * as z from "zod/mini";

import { timingsSchema, type Timings } from "../answer/timings.ts";
import type { ApiCall, ApiClient } from "../http/api-client.ts";
import { unsetOmitted } from "../request-fields.ts";

const answerSchema = z.object({
  usage: z.optional(z.object({ prompt_tokens: z.optional(z.number()) })),
  timings: z.optional(timingsSchema),
});

export interface SuffixProbe {
  readonly takesSuffix: boolean;
  /** For the longer of the two requests. */
  readonly timings: Timings | undefined;
}

/** vLLM refuses `suffix`, llama.cpp ignores it. It works if it makes the prompt longer. */
export async function probeSuffix(
  client: ApiClient,
  model: string | undefined,
  call: ApiCall,
): Promise<SuffixProbe> {
  const ask = async (suffix: string | undefined) => {
    const body = unsetOmitted({
      model,
      prompt: "def add(a, b):\n    return ",
      suffix,
      max_tokens: 1,
    });
    return answerSchema.safeParse(await client.ask("/completions", body, call)).data ?? {};
  };
  const long = await ask("\n\nprint(add(1, 2))\nprint(add(3, 4))\n");
  const short = await ask(undefined);
  const [longTokens, shortTokens] = [long.usage?.prompt_tokens, short.usage?.prompt_tokens];
  const takesSuffix =
    longTokens !== undefined && shortTokens !== undefined && longTokens > shortTokens;
  return { takesSuffix, timings: long.timings };
}
