/** Text right of the cursor that the answer contains at its end is replaced, not doubled. */
import type { EditStep } from "./step.ts";

export const overlapSuffix: EditStep = {
  kind: "edit",
  name: "suffix overlap",
  apply(draft, { site }) {
    const suffix = site.lineSuffix.trimEnd();
    for (let length = Math.min(suffix.length, draft.text.length); length > 0; length--) {
      if (draft.text.endsWith(suffix.slice(0, length))) return { ...draft, replacedLength: length };
    }
    return draft;
  },
};
