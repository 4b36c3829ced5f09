/** Ends an answer before a closing bracket that nothing lacks: the text after the cursor has it already. */
import type { Bracket, UnmatchedCloser } from "../../syntax/brackets.ts";
import { excessClosers } from "../../syntax/closers.ts";
import type { AnswerLine } from "../lines.ts";
import type { AnswerFacts } from "../facts.ts";
import type { CutStep } from "../step.ts";

export const stopAtUnderflow: CutStep = {
  kind: "cut",
  name: "bracket underflow",
  dropReason: "bracketUnderflow",
  findCut(text, facts, isComplete) {
    const { site, lacking } = facts;
    // What closes a block first may open another in its place: only the end tells.
    if (beginsWithCloser(text, facts) && (!isComplete || isBalancedAtEnd(text, facts))) {
      return undefined;
    }
    const unmatched: UnmatchedCloser[] = [];
    let keptEnd = 0;
    for (const [lineIndex, line] of facts.lines(text).entries()) {
      // What comes later on the line may open what its closer closed.
      if (!line.isEnded && !isComplete) return undefined;
      const scan = facts.scanOf(text, lineIndex);
      for (const closer of scan.unmatched) {
        unmatched.push({ ...closer, index: line.start + closer.index });
      }
      // Right of the cursor on its line such closers are replaced, by the step "suffix overlap".
      const isReplaced = site.isMidLine && line.start === 0;
      const excess = isReplaced
        ? undefined
        : excessClosers({ unmatched, open: scan.open }, lacking)[0];
      if (excess !== undefined) {
        const cut = isNextLine(line, excess, facts) ? keptEnd : excess.index;
        // A closer that was made good by what is cut off now is one too many itself.
        const earlier = this.findCut(text.slice(0, cut), facts, true);
        const decidedAt = line.end + (line.isEnded ? 1 : 0);
        return { end: earlier?.end ?? cut, decidedAt, isContinued: false };
      }
      if (!line.isBlank) keptEnd = line.end;
    }
    return undefined;
  },
};

/** Up to the closer the line is the one below the cursor: it is that line again, not one closer too many. */
function isNextLine(line: AnswerLine, excess: Bracket, { site, around }: AnswerFacts): boolean {
  const start = line.text.slice(0, excess.index + 1 - line.start);
  const full = (line.start === 0 ? site.linePrefix : "") + start;
  return full.trim().length > 1 && around.nextLine?.startsWith(full) === true;
}

/** True when the answer's first text is a closer, on a line that stands where the closer belongs. */
export function beginsWithCloser(text: string, { site }: AnswerFacts): boolean {
  return site.linePrefix.trim() === "" && /^[ \t]*[)\]}]/.test(text);
}

/** The whole answer opens as much as it closes too much. */
function isBalancedAtEnd(text: string, facts: AnswerFacts): boolean {
  const lines = facts.lines(text);
  const unmatched: UnmatchedCloser[] = [];
  for (const index of lines.keys()) unmatched.push(...facts.scanOf(text, index).unmatched);
  const { open } = facts.scanOf(text, lines.length - 1);
  return open.length > 0 && excessClosers({ unmatched, open }, facts.lacking).length === 0;
}
