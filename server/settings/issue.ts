/** What is wrong with one entry of a layer. The entry is ignored unless `isApplied`; all other entries apply. */
import { settingKeys } from "./schema.ts";

export interface SettingsIssue {
  /** The setting, or the file or layer of which nothing could be read. */
  readonly path: string;
  /** For people: which values are allowed. */
  readonly expected: string;
  /** For people: the value found; only its type if it may be a secret. */
  readonly received: string;
  /** For people: where it was written: `environment`, `configuration file`, … */
  readonly source: string;
  /** The value may come from a repository: see `trust/client-trust.ts`. */
  readonly isUntrusted?: boolean;
  /** True if the entry applies despite the issue. */
  readonly isApplied?: boolean;
}

export function describeIssue(issue: SettingsIssue): string {
  return `${placeOf(issue)}: expected ${issue.expected}, found ${issue.received}`;
}

/** What is wrong and where it was written, for people: `provider.name (environment)`. */
export function placeOf({ path, source }: SettingsIssue): string {
  return path === source ? path : `${path} (${source})`;
}

/** One message for all issues of a configuration. Names at most eight. */
export function describeIssues(issues: readonly SettingsIssue[]): string {
  const lines = issues.slice(0, 8).map(describeIssue);
  if (issues.length > lines.length) lines.push(`and ${issues.length - lines.length} more`);
  const which = issues.length === 1 ? "A setting was" : "Some settings were";
  const head = issues.every(({ isApplied }) => isApplied)
    ? "Settings have new names."
    : `${which} ignored.`;
  return `${head} ${lines.join("; ")}`;
}

/** What to do about settings that may come from a repository. `place` is the user's own configuration file. */
export function describeUntrusted(
  issues: readonly SettingsIssue[],
  place: string,
  maxLength: number,
): string {
  const paths = [...new Set(issues.map(({ path }) => path))];
  const worst = paths.find((path) => path === "provider.endpoint") ?? paths[0];
  const names = paths.length === 1 ? worst : `${worst} and ${paths.length - 1} more`;
  const what = `Ignored: ${names}, which a repository could set.`;
  const whole = `${what} Put it in ${place}`;
  return whole.length <= maxLength ? whole : `${what} Put it in your configuration file (see log)`;
}

/** `describeIssues` in one line of at most `maxLength` characters. Names take precedence over reasons. */
export function summarizeIssues(issues: readonly SettingsIssue[], maxLength: number): string {
  const whole = describeIssues(issues);
  if (whole.length <= maxLength) return whole;
  const head = "Settings ignored, see log: ";
  const paths = [...new Set(issues.map(({ path }) => path))];
  let shown = paths.slice(0, 1);
  for (const path of paths.slice(1)) {
    const rest = paths.length - shown.length - 1;
    const text = [...shown, path].join(", ") + (rest > 0 ? ` and ${rest} more` : "");
    if (head.length + text.length > maxLength) break;
    shown = [...shown, path];
  }
  const rest = paths.length - shown.length;
  return head + shown.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

/** The setting whose name is closest to `path`; `undefined` if none is close. */
export function nearestKey(path: string): string | undefined {
  const wanted = path.toLowerCase();
  const tail = wanted.slice(wanted.lastIndexOf(".") + 1);
  let best: { key: string; distance: number } | undefined;
  for (const key of settingKeys) {
    const name = key.toLowerCase();
    // A correct last part under a wrong area ("trigger.maxOutputTokens") is close too.
    const isSameTail = name.slice(name.lastIndexOf(".") + 1) === tail;
    const distance = isSameTail ? 1 : editDistance(wanted, name);
    if (best === undefined || distance < best.distance) best = { key, distance };
  }
  const limit = Math.max(2, Math.floor(wanted.length / 4));
  return best !== undefined && best.distance <= limit ? best.key : undefined;
}

/** Levenshtein distance of the first 60 characters. Names are short; input may be long. */
function editDistance(left: string, right: string): number {
  const a = left.slice(0, 60);
  const b = right.slice(0, 60);
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution =
        (previous[column - 1] ?? 0) + (a.charAt(row - 1) === b.charAt(column - 1) ? 0 : 1);
      current.push(
        Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1),
      );
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
