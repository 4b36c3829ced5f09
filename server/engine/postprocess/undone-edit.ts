/** Drops an answer that writes again what the user has just deleted. */
import type { EditStep } from "./step.ts";

/** Fewer characters come back by chance, after a typing slip. */
const minLength = 4;

export const dropUndoneEdit: EditStep = {
  kind: "edit",
  name: "undone edit",
  apply(draft, { lastEdit }) {
    const removed = lastEdit?.removed.trim() ?? "";
    if (removed.length < minLength || lastEdit?.inserted.trim() !== "") return draft;
    return draft.text.trimStart().startsWith(removed) ? "undoesEdit" : draft;
  },
};
