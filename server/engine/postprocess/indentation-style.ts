/** Lines after the first are indented as the file is: a model that writes blanks in a tab file is put right. */
import { indentationOf, indentationStyle, indentationWidth } from "../indentation.ts";
import type { AnswerFacts } from "./step.ts";

/** Levels that models write where a file's own are not seen. */
const usualUnits = [4, 2, 8, 3];

/** Rewrites the indentation of every line after the first, where it is of the other kind throughout. */
export function fixIndentation(text: string, { site, around }: AnswerFacts): string {
  if (!/\n[ \t]/.test(text) || around.language.blocks === "none") return text;
  const near = `${around.before}\n${around.after}`;
  const usesTabs = /(?:^|\n)\t/.test(near);
  const usesBlanks = /(?:^|\n) {2}/.test(near);
  // A file with both, or with none, tells nothing.
  if (usesTabs === usesBlanks) return text;
  if (usesTabs) {
    // The first indented line tells for all: files have odd lines, and answers quote them.
    const first = /\n([ \t]+)\S/.exec(text)?.[1] ?? "";
    if (!/^ +$/.test(first)) return text;
    const unit = blanksPerTab(first.length, indentationOf(site.linePrefix).length);
    return text.replaceAll(/\n( +)/g, (_, blanks: string) => `\n${toTabs(blanks, unit)}`);
  }
  if (!/^[^\t]*\n\t/.test(text) || /^(?:[^\n]*\n)+? +\S/.test(text)) return text;
  const unit = indentationStyle(near)?.unit ?? "    ";
  return text.replaceAll(/\n(\t+)/g, (_, tabs: string) => `\n${unit.repeat(tabs.length)}`);
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
