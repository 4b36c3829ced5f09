/**
 * Mistral's FIM API (`POST /fim/completions`), hosted or self-hosted. Its request schema forbids further
 * fields: only documented ones are sent, only when set, never null.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod/mini";

import { LruCache } from "../base/lru.ts";
import type { TokenCount } from "../engine/document.ts";
import type { FimRequest, PromptShape } from "../engine/prompt.ts";
import { answerValues } from "./answer-values.ts";
import { createApiClient } from "./api-client.ts";
import { readChunk } from "./completion-chunk.ts";
import { outputRoom, sentTexts, stopsOf, unsetOmitted } from "./request-fields.ts";
import type { ProviderDependencies, ProviderOptions } from "./options.ts";
import {
  ProviderError,
  type FimProvider,
  type FinishReason,
  type ProviderFacts,
} from "./provider.ts";

/** The endpoints of the two kinds of key, which are not interchangeable. */
export const codestralEndpoint = "https://codestral.mistral.ai/v1";
export const mistralEndpoint = "https://api.mistral.ai/v1";

const maxDocumentsWithKey = 1000;

const modelListSchema = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      aliases: z.optional(z.nullable(z.array(z.string()))),
      capabilities: z.optional(z.nullable(z.object({ completion_fim: z.optional(z.boolean()) }))),
      max_context_length: z.optional(z.nullable(z.number())),
      default_model_temperature: z.optional(z.nullable(z.number())),
      deprecation: z.optional(z.nullable(z.string())),
    }),
  ),
});

export function createMistralProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  let shape: PromptShape = {
    kind: "native",
    order: "suffixFirst",
    snippets: "plusHeader",
    maxStops: 16,
  };
  // Random, so that it tells nothing about the document (reference: "no secrets in it").
  const cacheKeys = new LruCache<string, string>({ maxEntries: maxDocumentsWithKey });
  const client = createApiClient({
    endpoint: options,
    dependencies,
    remedy: (status) => (status === 401 ? otherHost(options.endpoint) : undefined),
    onRefusal(_status, { isPromptTooLong, contextLength }) {
      if (!isPromptTooLong) return;
      const learnt = contextLength ?? Math.floor((shape.contextLength ?? 32_768) / 2);
      shape = { ...shape, contextLength: learnt as TokenCount };
    },
  });

  const bodyOf = ({ prompt, site }: FimRequest, maxTokens: number): object => {
    if (prompt.kind !== "native") throw new Error("bug: the Mistral provider takes native prompts");
    const { uri } = site.document;
    let cacheKey: string | undefined;
    if (options.usesPromptCacheKey) {
      cacheKey = cacheKeys.get(uri) ?? randomUUID();
      cacheKeys.set(uri, cacheKey);
    }
    const { temperature, topP, minTokens, randomSeed, metadata } = options;
    return unsetOmitted({
      model: options.model,
      prompt: prompt.prompt,
      suffix: prompt.suffix,
      temperature,
      top_p: topP,
      max_tokens: maxTokens,
      min_tokens: minTokens === undefined ? undefined : Math.min(minTokens, maxTokens),
      stop: stopsOf(prompt, shape.maxStops),
      random_seed: randomSeed,
      stream: options.isStreamed,
      metadata,
      prompt_cache_key: cacheKey,
    });
  };

  return {
    name: "mistral",
    model: options.model,
    endpoint: client.url,
    isMetered: true,
    get shape() {
      return shape;
    },
    async warmUp(signal): Promise<ProviderFacts> {
      try {
        const list = modelListSchema.safeParse(
          await client.get("/models", { signal, isPatient: true }),
        );
        const facts = list.success ? factsOf(list.data, options.model) : {};
        const { contextLength } = facts;
        if (contextLength !== undefined) shape = { ...shape, contextLength };
        return facts;
      } catch (error) {
        // A key of the Codestral host may not be allowed to list models: only a refused key tells something.
        const isTelling =
          error instanceof ProviderError && error.kind !== "rejected" && error.status !== 403;
        return isTelling ? { failure: error } : {};
      }
    },
    async *complete(request, signal) {
      const { prompt, trigger } = request;
      const maxTokens = outputRoom(prompt, shape);
      const sent = sentTexts(prompt);
      const call = { signal, isPatient: trigger === "invoked", sent };
      const response = await client.post("/fim/completions", bodyOf(request, maxTokens), call);
      let finishReason: FinishReason = "truncated";
      for await (const value of answerValues(response, { streamed: "events", url: client.url })) {
        const chunk = readChunk(value, client.url, sent);
        if (chunk.text !== "") yield { kind: "text", text: chunk.text };
        if (chunk.finishReason === undefined) continue;
        // Usage comes with the reason; only `[DONE]` can follow.
        response.expectEnd();
        ({ finishReason } = chunk);
        const { usage } = chunk;
        yield { kind: "end", finishReason, ...(usage && { usage }) };
        return;
      }
      yield { kind: "end", finishReason };
    },
    close: () => client.close(),
  };
}

/** What the list tells about `model`, which may stand in it under another id. */
function factsOf(
  { data }: z.infer<typeof modelListSchema>,
  model: string,
): Omit<ProviderFacts, "failure"> {
  const found = data.find(({ id, aliases }) => id === model || aliases?.includes(model));
  if (found === undefined) return {};
  const { capabilities, deprecation } = found;
  return unsetOmitted({
    contextLength: found.max_context_length ?? undefined,
    defaultTemperature: found.default_model_temperature ?? undefined,
    supportsFim: capabilities?.completion_fim,
    deprecatedOn: deprecation ?? undefined,
  });
}

/** A key of the one host is refused by the other. */
function otherHost(endpoint: string): string | undefined {
  const { hostname } = new URL(endpoint);
  const other = { "codestral.mistral.ai": mistralEndpoint, "api.mistral.ai": codestralEndpoint }[
    hostname
  ];
  if (other === undefined) return undefined;
  return `Check the key. If it is one for ${new URL(other).hostname}, set provider.endpoint to ${other}.`;
}
