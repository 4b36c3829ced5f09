/** Ends an answer where the model goes on to the next file of the prompt, or wraps code for a chat. */
import { answerLines } from "./lines.ts";
import type { CutStep } from "./step.ts";

export const stopAtPromptEcho: CutStep = {
  kind: "cut",
  name: "prompt echo",
  dropReason: "snippetEcho",
  findCut(text, { around, site }, isComplete) {
    for (const line of answerLines(text)) {
      const isFirst = line.start === 0;
      const start = (isFirst ? site.linePrefix : "") + line.text;
      const mark =
        /^\+{5} /.exec(start) ?? (around.language.isProse ? null : /^ {0,3}```/.exec(start));
      if (mark === null) continue;
      const length = mark[0].length - (isFirst ? site.linePrefix.length : 0);
      if (length <= 0 || (line.text.length < length && !isComplete)) continue;
      const end = isFirst ? 0 : line.start - 1;
      return { end, decidedAt: line.start + length, isContinued: false };
    }
    return undefined;
  },
};
