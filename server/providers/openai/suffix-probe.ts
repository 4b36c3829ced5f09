/** Whether a `/completions` endpoint heeds `suffix`, found out with text of our own. */
import * as z from "zod/mini";

import type { ApiClient } from "../http/api-client.ts";
import { ProviderError } from "../provider.ts";
import { unsetOmitted } from "../request-fields.ts";

const usageSchema = z.object({ usage: z.object({ prompt_tokens: z.number() }) });

/** vLLM refuses `suffix`, llama.cpp ignores it: it works where it makes the prompt longer. */
export async function takesSuffix(
  client: ApiClient,
  model: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const tokensOf = async (suffix: string | undefined): Promise<number | undefined> => {
    const body = unsetOmitted({
      model,
      prompt: "def add(a, b):\n    return ",
      suffix,
      max_tokens: 1,
    });
    const answer = await client.ask("/completions", body, { signal, isPatient: true });
    return usageSchema.safeParse(answer).data?.usage.prompt_tokens;
  };
  try {
    const long = await tokensOf("\n\nprint(add(1, 2))\nprint(add(3, 4))\n");
    const short = await tokensOf(undefined);
    return long !== undefined && short !== undefined && long > short;
  } catch (error) {
    if (error instanceof ProviderError) return false;
    throw error;
  }
}
