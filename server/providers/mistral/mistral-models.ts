/** Facts about one model from Mistral's list (`GET /models`). */
import * as z from "zod/mini";

import type { TokenCount } from "../../engine/document.ts";
import type { ProviderFacts } from "../provider.ts";

const modelListSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      aliases: z.optional(z.nullable(z.array(z.string()))),
      capabilities: z.optional(z.nullable(z.object({ completion_fim: z.optional(z.boolean()) }))),
      max_context_length: z.optional(z.nullable(z.number())),
      deprecation: z.optional(z.nullable(z.string())),
    }),
  ),
});

/** Empty if the list is malformed or does not contain `model` as id or alias. */
export function modelFacts(list: unknown, model: string): Omit<ProviderFacts, "failure"> {
  const parsed = modelListSchema.safeParse(list);
  const found = parsed.data?.data.find(
    ({ id, aliases }) => id === model || aliases?.includes(model),
  );
  if (found === undefined) return {};
  const { capabilities, deprecation, max_context_length } = found;
  const supportsFim = capabilities?.completion_fim;
  return {
    ...(max_context_length && { contextLength: max_context_length as TokenCount }),
    ...(supportsFim !== undefined && { supportsFim }),
    ...(deprecation && { deprecatedOn: deprecation }),
  };
}
