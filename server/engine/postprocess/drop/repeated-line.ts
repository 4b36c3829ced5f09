/** Drops an answer of one line that only says again what the line below or above says. */
import { weightOf } from "../lines.ts";
import type { EditStep } from "../step.ts";

/** Lines with fewer letters and digits repeat rightly: `}`, `#endif`, `0,`. */
const minWeight = 6;
/** And so does a line of which the answer writes no more than its end. */
const minOwnWeight = 3;
/** A statement of less is often written twice: `in.nextLine();`. */
const minWeightAbove = 14;

export const dropRepeatedLine: EditStep = {
  kind: "edit",
  name: "repeated line",
  apply(draft, { site, around }) {
    const { text } = draft;
    if (text.includes("\n") || text.trimEnd().endsWith(",")) return draft;
    const line = (site.linePrefix + text + site.lineSuffix.slice(draft.replacedLength)).trimEnd();
    const weight = weightOf(line);
    if (weight < minWeight || weightOf(text) < minOwnWeight) return draft;
    if (line === around.nextLine?.trimEnd()) return "repeatsNextLine";
    const isWholeLine = site.linePrefix.trim() === "" && weight >= minWeightAbove;
    return isWholeLine && line === around.previousLine?.trimEnd() ? "repeatsPreviousLine" : draft;
  },
};
