/** Ends an answer before a closing bracket that nothing lacks: the text after the cursor has it already. */
import { scanBrackets } from "../brackets.ts";
import { excessClosers, stateAt } from "../closers.ts";
import type { CutStep } from "./step.ts";

export const stopAtUnderflow: CutStep = {
  kind: "cut",
  name: "bracket underflow",
  dropReason: "bracketUnderflow",
  findCut(text, { site, around, lacking }) {
    // Right of the cursor on its line such closers are replaced, by the step "suffix overlap".
    const lineEnd = text.indexOf("\n");
    const from = site.isMidLine ? (lineEnd < 0 ? text.length : lineEnd) : 0;
    const scan = scanBrackets(text, around.language, stateAt(around));
    const excess = excessClosers(scan.unmatched, lacking).find(({ index }) => index >= from);
    if (excess === undefined) return undefined;
    return { end: excess.index, decidedAt: excess.index + 1, isContinued: false };
  },
};
