/** In single-line mode an answer ends with its first line, also where that is empty: the line is whole. */
import { isSameInside, scanBrackets } from "../../syntax/brackets.ts";
import { stateAt } from "../../syntax/closers.ts";
import { opensBlock } from "../../prompt/completion-mode.ts";
import type { AnswerFacts } from "../facts.ts";
import type { CutStep } from "../step.ts";

export const stopAtLineEnd: CutStep = {
  kind: "cut",
  name: "line end",
  dropReason: "empty",
  findCut(text, facts) {
    if (facts.prompt.mode === "multiLine") return undefined;
    const end = firstLineEnd(text, facts);
    if (end < 0 || isPromoted(text, facts)) return undefined;
    return { end, decidedAt: end + 1, isContinued: true };
  },
};

/** Where the first line ends, -1 while it has not; on an empty line of the document, the first filled one. */
function firstLineEnd(text: string, { site }: AnswerFacts): number {
  const blank = site.linePrefix.trim() === "" ? (/^(?:[ \t]*\n)+/.exec(text)?.[0].length ?? 0) : 0;
  return text.indexOf("\n", blank);
}

/**
 * True when the first line of a single-line answer opens what has to be closed on another one: a block, a
 * bracket, a text of several lines.
 */
export function isPromoted(text: string, facts: AnswerFacts): boolean {
  const { prompt, site, around } = facts;
  const end = firstLineEnd(text, facts);
  if (prompt.mode === "multiLine" || !prompt.mayPromote || end < 0) return false;
  const line = text.slice(0, end);
  if (line.trim() === "") return false;
  const state = stateAt(around);
  const scan = scanBrackets(`${line}\n`, around.language, state);
  // What the line closes right of the cursor already, it goes on behind: that is for one line only.
  if (site.isMidLine && (scan.unmatched.length > 0 || around.language.blocks === "parentheses"))
    return false;
  if (opensBlock(site.linePrefix + line, around)) return true;
  if (around.language.blocks === "none") return false;
  const opensText = scan.inside.kind === "string" && !isSameInside(scan, state);
  return scan.open.length > 0 || opensText;
}
