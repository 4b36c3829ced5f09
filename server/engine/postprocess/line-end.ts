/** In single-line mode an answer ends at the first line end after some text. */
import { opensBlock } from "../completion-mode.ts";
import type { CutStep } from "./step.ts";

export const stopAtLineEnd: CutStep = {
  kind: "cut",
  name: "line end",
  findCut(text, { prompt, site, around }) {
    if (prompt.mode === "multiLine") return undefined;
    const start = site.isMidLine ? 0 : (/^\s*/.exec(text)?.[0].length ?? 0);
    const end = text.indexOf("\n", start);
    if (end < 0) return undefined;
    const isPromoted =
      prompt.mayPromote && opensBlock(site.linePrefix + text.slice(0, end), around);
    return isPromoted ? undefined : { end, isContinued: true };
  },
};
