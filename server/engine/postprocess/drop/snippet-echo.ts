/**
 * Drops an answer that copies an excerpt of another file as a whole. A recent edit is sent so that the model does
 * the same here.
 */
import { weightOf } from "../lines.ts";
import type { EditStep } from "../step.ts";

/** Shorter answers may well say what another file says. */
const minLines = 4;
const minWeight = 60;
/** Part of the excerpt that must be copied. */
const minShare = 0.6;

export const dropSnippetEcho: EditStep = {
  kind: "edit",
  name: "snippet echo",
  apply(draft, { prompt }) {
    const lines = filledLines(draft.text);
    if (lines.length < minLines || weightOf(draft.text) < minWeight) return draft;
    const copied = lines.join("\n");
    for (const snippet of prompt.snippets.filter(({ origin }) => origin !== "recentEdit")) {
      const theirs = filledLines(snippet.text);
      const isCopy = lines.length >= theirs.length * minShare && theirs.join("\n").includes(copied);
      if (isCopy) return "snippetEcho";
    }
    return draft;
  },
};

function filledLines(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
