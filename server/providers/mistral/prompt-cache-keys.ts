/** One key for each document, by which a provider finds again what it has read of it. */
import { randomUUID } from "node:crypto";

import { LruCache } from "../../base/lru.ts";

const maxDocuments = 1000;

/** Random, so that a key tells nothing about its document. */
export function createPromptCacheKeys(): (uri: string) => string {
  const keys = new LruCache<string, string>({ maxEntries: maxDocuments });
  return (uri) => {
    const key = keys.get(uri) ?? randomUUID();
    keys.set(uri, key);
    return key;
  };
}
