/** Ends an answer where it goes on with what follows the cursor already. */
import { weightOf, type AnswerLine } from "./lines.ts";
import type { AnswerFacts } from "./facts.ts";
import type { CutStep } from "./step.ts";

/**
 * Letters and digits that equal lines must have together before they count as the suffix: less is met by
 * chance, as in `break;` or `return 0;`.
 */
const sureWeight = 12;
/** The very next line counts sooner by itself; where it is all of an answer, `#endif` may be meant. */
const sureFirstWeight = 5;
const sureOnlyWeight = 6;

export const stopAtSuffix: CutStep = {
  kind: "cut",
  name: "suffix start",
  dropReason: "repeatsNextLine",
  findCut(text, facts, isComplete) {
    const { following } = facts;
    if (following.length === 0) return undefined;
    const lines = facts.lines(text).filter((line) => !line.isBlank);
    let keptEnd = 0;
    for (const [index, line] of lines.entries()) {
      const match = matchAt(lines, index, following, facts, isComplete);
      if (match !== undefined) {
        return { end: keptEnd, decidedAt: match, isContinued: false };
      }
      keptEnd = line.end;
    }
    return undefined;
  },
};

/** Length of the text that decides that the answer repeats the suffix from line `from` on. */
function matchAt(
  lines: readonly AnswerLine[],
  from: number,
  following: readonly string[],
  { site }: AnswerFacts,
  isComplete: boolean,
): number | undefined {
  const ownWeight = from === 0 ? sureOnlyWeight : sureFirstWeight;
  let weight = 0;
  for (let count = 0; from + count < lines.length; count++) {
    const line = lines[from + count];
    const expected = following[count];
    if (line === undefined || expected === undefined) return undefined;
    const full = (line.start === 0 ? site.linePrefix : "") + line.text;
    if (full.trimEnd() !== expected) return undefined;
    if (!line.isEnded && !isComplete) return undefined;
    const own = weightOf(full);
    weight += own;
    const isSure = weight >= sureWeight || (count === 0 && own >= ownWeight);
    const isLast = from + count === lines.length - 1;
    const isAll = count === following.length - 1 && (count > 0 || own >= ownWeight);
    if (isSure || isAll || (isComplete && isLast && weight >= ownWeight)) {
      return line.end + (line.isEnded ? 1 : 0);
    }
  }
  return undefined;
}
