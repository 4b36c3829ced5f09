/** Arithmetic for single text edits: code point boundaries, and the difference of two texts. */
import {
  isHighSurrogate,
  isLowSurrogate,
  type Offset,
  type OffsetRange,
  type ReadableText,
} from "../engine/document.ts";

export interface OffsetEdit {
  /** Offsets in the text before this edit. */
  readonly range: OffsetRange;
  readonly text: string;
}

/**
 * The same edit, with both ends on code point boundaries in the text before and after it. A client that diffs in
 * UTF-16 may replace only the second half of an emoji; the edit then includes the first half.
 */
export function onCodePoints(
  text: ReadableText,
  from: number,
  to: number,
  inserted: string,
): OffsetEdit {
  let start = clamp(Math.min(from, to), text);
  let end = clamp(Math.max(from, to), text);
  let replacement = inserted;
  if (start > 0 && isHighSurrogate(text.charCodeAt(start - 1))) {
    start -= 1;
    replacement = text.slice(start, start + 1) + replacement;
  }
  if (end < text.length && isLowSurrogate(text.charCodeAt(end))) {
    replacement += text.slice(end, end + 1);
    end += 1;
  }
  return { range: { start: start as Offset, end: end as Offset }, text: replacement };
}

/**
 * The single edit that turns `before` into `after`, without their common start and end; `undefined` if they are
 * equal.
 */
export function smallestEdit(before: ReadableText, after: string): OffsetEdit | undefined {
  if (before.slice(0) === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  const start = sharedLength(
    shorter,
    (from, to) => before.slice(from, to) === after.slice(from, to),
  );
  const tail = sharedLength(shorter - start, (from, to) => {
    const inBefore = before.slice(before.length - to, before.length - from);
    return inBefore === after.slice(after.length - to, after.length - from);
  });
  return onCodePoints(before, start, before.length - tail, after.slice(start, after.length - tail));
}

/**
 * Length of the common part, up to `limit`. Blocks are compared natively, then the first unequal block unit by
 * unit.
 */
function sharedLength(limit: number, isEqual: (from: number, to: number) => boolean): number {
  const block = 4096;
  let shared = 0;
  while (shared + block <= limit && isEqual(shared, shared + block)) shared += block;
  let certain = 0;
  let possible = Math.min(block, limit - shared);
  while (certain < possible) {
    const middle = Math.ceil((certain + possible) / 2);
    if (isEqual(shared, shared + middle)) certain = middle;
    else possible = middle - 1;
  }
  return shared + certain;
}

function clamp(index: number, text: ReadableText): number {
  return Math.min(Math.max(0, Math.trunc(index) || 0), text.length);
}
