/**
 * How far a token budget reaches from the cursor, measured by walking outward from it: the cost is that of
 * the window, whatever the document. Cuts fall on line starts; a line is cut inside only where the window would
 * else stay half empty for its length, and never within a surrogate pair or a CRLF.
 */
import {
  isLineEnd,
  splitsCrLf,
  splitsSurrogatePair,
  type Offset,
  type ReadableText,
} from "../document.ts";
import { estimateTokens, maxUnitsPerToken } from "./tokens.ts";

/** UTF-16 units in which a long line is measured. */
const pieceLength = 64;
/** With more than this part of the budget left over, a line that does not fit is cut inside. */
const wastedShare = 0.5;

/** The farthest line start from which at most `budget` tokens lead to `offset`; inside a long line where none is far. */
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

/** The farthest line end up to which at most `budget` tokens follow `offset`; the same. */
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

/** UTF-16 units that `tokens` can be at most. */
export function reachOf(tokens: number, calibration: number): number {
  return Math.ceil((tokens * maxUnitsPerToken) / calibration) + 1;
}

/** `index`, or one before it where it falls inside a surrogate pair or a CRLF. */
export function boundaryAt(text: ReadableText, index: number): Offset {
  const isInside = splitsSurrogatePair(text, index) || splitsCrLf(text, index);
  return (isInside ? index - 1 : index) as Offset;
}

/** Start of the line that ends at `end`, which may be a line start itself; `undefined` beyond `reach`. */
function lineStartBefore(text: ReadableText, end: number, reach: number): number | undefined {
  let index = splitsCrLf(text, end - 1) ? end - 2 : end - 1;
  const limit = Math.max(0, end - reach);
  while (index > limit && !isLineEnd(text.charCodeAt(index - 1))) index--;
  return index <= 0 || isLineEnd(text.charCodeAt(index - 1)) ? Math.max(0, index) : undefined;
}

/** End of the line at `start`, with its line end; `undefined` beyond `reach`. */
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
