/** Decides which files are never read, sent or learned from, by patterns in the syntax of `.gitignore`. */
import { compilePatterns, Effort, listsWithin } from "./ignore-patterns.ts";

/** `path` is absolute or relative, with either kind of slash. */
export type PathPredicate = (path: string) => boolean;

/**
 * True if a pattern matches the path or a folder above it. A path below one of `roots` (absolute) is matched
 * relative to that root; any other path relative to the root of the file system. Letter case is ignored, because
 * some file systems ignore it and secrets have names like `.ENV`.
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

/** The form that the matcher takes: forward slashes, no drive, no leading, trailing, empty or dot steps. */
function normalized(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^[A-Za-z]:/, "")
    .split("/")
    .filter((step) => step !== "" && step !== "." && step !== "..")
    .join("/");
}
