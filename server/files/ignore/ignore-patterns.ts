/**
 * The patterns of one ignore file, in the syntax of `.gitignore`. The repository controls them, so the matching
 * cost is bounded. A path that uses up the bound counts as listed.
 */
import { compileGlob, matchesGlob, type Glob } from "./glob.ts";

export interface IgnorePatterns {
  /** The verdict of the last pattern that matches the path itself; `undefined` if none does. */
  says(steps: readonly string[], isFolder: boolean, effort: Effort): boolean | undefined;
}

/** Comparisons left for one path: about ten milliseconds. Real ignore files need a few thousand. */
export class Effort {
  #left = 2_000_000;

  /** False if nothing is left. */
  readonly spend = (count = 1): boolean => {
    this.#left -= count;
    return this.#left > 0;
  };

  get isSpent(): boolean {
    return this.#left <= 0;
  }
}

interface Pattern {
  readonly isNegated: boolean;
  readonly isFolderOnly: boolean;
  /** `undefined` stands for `**`: any number of steps. */
  readonly steps: readonly (Glob | undefined)[];
}

/** Hand-written files do not have more patterns than this. */
const mostPatterns = 20_000;

/** `undefined` if there is no pattern; `tooMany` if there are more than can be matched in time. */
export function compilePatterns(lines: readonly string[]): IgnorePatterns | "tooMany" | undefined {
  const patterns = lines.flatMap((line) => compile(line) ?? []);
  if (patterns.length > mostPatterns) return "tooMany";
  if (patterns.length === 0) return undefined;
  const latestFirst = patterns.toReversed();
  return {
    says(steps, isFolder, effort) {
      if (!effort.spend(steps.length)) return true;
      const lowered = steps.map((step) => step.toLowerCase());
      for (const { isFolderOnly, isNegated, steps: wanted } of latestFirst) {
        if (!effort.spend()) return true;
        if (isFolderOnly && !isFolder) continue;
        const isMatch = matchesSteps(wanted, lowered, effort);
        if (effort.isSpent) return true;
        if (isMatch) return !isNegated;
      }
      return undefined;
    },
  };
}

/** True if a pattern lists the path or a folder above it. Files below a listed folder cannot be re-included. */
export function listsWithin(
  patterns: IgnorePatterns,
  steps: readonly string[],
  effort: Effort,
): boolean {
  for (let end = 1; end <= steps.length; end++) {
    if (patterns.says(steps.slice(0, end), end < steps.length, effort) === true) return true;
  }
  return false;
}

function compile(line: string): Pattern | undefined {
  let text = withoutTrailingSpaces(line.replace(/^\uFEFF/, "").replace(/\r$/, ""));
  if (text === "" || text.startsWith("#")) return undefined;
  const isNegated = text.startsWith("!");
  if (isNegated) text = text.slice(1);
  const isFolderOnly = text.endsWith("/");
  if (isFolderOnly) text = text.slice(0, -1);
  const isAnchored = text.includes("/");
  if (text.startsWith("/")) text = text.slice(1);
  if (text === "") return undefined;
  const parts = text.split("/");
  const steps: (Glob | undefined)[] = isAnchored ? [] : [undefined];
  for (const [at, part] of parts.entries()) {
    if (part === "**" && isAnchored) {
      // A `**` at the end takes at least one step: `a/**` lists the content of `a`, not `a` itself.
      if (at === parts.length - 1) steps.push(anyName);
      else if (at === 0 || steps.at(-1) !== undefined) steps.push(undefined);
      continue;
    }
    const glob = compileGlob(part);
    if (glob === undefined) return undefined;
    steps.push(glob);
  }
  if (isAnchored && parts.at(-1) === "**") steps.splice(-1, 0, undefined);
  return { isNegated, isFolderOnly, steps };
}

const anyName: Glob = [{ kind: "star" }];

/** The same algorithm as for a glob, with `**` as the star. */
function matchesSteps(wanted: Pattern["steps"], steps: readonly string[], effort: Effort): boolean {
  let token = 0;
  let at = 0;
  let afterStars = -1;
  let retryAt = 0;
  for (;;) {
    if (!effort.spend()) return true;
    if (token < wanted.length && wanted[token] === undefined) {
      afterStars = ++token;
      // All steps of the pattern after its last `**` must match the end of the path.
      if (!wanted.includes(undefined, token)) {
        const start = steps.length - (wanted.length - token);
        if (start < at) return false;
        at = start;
        afterStars = -1;
      }
      retryAt = at;
      continue;
    }
    const glob = wanted[token];
    const step = steps[at];
    if (glob === undefined && step === undefined) return true;
    if (glob !== undefined && step !== undefined && matchesGlob(glob, step, effort.spend)) {
      token++;
      at++;
      continue;
    }
    if (afterStars < 0 || retryAt >= steps.length) return false;
    at = ++retryAt;
    token = afterStars;
  }
}

/** A space after a backslash belongs to the name. */
function withoutTrailingSpaces(line: string): string {
  let end = line.length;
  while (end > 0 && line.charAt(end - 1) === " " && line.charAt(end - 2) !== "\\") end--;
  return line.slice(0, end);
}
