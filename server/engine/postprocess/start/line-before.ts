/** Lines that are written before a filled line keep the line end between. */
import { scanBrackets } from "../../syntax/brackets.ts";
import { stateAt } from "../../syntax/closers.ts";
import type { EditStep } from "../step.ts";

export const separateLine: EditStep = {
  kind: "edit",
  name: "line before",
  apply(draft, { prompt, site, around }) {
    if (prompt.modeReason !== "lineBefore" || draft.text.trim() === "") return draft;
    // A statement that has ended leaves no room on its line for another one, a comment for nothing.
    const { inside } = scanBrackets(draft.text, around.language, stateAt(around));
    const isEnded = draft.endsLine || /[;}]$/.test(draft.text) || inside.kind === "lineComment";
    if (!isEnded || draft.replacedLength > 0) return draft;
    return { ...draft, text: `${draft.text}\n${site.linePrefix}` };
  },
};
