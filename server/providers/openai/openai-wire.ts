/** The requests to a server of the OpenAI form, and the facts in its list of models. */
import * as z from "zod/mini";

import type { FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { ApiClient } from "../http/api-client.ts";
import type { ProviderOptions } from "../options.ts";
import { ProviderError } from "../provider.ts";
import { outputRoom, samplingFields, stopsOf, unsetOmitted } from "../request-fields.ts";

const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.optional(z.nullable(z.number())) })),
});

type ListedModel = z.infer<typeof modelsSchema>["data"][number];

/** Some gateways refuse to list their models but still complete. @throws ProviderError if no server answers */
export async function readModels(
  client: ApiClient,
  signal: AbortSignal,
): Promise<readonly ListedModel[]> {
  try {
    const answer = await client.get("/models", { signal, isPatient: true });
    return modelsSchema.safeParse(answer).data?.data ?? [];
  } catch (error) {
    if (!(error instanceof ProviderError) || error.status === undefined) throw error;
    return [];
  }
}

interface BodyFacts {
  readonly options: ProviderOptions;
  readonly model: string | undefined;
  readonly shape: PromptShape;
}

export function completionBody(prompt: FimPrompt, { options, model, shape }: BodyFacts): object {
  if (prompt.kind !== "native" && prompt.kind !== "rendered") {
    throw new Error("bug: the OpenAI provider takes native and rendered prompts");
  }
  const texts =
    prompt.kind === "native"
      ? { prompt: prompt.prompt, suffix: prompt.suffix }
      : { prompt: prompt.text };
  return unsetOmitted({
    model,
    ...texts,
    max_tokens: outputRoom(prompt, shape),
    ...samplingFields(options),
    stop: stopsOf(prompt, shape.maxStops),
    stream: options.isStreamed,
  });
}
