/** The files that are never sent and never learned from, by URI and by path (invariant 6). */
import { fileURLToPath } from "node:url";

import { LruCache } from "../base/lru.ts";
import { excludedBy, type PathPredicate } from "../engine/exclude.ts";

export interface Exclusion {
  /** `folders`: patterns are matched relative to the opened workspace folders. */
  set(patterns: readonly string[], folders: readonly string[]): void;
  /** Before the first `set` everything is excluded. */
  hasPath(path: string): boolean;
  /** Asked on every request: what was said of a URI is remembered. */
  hasUri(uri: string): boolean;
}

export function createExclusion(): Exclusion {
  let isExcluded: PathPredicate | undefined;
  const known = new LruCache<string, boolean>({ maxEntries: 1000 });
  return {
    set(patterns, folders) {
      isExcluded = excludedBy(patterns, folders);
      known.clear();
    },
    hasPath: (path) => isExcluded?.(path) ?? true,
    hasUri(uri) {
      const remembered = known.get(uri);
      if (remembered !== undefined) return remembered;
      if (isExcluded === undefined) return true;
      const verdict = isExcluded(pathOf(uri));
      known.set(uri, verdict);
      return verdict;
    },
  };
}

/** The path of a URI of any scheme; an untitled document's name is matched like a file's. */
export function pathOf(uri: string): string {
  if (uri.startsWith("file:")) {
    try {
      return fileURLToPath(uri);
    } catch {
      // A file URI of another system, or a broken one: its text has to do.
    }
  }
  const path = uri.replace(/^[a-z][a-z0-9+.-]*:/i, "").replace(/[?#].*$/, "");
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
