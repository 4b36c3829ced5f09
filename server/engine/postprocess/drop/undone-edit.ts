/** Drops an answer that writes again what the user has just deleted. */
import type { EditStep } from "../step.ts";

/** Fewer characters come back by chance, after a typing slip. */
const minLength = 4;

export const dropUndoneEdit: EditStep = {
  kind: "edit",
  name: "undone edit",
  apply(draft, { lastEdit }) {
    const removed = lastEdit?.removed.trim() ?? "";
    if (removed.length < minLength || lastEdit?.inserted.trim() !== "") return draft;
    const text = draft.text.trimStart();
    // A longer word that begins with the deleted one is another word.
    const isLonger = /^[\p{L}\p{N}_]{2}/u.test(removed.slice(-1) + text.charAt(removed.length));
    return text.startsWith(removed) && !isLonger ? "undoesEdit" : draft;
  },
};
