/**
 * Finds how far a token budget reaches from the cursor by walking outward from it, so the cost depends on the
 * window and not on the document. Cuts are at line starts. A line is cut inside only if the window would otherwise
 * stay half empty, and never within a surrogate pair or a CRLF.
 */
import {
  isLineEnd,
  splitsCrLf,
  splitsSurrogatePair,
  type Offset,
  type ReadableText,
} from "../document.ts";
import { estimateTokens, maxUnitsPerToken } from "./tokens.ts";

/** A long line is measured in steps of this many UTF-16 units. */
const pieceLength = 64;
/** If more than this share of the budget is left, a line that does not fit is cut inside. */
const wastedShare = 0.5;

/**
 * The farthest line start from which at most `budget` tokens lead to `offset`. Inside a long line if no line start
 * is far enough.
 */
export function cutBackward(
  text: ReadableText,
  offset: Offset,
  budget: number,
  calibration: number,
): Offset {
  let start: number = offset;
  let remaining = budget;
  while (start > 0) {
    const lineStart = lineStartBefore(text, start, reachOf(remaining, calibration));
    const tokens =
      lineStart === undefined
        ? Number.POSITIVE_INFINITY
        : estimateTokens(text, calibration, lineStart, start);
    if (lineStart === undefined || tokens > remaining) {
      return remaining > budget * wastedShare
        ? cutInsideBackward(text, start as Offset, remaining, calibration)
        : (start as Offset);
    }
    remaining -= tokens;
    start = lineStart;
  }
  return start as Offset;
}

/** The farthest line end up to which at most `budget` tokens follow `offset`. The same rule applies to a long line. */
export function cutForward(
  text: ReadableText,
  offset: Offset,
  budget: number,
  calibration: number,
): Offset {
  let end: number = offset;
  let remaining = budget;
  while (end < text.length) {
    const next = lineEndAfter(text, end, reachOf(remaining, calibration));
    const tokens =
      next === undefined ? Number.POSITIVE_INFINITY : estimateTokens(text, calibration, end, next);
    if (next === undefined || tokens > remaining) {
      return remaining > budget * wastedShare
        ? cutInsideForward(text, end as Offset, remaining, calibration)
        : (end as Offset);
    }
    remaining -= tokens;
    end = next;
  }
  return end as Offset;
}

/** The most UTF-16 units that `tokens` can stand for. */
export function reachOf(tokens: number, calibration: number): number {
  return Math.ceil((tokens * maxUnitsPerToken) / calibration) + 1;
}

/** `index`, or the one before it if `index` is inside a surrogate pair or a CRLF. */
export function boundaryAt(text: ReadableText, index: number): Offset {
  const isInside = splitsSurrogatePair(text, index) || splitsCrLf(text, index);
  return (isInside ? index - 1 : index) as Offset;
}

/** Start of the line that ends at `end`; `end` may itself be a line start. `undefined` beyond `reach`. */
function lineStartBefore(text: ReadableText, end: number, reach: number): number | undefined {
  let index = splitsCrLf(text, end - 1) ? end - 2 : end - 1;
  const limit = Math.max(0, end - reach);
  while (index > limit && !isLineEnd(text.charCodeAt(index - 1))) index--;
  return index <= 0 || isLineEnd(text.charCodeAt(index - 1)) ? Math.max(0, index) : undefined;
}

/** End of the line at `start`, including its line end. `undefined` beyond `reach`. */
function lineEndAfter(text: ReadableText, start: number, reach: number): number | undefined {
  const limit = Math.min(text.length, start + reach);
  for (let index = start; index < limit; index++) {
    if (isLineEnd(text.charCodeAt(index)))
      return splitsCrLf(text, index + 1) ? index + 2 : index + 1;
  }
  return limit === text.length ? limit : undefined;
}

function cutInsideBackward(
  text: ReadableText,
  offset: Offset,
  budget: number,
  calibration: number,
): Offset {
  let start: number = offset;
  for (let remaining = budget; start > 0;) {
    const next = Math.max(0, start - pieceLength);
    remaining -= estimateTokens(text, calibration, next, start);
    if (remaining < 0) break;
    start = next;
  }
  const isInside = splitsSurrogatePair(text, start) || splitsCrLf(text, start);
  return (isInside ? start + 1 : start) as Offset;
}

function cutInsideForward(
  text: ReadableText,
  offset: Offset,
  budget: number,
  calibration: number,
): Offset {
  let end: number = offset;
  for (let remaining = budget; end < text.length;) {
    const next = Math.min(text.length, end + pieceLength);
    remaining -= estimateTokens(text, calibration, end, next);
    if (remaining < 0) break;
    end = next;
  }
  return boundaryAt(text, end);
}
