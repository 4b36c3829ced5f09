/** Blanks and line ends at the end of an answer are not worth a suggestion. */
import type { EditStep } from "./step.ts";

export const trimTrailingBlanks: EditStep = {
  kind: "edit",
  name: "trailing blanks",
  apply: (draft) => ({ ...draft, text: draft.text.trimEnd() }),
};
