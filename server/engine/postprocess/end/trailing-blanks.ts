/** Blanks and line ends at the end of an answer are not worth a suggestion; before text they may be meant. */
import type { EditStep } from "../step.ts";

export const trimTrailingBlanks: EditStep = {
  kind: "edit",
  name: "trailing blanks",
  apply(draft, { site }) {
    if (draft.replacedLength > 0) return draft;
    const isBeforeText = site.isMidLine && !/^\s/.test(site.lineSuffix);
    const text = isBeforeText ? draft.text.replace(/\n\s*$/, "") : draft.text.trimEnd();
    const endsLine = draft.endsLine || draft.text.slice(text.length).includes("\n");
    return { ...draft, text, endsLine };
  },
};
