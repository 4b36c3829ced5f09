/** Finds what an edit changed by comparing the texts. Callers need not pass the edits or their order. */
import type { ReadableText } from "../../engine/document.ts";

/** The difference between two texts: `before[start, beforeEnd)` became `after[start, afterEnd)`. */
export interface ChangedRange {
  readonly start: number;
  readonly beforeEnd: number;
  readonly afterEnd: number;
}

/**
 * The smallest such range; `undefined` for equal texts. Halves are compared as whole strings, at the speed of
 * memory: an edit in 200 KB is found in about ten microseconds.
 */
export function changedRange(before: ReadableText, after: ReadableText): ChangedRange | undefined {
  const shared = after.sharedEnds?.(before) ?? { start: 0, end: 0 };
  const changed = changedText(
    before.slice(shared.start, before.length - shared.end),
    after.slice(shared.start, after.length - shared.end),
  );
  if (changed === undefined) return undefined;
  return {
    start: shared.start + changed.start,
    beforeEnd: shared.start + changed.beforeEnd,
    afterEnd: shared.start + changed.afterEnd,
  };
}

function changedText(before: string, after: string): ChangedRange | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  const start = largest(shorter, (low, high) => before.slice(low, high) === after.slice(low, high));
  const sameEnd = largest(
    shorter - start,
    (low, high) =>
      before.slice(before.length - high, before.length - low) ===
      after.slice(after.length - high, after.length - low),
  );
  return { start, beforeEnd: before.length - sameEnd, afterEnd: after.length - sameEnd };
}

/** The largest length up to `limit` for which the texts are equal. `isSame(low, high)` compares one part. */
function largest(limit: number, isSame: (low: number, high: number) => boolean): number {
  let low = 0;
  let high = limit;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isSame(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
