/**
 * How much of an answer is shown. While the user types: its first line if that is likely enough, and each further
 * line while the text up to its end is. A user who asks by key always gets the first line.
 */
import type { LineProbability } from "./line-probabilities.ts";

/** Least probabilities of what is shown; 0: everything is. */
export interface Bounds {
  /** Where the server reported the probabilities of tokens. */
  readonly told: number;
  readonly plain: number;
}

/**
 * Where the user names no number: of the answers of the bench `confidence`, fewer than 3 of 100 right lines lie below
 * where tokens are told, and fewer than 5 where they are not.
 */
export const defaultBounds: Bounds = { told: 0.16, plain: 0.01 };

/** What the workspace model needs where the user names no number: it says something nearly everywhere. */
export const workspaceBound = 0.7;

export interface Demand {
  readonly bounds: Bounds;
  /** The user asked by key. */
  readonly needsFirstLine: boolean;
}

/** The bounds by the user's number; not set: those that lose next to no right line. */
export function boundsOf(least: number | undefined): Bounds {
  return least === undefined ? defaultBounds : { told: least, plain: least };
}

export function isLikely({ probability, isTold }: LineProbability, bounds: Bounds): boolean {
  return probability >= (isTold ? bounds.told : bounds.plain);
}

/** Where the shown text ends: at the end of one of `lines`; `undefined` where nothing of `text` is shown. */
export function likelyEnd(
  text: string,
  lines: readonly LineProbability[],
  { bounds, needsFirstLine }: Demand,
  from = 0,
): number | undefined {
  let shownEnd: number | undefined;
  for (const line of lines) {
    const isNeeded = needsFirstLine && shownEnd === undefined;
    if (!isNeeded && !isLikely(line, bounds)) break;
    if (text.slice(from, line.end).trim() !== "") shownEnd = line.end;
  }
  return shownEnd;
}
