/** Ends an answer where it goes on with what follows the cursor already. */
import { weightOf, type AnswerLine } from "../lines.ts";
import type { AnswerFacts } from "../facts.ts";
import type { CutStep } from "../step.ts";

/**
 * One equal line is met by chance, as in `break;`, or begins a sibling of what follows. So many lines with
 * so many letters and digits are no chance.
 */
const sureLines = 3;
const sureWeight = 36;
/** What all the rest of an answer must say to be an echo; where it is all of the answer, `#endif` may be meant. */
const restWeight = 5;
const onlyWeight = 6;

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
      const overlap = ownLineOverlap(line, lines[index + 1], facts);
      if (overlap > 0 && (line.isEnded || isComplete)) {
        const decidedAt = line.end + (line.isEnded ? 1 : 0);
        return { end: line.end - overlap, decidedAt, isContinued: false };
      }
      keptEnd = line.end;
    }
    return undefined;
  },
};

/** Length of the line's end that is the rest of the cursor's line: the answer only completes its start. */
function ownLineOverlap(
  { text }: AnswerLine,
  next: AnswerLine | undefined,
  { site, prompt, following }: AnswerFacts,
): number {
  if (prompt.modeReason !== "lineBefore") return 0;
  const rest = site.lineSuffix.trimEnd();
  if (rest === "" || text.length <= rest.length || !text.endsWith(rest)) return 0;
  const isJoined = /^\w\w/.test(text.charAt(text.length - rest.length - 1) + rest);
  if (isJoined) return rest.length;
  if (weightOf(rest) >= restWeight && /^[^\w@"'([{]/.test(rest)) return rest.length;
  // The start of a statement is a rest only where the next line follows it, too.
  return next?.isEnded === true && next.text.trimEnd() === following[1] ? rest.length : 0;
}

/**
 * Length of the text that decides that the answer repeats the suffix from line `from` on: where many lines are
 * equal, where no line of the suffix is left to differ, or where the rest of the answer is equal.
 */
function matchAt(
  lines: readonly AnswerLine[],
  from: number,
  following: readonly string[],
  { site, prompt }: AnswerFacts,
  isComplete: boolean,
): number | undefined {
  const isLineBefore = prompt.modeReason === "lineBefore";
  const neededWeight = from === 0 ? onlyWeight : restWeight;
  let weight = 0;
  let decidedAt: number | undefined;
  for (let count = 0; from + count < lines.length; count++) {
    const line = lines[from + count];
    const expected = following[count];
    if (line === undefined || expected === undefined) return undefined;
    const full = (line.start === 0 ? site.linePrefix : "") + line.text;
    // Of the cursor's own line, a part of the indentation may stand right of the cursor.
    const isOwn = isLineBefore && count === 0;
    if (isOwn ? full.trim() !== expected.trim() : full.trimEnd() !== expected) return undefined;
    if (!line.isEnded && !isComplete) return undefined;
    weight += weightOf(full);
    decidedAt = line.end + (line.isEnded ? 1 : 0);
    if (count + 1 >= sureLines && weight >= sureWeight) return decidedAt;
    const isLastBelow = count + 1 === following.length;
    if (isLastBelow && (count > 0 || weight >= neededWeight)) return decidedAt;
  }
  return isComplete && weight >= neededWeight && !isRow(lines, from) ? decidedAt : undefined;
}

/** A lone row of a list, as of a table of numbers, may rightly be the next one again. */
function isRow(lines: readonly AnswerLine[], from: number): boolean {
  return from === lines.length - 1 && (lines[from]?.text.trimEnd().endsWith(",") ?? false);
}
