/**
 * The start of an answer. Codestral writes one blank too many after blanks, and one line end too many after
 * an empty line; every model sometimes writes again the indentation that stands before the cursor.
 */
import { opensBlock } from "../prompt/completion-mode.ts";
import { indentationOf, indentationWidth } from "../indentation.ts";
import type { AnswerFacts } from "./facts.ts";

/** Rewrites the white space that `text` begins with; decided by the text up to its first visible character. */
export function fixLeadingSpace(text: string, facts: AnswerFacts): string {
  const { linePrefix } = facts.site;
  if (linePrefix.trim() !== "") return withoutSecondBlank(text, linePrefix);
  const blankLines = /^(?:[ \t]*\n)+/.exec(text)?.[0].length ?? 0;
  const body = text.slice(blankLines);
  const own = indentationOf(body);
  return neededIndentation(own, blankLines > 0, facts) + body.slice(own.length);
}

/** After a blank that stands before the cursor already, a single one more is a slip; two are alignment. */
function withoutSecondBlank(text: string, linePrefix: string): string {
  return /[ \t]$/.test(linePrefix) && /^ [^\s]/.test(text) ? text.slice(1) : text;
}

/** What of the first line's own indentation is missing left of the cursor. */
function neededIndentation(own: string, isFromLineStart: boolean, facts: AnswerFacts): string {
  const { linePrefix } = facts.site;
  if (own === "" || linePrefix === "") return own;
  const isWhole = own.startsWith(linePrefix);
  if (isFromLineStart) return isWhole ? own.slice(linePrefix.length) : "";
  const width = indentationWidth(linePrefix);
  const expected = expectedWidth(width, facts);
  if (width + own.length === expected) return own;
  if (isWhole) return own.slice(linePrefix.length);
  // Where the cursor stands right, or the answer counts from the line's start, the rest is a slip.
  const isFromStart = indentationWidth(own) === expected;
  if (isFromStart || own === " ") return " ".repeat(Math.max(0, expected - width));
  return width >= expected ? "" : own;
}

/** The column where the first line belongs, given that the cursor stands at `width`. */
function expectedWidth(width: number, { around, level }: AnswerFacts): number {
  const { previousLine, nextLine } = around;
  const nextWidth = /^\s*[^\s)\]}]/.test(nextLine ?? "") ? indentationWidth(nextLine ?? "") : 0;
  if (previousLine === undefined) return Math.max(width, nextWidth);
  const previousWidth = indentationWidth(previousLine);
  if (!opensBlock(previousLine, around)) return Math.max(previousWidth, nextWidth);
  // An editor put the cursor there, or the file tells its levels.
  if (width > previousWidth) return width;
  return previousWidth + indentationWidth(level);
}
