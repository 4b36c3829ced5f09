/**
 * Where a line may stand that is written at the cursor: what the columns of the lines around say, and those of
 * the answer's own lines.
 */
import { indentationWidth } from "../../indentation.ts";
import { opensBlock } from "../../prompt/completion-mode.ts";
import type { Surroundings } from "../../syntax/surroundings.ts";
import type { AnswerFacts } from "../facts.ts";

export interface FirstLine {
  /** The first filled line, without its indentation. */
  readonly text: string;
  /** Column of the next filled line; `undefined` where none has come. */
  readonly nextWidth: number | undefined;
}

/** Something says that a line stands there; the columns of the lines above it say nothing else. */
export const certain = 2;
const possible = 1;

/** How much says that `first` stands at `column`: 0 is nothing. */
export function columnEvidence(column: number, first: FirstLine, facts: AnswerFacts): number {
  const { previousLine } = facts.around;
  const isTooShallow =
    previousLine !== undefined &&
    column <= indentationWidth(previousLine) &&
    goesDeeper(first, facts);
  // A line of a block may well be followed by one outside of it: that says nothing of its own column.
  if (isTooShallow) return belowEvidence(column, first, facts);
  return (
    aboveEvidence(column, first, facts) +
    belowEvidence(column, first, facts) +
    ownEvidence(column, first, facts)
  );
}

/** True when the answer's first line belongs deeper than the line above it. */
export function goesDeeper({ text }: FirstLine, { around }: AnswerFacts): boolean {
  const { previousLine, nextLine, scan, before } = around;
  if (previousLine === undefined) return false;
  const innermost = scan.open.at(-1);
  const isInside = innermost !== undefined && innermost.index >= before.lastIndexOf(previousLine);
  if (isInside || leadsDeeper(previousLine, around)) return true;
  // Its block goes on below.
  if (indentationWidth(nextLine ?? "") > indentationWidth(previousLine)) return true;
  if (text.startsWith("*")) return /^\s*\/\*/.test(previousLine);
  return continuation.test(text);
}

/** True when what follows `line` may stand deeper than it: a block, an argument, the rest of an expression. */
export function leadsDeeper(line: string, around: Surroundings): boolean {
  const bare = line.trimEnd();
  if (bare.trim() === "") return false;
  return opensBlock(line, around) || deeperEnd.test(bare) || deeperLine.test(bare);
}

/** Brackets, operators, a callback's parameters, the opening tag or directive of markup. */
const deeperEnd =
  /(?:[([{=+\-*/%&|^<?:\\]|->|=>|\|\w[^|]*\||<[A-Za-z][\w.:-]*(?:\s[^<>]*)?(?<![/-])>|\{[#:%][^}]*\}?)$/;
/** A head without braces, keywords that stand alone, a fence. */
const deeperLine =
  /^[\s})]*(?:(?:if|for|foreach|while|else if)\b.*\)|else|do|then|begin|try|finally|repeat|loop|of|where|case .*|[A-Z]{3,}(?: [A-Z]+)?|(?:```|~~~).*)$/;
/** Text that goes on with the expression of the line above. */
const continuation = /^(?:[.?&|+/<>=]|->|::|-\s|(?:and|or|then|in)\b)/;

function aboveEvidence(column: number, first: FirstLine, facts: AnswerFacts): number {
  const { around, level } = facts;
  const { previousLine, before, language } = around;
  if (previousLine === undefined) return column === 0 ? certain : 0;
  const above = indentationWidth(previousLine);
  // A line that stands anywhere says nothing.
  if (language.floating?.test(previousLine.trimStart()) === true) return 0;
  const isDeeper = goesDeeper(first, facts);
  if (isDeeper && first.text.startsWith("*") && column === above + 1) return certain;
  if (column === above) return isDeeper ? 0 : certain;
  const item = /^\s*[-*+] +(?=\S)/.exec(previousLine)?.[0];
  if (item !== undefined && column === indentationWidth(previousLine) + item.trimStart().length) {
    return language.blocks === "braces" ? possible : certain;
  }
  if (column > above) {
    if (!isDeeper) return 0;
    if (column === above + indentationWidth(level)) return certain;
    // An editor put the cursor there.
    const { linePrefix } = facts.site;
    const isCursor = column === indentationWidth(linePrefix) && linePrefix !== " ";
    return isCursor ? possible : 0;
  }
  return isEnclosing(column, before) ? possible : 0;
}

/** A line above stands at `column`, and all below it are deeper. */
function isEnclosing(column: number, before: string): boolean {
  const lines = before.split("\n").slice(0, -1);
  for (const line of lines.toReversed()) {
    if (line.trim() === "") continue;
    const width = indentationWidth(line);
    if (width === column) return true;
    if (width < column) return false;
  }
  return false;
}

function belowEvidence(column: number, first: FirstLine, facts: AnswerFacts): number {
  const { around, level } = facts;
  const { nextLine, previousLine, language } = around;
  if (nextLine === undefined) return 0;
  const lead = nextLine.trimStart();
  const width = indentationWidth(nextLine);
  if (/^(?:[)\]}]|<\/|\{\/)/.test(lead) || language.closer?.test(lead) === true) {
    return column === width + indentationWidth(level) ? possible : 0;
  }
  // Below an opener, its sibling says nothing of its block.
  const isSibling = previousLine !== undefined && width <= indentationWidth(previousLine);
  if (isSibling && goesDeeper(first, facts)) return 0;
  return column === width ? certain : 0;
}

function ownEvidence(column: number, { text, nextWidth }: FirstLine, facts: AnswerFacts): number {
  if (nextWidth === undefined) return 0;
  const isLevel = nextWidth === column + indentationWidth(facts.level);
  if (opensBlock(text, facts.around)) return isLevel ? certain : nextWidth > column ? possible : 0;
  if (column === nextWidth) return certain;
  return isLevel && leadsDeeper(text, facts.around) ? possible : 0;
}
