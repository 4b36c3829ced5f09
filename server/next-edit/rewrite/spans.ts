/** The difference of two versions of a line, as spans of tokens that were replaced. */
import { align, type Pair } from "./align.ts";
import type { LineTokens } from "./line-tokens.ts";
import { isWord } from "./words.ts";

/** Tokens to write in place of the tokens `[from, to)` of a line. */
export interface Cut {
  readonly from: number;
  readonly to: number;
  readonly words: readonly string[];
  /** Blank space before each of the words. */
  readonly gaps: readonly string[];
  /** Blank space before the first replaced token in the edited line. */
  readonly gap: string | undefined;
  /** Blank space after the span, before and after the edit, where the edit changed it. */
  readonly after: readonly [string, string] | undefined;
}

export interface Span extends Cut {
  /** The tokens that were replaced. */
  readonly old: readonly string[];
}

interface Gap {
  readonly from: number;
  to: number;
  readonly newFrom: number;
  newTo: number;
}

/** Product of the lengths from which two middles count as wholly different. */
const longestAligned = 6400;
/** So few tokens of punctuation between two spans make them one. */
const joinedOver = 2;

export function spansOf(before: LineTokens, after: LineTokens): readonly Span[] {
  const { start, end } = sharedEnds(before, after);
  const middle = before.words.slice(start, before.words.length - end);
  const newMiddle = after.words.slice(start, after.words.length - end);
  const isTooLong = middle.length * newMiddle.length > longestAligned;
  const pairs = isTooLong ? [] : align(middle, newMiddle, "equal");
  return gapsBetween(pairs, middle, newMiddle).map((gap) => toSpan(gap, start, before, after));
}

function sharedEnds(before: LineTokens, after: LineTokens) {
  const one = before.words;
  const other = after.words;
  const shorter = Math.min(one.length, other.length);
  let start = 0;
  while (
    start < shorter &&
    one[start] === other[start] &&
    (start === 0 || before.gaps[start] === after.gaps[start])
  ) {
    start++;
  }
  let end = 0;
  while (end < shorter - start && one[one.length - 1 - end] === other[other.length - 1 - end]) {
    end++;
  }
  return { start, end };
}

function gapsBetween(
  pairs: readonly Pair[],
  middle: readonly string[],
  newMiddle: readonly string[],
): readonly Gap[] {
  const gaps: Gap[] = [];
  let from = 0;
  let newFrom = 0;
  for (const [to, newTo] of [...pairs, [middle.length, newMiddle.length] as const]) {
    if (to > from || newTo > newFrom) {
      const last = gaps.at(-1);
      const kept = last === undefined ? [] : middle.slice(last.to, from);
      if (last !== undefined && kept.length <= joinedOver && !kept.some(isWord)) {
        last.to = to;
        last.newTo = newTo;
      } else gaps.push({ from, to, newFrom, newTo });
    }
    from = to + 1;
    newFrom = newTo + 1;
  }
  return gaps;
}

function toSpan(gap: Gap, start: number, before: LineTokens, after: LineTokens): Span {
  const from = start + gap.from;
  const to = start + gap.to;
  const newFrom = start + gap.newFrom;
  const newTo = start + gap.newTo;
  const gapAfter = before.gaps[to];
  const newGapAfter = after.gaps[newTo];
  const hasNewGap = gapAfter !== undefined && newGapAfter !== undefined && gapAfter !== newGapAfter;
  return {
    from,
    to,
    old: before.words.slice(from, to),
    words: after.words.slice(newFrom, newTo),
    gaps: after.gaps.slice(newFrom, newTo),
    gap: before.gaps[from],
    after: hasNewGap ? [gapAfter, newGapAfter] : undefined,
  };
}
