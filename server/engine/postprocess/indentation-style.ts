/** Lines after the first are indented as the file is: a model that writes blanks in a tab file is put right. */
import { indentationOf, indentationWidth } from "../indentation.ts";
import type { AnswerFacts } from "./facts.ts";

/** Levels that models write where a file's own are not seen. */
const usualUnits = [4, 2, 8, 3];

/** Rewrites the indentation of every line after the first, where it is of the other kind throughout. */
export function fixIndentation(text: string, facts: AnswerFacts): string {
  // The first indented line tells for all: files have odd lines, and answers quote them.
  const first = /\n([ \t]+)\S/.exec(text)?.[1];
  if (first === undefined || facts.around.language.blocks === "none") return text;
  const kind = facts.indentation;
  if (kind === "tabs" && /^ +$/.test(first)) {
    const width = blanksPerTab(first.length, indentationOf(facts.site.linePrefix).length);
    return text.replaceAll(/\n( +)/g, (_, blanks: string) => `\n${toTabs(blanks, width)}`);
  }
  if (kind === "blanks" && /^\t+$/.test(first)) {
    const { level } = facts;
    return text.replaceAll(/\n(\t+)/g, (_, tabs: string) => `\n${level.repeat(tabs.length)}`);
  }
  return text;
}

/** How many blanks the model takes for a tab, from the first indented line and the cursor's level. */
function blanksPerTab(width: number, level: number): number {
  for (const expected of [level + 1, level]) {
    const unit = width / Math.max(1, expected);
    if (usualUnits.includes(unit)) return unit;
  }
  return usualUnits.find((unit) => width % unit === 0) ?? width;
}

function toTabs(blanks: string, unit: number): string {
  const levels = Math.floor(indentationWidth(blanks) / unit);
  return "\t".repeat(levels) + " ".repeat(blanks.length - levels * unit);
}
