/** Evaluates ignore files for a path as git does. Each file applies to its folder and everything below. */
import { dirname, relative, sep } from "node:path";

import { compilePatterns, Effort, listsWithin, type IgnorePatterns } from "./ignore-patterns.ts";

/** `undefined` if there is no file. A file that cannot be read in bounded time might list anything. */
export type FolderRules = IgnorePatterns | "unreadable" | undefined;

export function parseRules(text: string): FolderRules {
  const patterns = compilePatterns(text.split("\n"));
  return patterns === "tooMany" ? "unreadable" : patterns;
}

/** True if `rules` list the path or a folder above it. `steps` lead to it from the folder of the rules. */
export function listsBelow(rules: FolderRules, steps: readonly string[], effort: Effort): boolean {
  if (typeof rules !== "object") return rules === "unreadable";
  return listsWithin(rules, steps, effort);
}

/**
 * The nearest file with a matching pattern decides. `rules[n]` belong to the folder that contains `steps[n]`. Only
 * for a path whose folders are not ignored: a file in an ignored folder cannot be re-included.
 */
export function isIgnoredBy(
  steps: readonly string[],
  rules: readonly FolderRules[],
  isFolder: boolean,
  effort: Effort,
): boolean {
  for (let at = steps.length - 1; at >= 0; at--) {
    const nearest = rules[at];
    if (nearest === "unreadable") return true;
    const said = nearest?.says(steps.slice(at), isFolder, effort);
    if (said !== undefined) return said;
  }
  return false;
}

/** The same, with rules read on demand. Rules above `top` do not count. */
export async function isIgnored(
  path: string,
  isFolder: boolean,
  top: string,
  rulesOf: (folder: string) => Promise<FolderRules>,
): Promise<boolean> {
  const rules: FolderRules[] = [];
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    rules.unshift(await rulesOf(folder));
    if (folder !== top && folder !== dirname(folder)) continue;
    return isIgnoredBy(relative(folder, path).split(sep), rules, isFolder, new Effort());
  }
}
