/** In single-line mode an answer ends at the first line end after some text. */
import { opensBlock } from "../completion-mode.ts";
import type { AnswerFacts, CutStep } from "./step.ts";

export const stopAtLineEnd: CutStep = {
  kind: "cut",
  name: "line end",
  dropReason: "empty",
  findCut(text, facts) {
    if (facts.prompt.mode === "multiLine") return undefined;
    const start = facts.site.isMidLine ? 0 : leadingLength(text);
    const end = text.indexOf("\n", start);
    if (end < 0 || isPromoted(text, facts)) return undefined;
    return { end, decidedAt: end + 1, isContinued: true };
  },
};

/** True when the first line of a single-line answer opens a block that is to be written too. */
export function isPromoted(text: string, { prompt, site, around }: AnswerFacts): boolean {
  if (prompt.mode === "multiLine" || !prompt.mayPromote) return false;
  const start = leadingLength(text);
  const end = text.indexOf("\n", start);
  if (end < 0) return false;
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, end);
  return opensBlock(
    start === line.length || !text.startsWith("\n") ? site.linePrefix + line : line,
    around,
  );
}

function leadingLength(text: string): number {
  return /^\s*/.exec(text)?.[0].length ?? 0;
}
