/** The last line of an answer that was cut short by its token limit or by a broken connection. */
import type { AnswerEnd, Draft } from "../step.ts";

/** Leaves out the unfinished last line where there are others; a lone line is better than nothing. */
export function cutUnfinished(draft: Draft, answerEnd: AnswerEnd): Draft {
  // A token limit may cut a character in half: servers send U+FFFD for it.
  const text = draft.text.replace(/\uFFFD$/, "");
  if (answerEnd === "stop") return { ...draft, text };
  const end = text.lastIndexOf("\n");
  return text.slice(0, Math.max(0, end)).trim() === ""
    ? { ...draft, text }
    : { ...draft, text: text.slice(0, end) };
}
