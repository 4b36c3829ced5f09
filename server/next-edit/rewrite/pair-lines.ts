/** Which of the new lines is which of the old ones, changed. */
import { tokensOf } from "./line-tokens.ts";

/** Lines with fewer tokens in common are a deletion and an insertion. */
const leastSimilarity = 0.45;
/** In a block that kept its number of lines they are compared one to one, and may differ more. */
const leastInPlace = 0.3;
/** Product of the numbers of lines from which none are paired. */
const mostCompared = 4000;

export type LinePair = readonly [oldIndex: number, newIndex: number];

export function pairLines(old: readonly string[], now: readonly string[]): readonly LinePair[] {
  if (isLineForLine(old, now)) return old.map((_, index) => [index, index]);
  if (old.length * now.length > mostCompared) return [];
  const width = now.length + 1;
  const similarities = old.map((one) => now.map((other) => similarity(one, other)));
  const gain = (i: number, j: number): number => {
    const alike = similarities[i]?.[j] ?? 0;
    return alike >= leastSimilarity ? alike : -9;
  };
  const scores = new Float64Array((old.length + 1) * width);
  const score = (i: number, j: number): number => scores[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      const paired = score(i + 1, j + 1) + gain(i, j);
      scores[i * width + j] = Math.max(score(i + 1, j), score(i, j + 1), paired);
    }
  }
  const pairs: LinePair[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length && j < now.length) {
    const gained = gain(i, j);
    if (gained > 0 && Math.abs(score(i, j) - score(i + 1, j + 1) - gained) < 1e-9) {
      pairs.push([i++, j++]);
    } else if (score(i, j) === score(i + 1, j)) i++;
    else j++;
  }
  return pairs;
}

function isLineForLine(old: readonly string[], now: readonly string[]): boolean {
  return (
    old.length === now.length &&
    old.every((line, index) => {
      const other = now[index] ?? "";
      return line.trim() === other.trim() || similarity(line, other) >= leastInPlace;
    })
  );
}

/** Share of the tokens that both lines have. */
export function similarity(one: string, other: string): number {
  const before = tokensOf(one).words;
  const after = tokensOf(other).words;
  if (before.length === 0 || after.length === 0) return 0;
  const counts = new Map<string, number>();
  for (const word of before) counts.set(word, (counts.get(word) ?? 0) + 1);
  let same = 0;
  for (const word of after) {
    const left = counts.get(word) ?? 0;
    if (left === 0) continue;
    same++;
    counts.set(word, left - 1);
  }
  return (2 * same) / (before.length + after.length);
}
