/** Which files are never read, sent or learned from: patterns in the syntax of .gitignore. */
import { compilePatterns, Effort, listsWithin } from "./ignore-patterns.ts";

/** `path` is absolute or relative, with either kind of slash. */
export type PathPredicate = (path: string) => boolean;

/**
 * True for paths that a pattern matches, themselves or by a folder above them. `roots` (absolute): a path below
 * one of them is matched relative to it; any other path from the file system's root. Letter case counts
 * for nothing, as on the file systems where secrets live under names like `.ENV`.
 */
export function excludedBy(
  patterns: readonly string[],
  roots: readonly string[] = [],
): PathPredicate {
  const rules = compilePatterns(patterns);
  const prefixes = roots.map(normalized).toSorted((a, b) => b.length - a.length);
  return (path) => {
    const whole = normalized(path);
    const root = prefixes.find((prefix) => whole.startsWith(`${prefix}/`) || prefix === "");
    const relative = root === undefined ? whole : whole.slice(root.length + 1);
    if (relative === "" || typeof rules !== "object") return rules === "tooMany";
    return listsWithin(rules, relative.split("/"), new Effort());
  };
}

/** Forward slashes, no drive, no leading, trailing, empty or dot steps: what the matcher takes. */
function normalized(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^[A-Za-z]:/, "")
    .split("/")
    .filter((step) => step !== "" && step !== "." && step !== "..")
    .join("/");
}
