/** What ignore files say of a path, each for the folder it lies in and all below, as git reads them. */
import { dirname, relative, sep } from "node:path";

import { compilePatterns, Effort, listsWithin, type IgnorePatterns } from "./ignore-patterns.ts";

/** `undefined` where there is no file. A file that cannot be read, or not in bounded time, may list anything. */
export type FolderRules = IgnorePatterns | "unreadable" | undefined;

export function parseRules(text: string): FolderRules {
  const patterns = compilePatterns(text.split("\n"));
  return patterns === "tooMany" ? "unreadable" : patterns;
}

/** True when `rules` list the path, or a folder above it. `steps` lead to it from the folder of the rules. */
export function listsBelow(rules: FolderRules, steps: readonly string[], effort: Effort): boolean {
  if (typeof rules !== "object") return rules === "unreadable";
  return listsWithin(rules, steps, effort);
}

/**
 * The nearest file that says anything decides. `rules[n]` are those of the folder in which `steps[n]` lies. For a
 * path whose folders are not ignored: what lies in one that is cannot be taken back.
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

/** The same, with the rules read when they are needed; none above `top` count. */
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
