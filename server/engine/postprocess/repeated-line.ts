/** Drops an answer that only says again what the line below or above says. */
import { weightOf } from "./lines.ts";
import type { EditStep } from "./step.ts";

/** Lines with fewer letters and digits repeat rightly: `}`, `#endif`, `0,`. */
const minWeight = 6;
/** And so does a line of which the answer writes no more than its end. */
const minOwnWeight = 3;

export const dropRepeatedLine: EditStep = {
  kind: "edit",
  name: "repeated line",
  apply(draft, { site, around }) {
    const { text } = draft;
    const [firstLine = "", ...more] = text.split("\n");
    const after = site.lineSuffix.slice(draft.replacedLength);
    const line = (site.linePrefix + firstLine + (more.length === 0 ? after : "")).trimEnd();
    if (weightOf(line) < minWeight || weightOf(text) < minOwnWeight) return draft;
    if (more.length === 0 && line === around.nextLine?.trimEnd()) return "repeatsNextLine";
    const isWholeLine = site.linePrefix.trim() === "";
    if (isWholeLine && more.length === 0 && line === around.previousLine?.trimEnd()) {
      return "repeatsPreviousLine";
    }
    return draft;
  },
};
