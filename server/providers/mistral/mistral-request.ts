/** The bodies of Mistral's `/fim/completions`. */
import { randomUUID } from "node:crypto";

import { LruCache } from "../../base/lru.ts";
import type { FimRequest, PromptShape } from "../../engine/prompt/prompt.ts";
import type { ProviderOptions } from "../options.ts";
import { outputRoom, stopsOf, unsetOmitted } from "../request-fields.ts";
import { routeOf } from "./mistral-hosts.ts";

type Bodies = (request: FimRequest, shape: PromptShape) => object;

export function createBodies(options: ProviderOptions): Bodies {
  const cacheKeyOf = createPromptCacheKeys();
  const { model, takesOwnFields } = routeOf(options);
  return ({ prompt, site }, shape) => {
    if (prompt.kind !== "native") throw new Error("bug: the Mistral provider takes native prompts");
    const maxTokens = outputRoom(prompt, shape);
    const { temperature, topP, minTokens, randomSeed, usesPromptCacheKey } = options;
    const own = {
      min_tokens: minTokens === undefined ? undefined : Math.min(minTokens, maxTokens),
      random_seed: randomSeed,
      prompt_cache_key: usesPromptCacheKey ? cacheKeyOf(site.document.uri) : undefined,
    };
    return unsetOmitted({
      model,
      prompt: prompt.prompt,
      suffix: prompt.suffix,
      temperature,
      top_p: topP,
      max_tokens: maxTokens,
      stop: stopsOf(prompt, shape.maxStops),
      stream: options.isStreamed,
      ...(takesOwnFields && own),
    });
  };
}

/** Number of documents whose key is remembered. */
const maxDocuments = 1000;

/**
 * One key per document, by which the provider finds its cache of the document. Random, so that a key reveals
 * nothing about its document.
 */
function createPromptCacheKeys(): (uri: string) => string {
  const keys = new LruCache<string, string>({ maxEntries: maxDocuments });
  return (uri) => {
    const key = keys.get(uri) ?? randomUUID();
    keys.set(uri, key);
    return key;
  };
}
