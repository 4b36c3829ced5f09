/** Ends an answer before a closing bracket that nothing lacks: the text after the cursor has it already. */
import type { Bracket, UnmatchedCloser } from "../syntax/brackets.ts";
import { excessClosers } from "../syntax/closers.ts";
import type { AnswerLine } from "./lines.ts";
import type { AnswerFacts } from "./facts.ts";
import type { CutStep } from "./step.ts";

export const stopAtUnderflow: CutStep = {
  kind: "cut",
  name: "bracket underflow",
  dropReason: "bracketUnderflow",
  findCut(text, facts, isComplete) {
    const { site, lacking } = facts;
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
