/**
 * Mistral's FIM API (`POST /fim/completions`), hosted or self-hosted. Its request schema forbids further
 * fields: only documented ones are sent, only when set, never null.
 */
import { randomUUID } from "node:crypto";

import { LruCache } from "../../base/lru.ts";
import type { FimRequest, PromptShape } from "../../engine/prompt/prompt.ts";
import { createApiClient } from "../http/api-client.ts";
import { isAzure, otherHost, routeOf } from "./mistral-hosts.ts";
import { modelFacts } from "./mistral-models.ts";
import { completionEvents } from "../answer/completion-events.ts";
import {
  callFor,
  outputRoom,
  stopsOf,
  unsetOmitted,
  withLearntContext,
} from "../request-fields.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import { ProviderError, type FimProvider, type ProviderFacts } from "../provider.ts";

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
  const cacheKeyOf = createPromptCacheKeys();
  const route = routeOf(options);
  let requestsPerMinute: number | undefined;
  let tokensPerMinute: number | undefined;
  let isDeprecationTold = false;
  const client = createApiClient({
    endpoint: options,
    dependencies,
    ...(isAzure(options.endpoint) && { keyHeader: (key: string) => ({ "api-key": key }) }),
    remedy: (status) => (status === 401 ? otherHost(options.endpoint) : undefined),
    onHeaders(header) {
      const limitOf = (name: string): number => Number(header(`x-ratelimit-limit-${name}`) ?? 0);
      if (limitOf("req-minute") > 0) requestsPerMinute = limitOf("req-minute");
      if (limitOf("tokens-minute") > 0) tokensPerMinute = limitOf("tokens-minute");
      const goesOn = header("x-model-deprecation-timestamp");
      if (goesOn === undefined || isDeprecationTold) return;
      isDeprecationTold = true;
      dependencies.log.write(
        "warn",
        `the model ${route.model} will be removed (${goesOn.slice(0, 40)})`,
      );
    },
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  const bodyOf = ({ prompt, site }: FimRequest): object => {
    if (prompt.kind !== "native") throw new Error("bug: the Mistral provider takes native prompts");
    const maxTokens = outputRoom(prompt, shape);
    const { temperature, topP, minTokens, randomSeed } = options;
    return unsetOmitted({
      model: route.model,
      prompt: prompt.prompt,
      suffix: prompt.suffix,
      temperature,
      top_p: topP,
      max_tokens: maxTokens,
      min_tokens: minTokens === undefined ? undefined : Math.min(minTokens, maxTokens),
      stop: stopsOf(prompt, shape.maxStops),
      random_seed: randomSeed,
      stream: options.isStreamed,
      prompt_cache_key: options.usesPromptCacheKey ? cacheKeyOf(site.document.uri) : undefined,
    });
  };

  return {
    name: "mistral",
    model: route.model,
    endpoint: client.url,
    isMetered: true,
    get requestsPerMinute() {
      return requestsPerMinute;
    },
    get tokensPerMinute() {
      return tokensPerMinute;
    },
    get shape() {
      return shape;
    },
    async warmUp(signal): Promise<ProviderFacts> {
      if (!route.hasModelList) return {};
      try {
        const list = await client.get("/models", { signal, isPatient: true });
        const facts = modelFacts(list, route.model);
        const { contextLength } = facts;
        if (contextLength !== undefined) shape = { ...shape, contextLength };
        return { ...facts, ...(requestsPerMinute !== undefined && { requestsPerMinute }) };
      } catch (error) {
        // A key of the Codestral host may not be allowed to list models: only a refused key tells something.
        const isTelling =
          error instanceof ProviderError && error.kind !== "rejected" && error.status !== 403;
        return isTelling ? { failure: error } : {};
      }
    },
    async *complete(request, signal) {
      const call = callFor(request, signal);
      const response = await client.post(route.path, bodyOf(request), call);
      yield* completionEvents(response, { url: client.url, sent: call.sent });
    },
    close: () => client.close(),
  };
}

/** Documents whose key is remembered. */
const maxDocuments = 1000;

/**
 * One key for each document, by which the provider finds again what it has read of it. Random, so that a key tells nothing about its document.
 */
function createPromptCacheKeys(): (uri: string) => string {
  const keys = new LruCache<string, string>({ maxEntries: maxDocuments });
  return (uri) => {
    const key = keys.get(uri) ?? randomUUID();
    keys.set(uri, key);
    return key;
  };
}
