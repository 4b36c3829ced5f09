/** Nothing visible is left, or only what stands right of the cursor already. */
import type { EditStep } from "../step.ts";

export const dropEmpty: EditStep = {
  kind: "edit",
  name: "empty",
  apply(draft, { site }) {
    const replaced = site.lineSuffix.slice(0, draft.replacedLength);
    return draft.text.trim() === "" || draft.text === replaced ? "empty" : draft;
  },
};
