/** The best alignment of two lists of tokens (Needleman-Wunsch), as the pairs of positions that it keeps. */
import { isKeyword, isNumber, isWord } from "./words.ts";

export type Pair = readonly [number, number];

/** `equal` keeps equal tokens only; `sameKind` also keeps a name for a name and a number for a number. */
export type Alignment = "equal" | "sameKind";

const never = -9;
const equalWord = 4;
const equalOther = 3;
const sameKind = 2;

export function align(
  before: readonly string[],
  after: readonly string[],
  alignment: Alignment,
): readonly Pair[] {
  const width = after.length + 1;
  const scores = new Int16Array((before.length + 1) * width);
  const gain = (i: number, j: number) => gainOf(before[i] ?? "", after[j] ?? "", alignment);
  const score = (i: number, j: number) => scores[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const kept = score(i + 1, j + 1) + gain(i, j);
      scores[i * width + j] = Math.max(score(i + 1, j), score(i, j + 1), kept);
    }
  }
  const pairs: Pair[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length && j < after.length) {
    const gained = gain(i, j);
    if (gained > 0 && score(i, j) === score(i + 1, j + 1) + gained) pairs.push([i++, j++]);
    else if (score(i, j) === score(i + 1, j)) i++;
    else j++;
  }
  return pairs;
}

function gainOf(one: string, other: string, alignment: Alignment): number {
  if (one === other) return isWord(one) ? equalWord : equalOther;
  if (alignment === "equal") return never;
  const areNames = isWord(one) && isWord(other) && !isKeyword(one) && !isKeyword(other);
  return areNames || (isNumber(one) && isNumber(other)) ? sameKind : never;
}
