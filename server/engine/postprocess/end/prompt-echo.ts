/**
 * Ends an answer where the model goes on to the next file of the prompt, or wraps its code for a chat: there
 * the code inside of the fence is the answer.
 */
import { stateAt } from "../../syntax/closers.ts";
import type { AnswerLine } from "../lines.ts";
import type { AnswerFacts } from "../facts.ts";
import type { CutStep } from "../step.ts";

export const stopAtPromptEcho: CutStep = {
  kind: "cut",
  name: "prompt echo",
  dropReason: "snippetEcho",
  findCut(text, facts, isComplete) {
    for (const [index, line] of facts.lines(text).entries()) {
      const length = markLength(line, facts);
      if (length === undefined || (line.text.length < length && !isComplete)) continue;
      // In a documentation string or comment a fence is text.
      const state = index === 0 ? stateAt(facts.around) : facts.scanOf(text, index - 1);
      if (state.inside.kind !== "code") continue;
      const end = Math.max(0, line.start - 1);
      return { end, decidedAt: line.start + length, isContinued: false };
    }
    return undefined;
  },
};

/** The answer without a line of a fence before it; "" as long as only such a line has come. */
export function withoutFence(text: string, { site, around }: AnswerFacts): string {
  if (around.language.isProse || site.linePrefix.trim() !== "") return text;
  const fence = /^\s*```[^\n`]*(\n|$)/.exec(text);
  if (fence === null) return text;
  return fence[1] === "" ? "" : text.slice(fence[0].length);
}

/** Length of the part of the line that is a header or a fence. */
function markLength(line: AnswerLine, { site, around }: AnswerFacts): number | undefined {
  const before = line.start === 0 ? site.linePrefix : "";
  const mark =
    /^\+{5} /.exec(before + line.text) ??
    (around.language.isProse ? null : /^ {0,3}```/.exec(before + line.text));
  const length = (mark?.[0].length ?? 0) - before.length;
  return length > 0 ? length : undefined;
}
