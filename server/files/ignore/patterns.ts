/** Which files are never read, sent or learned from: patterns in the syntax of .gitignore. */
import ignore from "ignore";

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
  const rules = ignore({ ignorecase: true }).add([...patterns]);
  const prefixes = roots.map(normalized).toSorted((a, b) => b.length - a.length);
  return (path) => {
    const whole = normalized(path);
    const root = prefixes.find((prefix) => whole.startsWith(`${prefix}/`) || prefix === "");
    const relative = root === undefined ? whole : whole.slice(root.length + 1);
    return relative !== "" && rules.ignores(relative);
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
