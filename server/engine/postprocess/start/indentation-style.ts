/**
 * Lines are indented as the file is: a model that writes blanks in a tab file is put right. Only lines of code
 * are: in strings, here-documents and comments blanks are text.
 */
import { indentationOf, indentationWidth } from "../../indentation.ts";
import { opensBlock } from "../../prompt/completion-mode.ts";
import { scanBrackets } from "../../syntax/brackets.ts";
import { stateAt } from "../../syntax/closers.ts";
import type { AnswerFacts } from "../facts.ts";

/** Levels that models write where a file's own are not seen. */
const usualUnits = [4, 2, 8, 3];

/** Rewrites the indentation of every line of code, where the first indented one is of the other kind. */
export function fixIndentation(text: string, facts: AnswerFacts): string {
  const { indentation: kind, around } = facts;
  if (kind === undefined || around.language.blocks === "none") return text;
  const foreign = kind === "tabs" ? " " : "\t";
  if (!text.startsWith(foreign) && !text.includes(`\n${foreign}`)) return text;
  const lines = text.split("\n");
  const isCode = codeLines(lines, facts);
  // The first indented line of code tells for all: files have odd lines.
  const first = lines.findIndex(
    (line, index) => isCode[index] === true && /^[ \t]+[^\s*]/.test(line),
  );
  const sample = indentationOf(lines[first] ?? "");
  if (kind === "tabs" ? !/^ +$/.test(sample) : !/^\t+$/.test(sample)) return text;
  const unit = blanksPerTab(sample.length, first, lines, facts);
  const rewritten = lines.map((line, index) => {
    if (isCode[index] !== true) return line;
    const own = indentationOf(line);
    const bare = line.slice(own.length);
    if (kind === "tabs") return own.includes("\t") ? line : toTabs(own, unit) + bare;
    return own.includes(" ") ? line : facts.level.repeat(own.length) + bare;
  });
  return rewritten.join("\n");
}

/** Which lines begin in code, with an indentation of their own; the stars of a comment stand as code does. */
function codeLines(lines: readonly string[], { around, site }: AnswerFacts): readonly boolean[] {
  let state = stateAt(around);
  return lines.map((line, index) => {
    const { kind } = state.inside;
    state = scanBrackets(`${line}\n`, around.language, state);
    if (index === 0 && site.linePrefix !== "") return false;
    return kind === "code" || (kind === "blockComment" && /^\s*\*/.test(line));
  });
}

/** How many blanks the model takes for a tab, from its first indented line and the cursor's level. */
function blanksPerTab(
  width: number,
  first: number,
  lines: readonly string[],
  { site, around }: AnswerFacts,
): number {
  const level = indentationOf(site.linePrefix).length;
  const opens = first > 0 && opensBlock(site.linePrefix + (lines[first - 1] ?? ""), around);
  if (opens && level > 0 && width === level + 1) return 1;
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
