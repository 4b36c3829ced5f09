/**
 * The files that are never sent and never learned from, by URI and by path (invariant 6): those that
 * `files.exclude` matches, those that a `.fimignore` lists, and links that lead to either. Those that a
 * `.gitignore` lists are completed, but are nobody else's context.
 */
import { realpathSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { LruCache } from "../base/lru.ts";
import { excludedBy, type PathPredicate } from "../engine/exclude.ts";
import { pathOfUri } from "../workspace-model/file-path.ts";
import { IgnoreFiles } from "./ignore-files.ts";

export interface Exclusion {
  /** `folders`: the opened workspace folders, to which patterns are relative. */
  set(rules: ExclusionRules, folders: readonly string[]): void;
  /** Before the first `set` everything is excluded. Links are not looked at: the workspace model follows none. */
  hasPath(path: string): boolean;
  /** Asked on every request: what was said of a URI is remembered for a while. */
  hasUri(uri: string): boolean;
  /** True for files whose text may stand in no other file's prompt: those, and what `.gitignore` lists. */
  isNoContext(uri: string): boolean;
}

export interface ExclusionRules {
  readonly patterns: readonly string[];
  /** Whether `.fimignore` and `.gitignore` files count. */
  readonly respectsIgnoreFiles: boolean;
}

/** So long after a `.fimignore` was written, or a link was laid, it may still go unnoticed. */
const rememberedMs = 5000;

export function createExclusion(clock: Clock): Exclusion {
  let isExcluded: PathPredicate | undefined;
  let ignoreFiles: IgnoreFiles | undefined;
  let gitIgnoreFiles: IgnoreFiles | undefined;
  const hasPath = (path: string): boolean =>
    isExcluded === undefined || isExcluded(path) || ignoreFiles?.lists(path) === true;
  const known = createMemory(clock, (path) => hasPath(path));
  const knownToGit = createMemory(clock, (path) => gitIgnoreFiles?.lists(path) === true);
  return {
    set({ patterns, respectsIgnoreFiles }, folders) {
      const roots = [...new Set([...folders, ...folders.map(realPath)])];
      isExcluded = excludedBy(patterns, roots);
      const filesOf = (name: ".fimignore" | ".gitignore"): IgnoreFiles | undefined =>
        respectsIgnoreFiles ? new IgnoreFiles(name, clock, roots) : undefined;
      ignoreFiles = filesOf(".fimignore");
      gitIgnoreFiles = filesOf(".gitignore");
      known.clear();
      knownToGit.clear();
    },
    hasPath,
    hasUri: (uri) => isExcluded === undefined || known.says(uri),
    isNoContext: (uri) => isExcluded === undefined || known.says(uri) || knownToGit.says(uri),
  };
}

/** What `judge` says of a document's path and of where that leads, remembered for a while. */
function createMemory(clock: Clock, judge: PathPredicate) {
  const remembered = new LruCache<string, { readonly verdict: boolean; readonly atMs: number }>({
    maxEntries: 1000,
  });
  return {
    says(uri: string): boolean {
      const known = remembered.get(uri);
      const now = clock.now();
      if (known !== undefined && now - known.atMs < rememberedMs) return known.verdict;
      const path = pathOf(uri);
      const verdict = judge(path) || (isAbsolute(path) && judge(realPath(path)));
      remembered.set(uri, { verdict, atMs: now });
      return verdict;
    },
    clear: () => remembered.clear(),
  };
}

/** Where the path leads; for a file that is not there yet, where its folder does. */
function realPath(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), path.slice(folder.length));
  }
}

/**
 * The path of a URI of any scheme, absolute only where it is one of this machine: cells of a notebook and versions
 * of a file carry its path under a scheme of their own. Of a document on another host, or of another system,
 * the name is matched like a file's, but nothing is looked for beside it.
 */
export function pathOf(uri: string, isWindows?: boolean): string {
  const file = pathOfUri(
    uri.replace(/^[a-z][a-z0-9+.-]*:(?=\/(?!\/)|\/\/\/)/i, "file:"),
    isWindows,
  );
  if (file !== undefined) return file;
  const name = uri
    .replace(/^[a-z][a-z0-9+.-]*:/i, "")
    .replace(/[?#].*$/s, "")
    .replace(/^\/{2,}(?=\/)|^\/\//, "");
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
