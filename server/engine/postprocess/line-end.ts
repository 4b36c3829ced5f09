/** In single-line mode an answer ends with its first line, also where that is empty: the line is whole. */
import { opensBlock } from "../prompt/completion-mode.ts";
import type { AnswerFacts } from "./facts.ts";
import type { CutStep } from "./step.ts";

export const stopAtLineEnd: CutStep = {
  kind: "cut",
  name: "line end",
  dropReason: "empty",
  findCut(text, facts) {
    if (facts.prompt.mode === "multiLine") return undefined;
    const end = text.indexOf("\n");
    if (end < 0 || isPromoted(text, facts)) return undefined;
    return { end, decidedAt: end + 1, isContinued: true };
  },
};

/** True when the first line of a single-line answer opens a block that is to be written too. */
export function isPromoted(text: string, { prompt, site, around }: AnswerFacts): boolean {
  const end = text.indexOf("\n");
  if (prompt.mode === "multiLine" || !prompt.mayPromote || end < 0) return false;
  const line = text.slice(0, end);
  return line.trim() !== "" && opensBlock(site.linePrefix + line, around);
}
