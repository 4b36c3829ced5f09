/**
 * Ends a many-line answer where its block ends: before the first line that stands further left than the
 * block, after the line that closes it, or at the blank line after the paragraph that was asked for.
 */
import { isSameInside, scanBrackets, type BracketState } from "../../syntax/brackets.ts";
import { excessClosers, stateAt, type LackingClosers } from "../../syntax/closers.ts";
import { indentationWidth } from "../../indentation.ts";
import type { Language } from "../../languages/language.ts";
import { beginsWithCloser } from "./bracket-underflow.ts";
import { isPromoted } from "./line-end.ts";
import type { AnswerLine } from "../lines.ts";
import type { AnswerFacts } from "../facts.ts";
import type { Cut, CutStep } from "../step.ts";

export const stopAtBlockEnd: CutStep = {
  kind: "cut",
  name: "block end",
  dropReason: "empty",
  findCut(text, facts, isComplete) {
    const scope = blockScope(text, facts);
    return scope === undefined ? undefined : walk(text, facts, scope, isComplete);
  },
};

interface BlockScope {
  /** Lines further left than this column are outside. */
  readonly minWidth: number;
  /** Column of the paragraph that a blank line ends; `undefined` where blank lines are part of the block. */
  readonly paragraphWidth: number | undefined;
}

/** What belongs to the block; `undefined` in single-line mode and as long as nothing visible has come. */
function blockScope(text: string, facts: AnswerFacts): BlockScope | undefined {
  const { site, prompt, around } = facts;
  if (prompt.mode !== "multiLine" && !isPromoted(text, facts)) return undefined;
  const first = facts.lines(text).find((line) => !line.isBlank);
  if (first === undefined) return undefined;
  const isOnBlankLine = site.linePrefix.trim() === "";
  const isOwnLine = first.start === 0;
  const width = indentationWidth(isOwnLine ? site.linePrefix + first.text : first.text);
  const opener = isOnBlankLine ? (around.previousLine ?? "") : site.linePrefix;
  const openerWidth = indentationWidth(opener);
  if (prompt.modeReason === "emptyBlock" || prompt.mode === "singleLine") {
    // A YAML list may stand at the column of its key.
    const isListAtKey = width === openerWidth && first.text.trimStart().startsWith("- ");
    const isDeeper = width > openerWidth || isOwnLine !== isOnBlankLine;
    return {
      minWidth: isListAtKey || !isDeeper ? Math.min(width, openerWidth) : openerWidth + 1,
      paragraphWidth: undefined,
    };
  }
  return { minWidth: width, paragraphWidth: width };
}

function walk(
  text: string,
  facts: AnswerFacts,
  scope: BlockScope,
  isComplete: boolean,
): Cut | undefined {
  const start = stateAt(facts.around);
  let state: BracketState = start;
  let keptEnd = 0;
  const kept: AnswerLine[] = [];
  let hasBlank = false;
  let unmatchedCount = 0;
  for (const [index, line] of facts.lines(text).entries()) {
    if (line.isBlank) {
      hasBlank ||= keptEnd > 0 && line.isEnded;
      continue;
    }
    const isChecked = line.start > 0 && keptEnd > 0 && isSameInside(state, start);
    if (isChecked) {
      const needed = decidingLength(line.text, facts.around.language);
      if (line.text.length < needed && !line.isEnded && !isComplete) return undefined;
      // A closer too many at the start is owed an opener.
      const isOwed = beginsWithCloser(text, facts) && isExcess(unmatchedCount, facts.lacking);
      if (!isInside(line, state, hasBlank && !isOwed, facts, scope)) {
        const end = endWithoutSuffix(kept, facts, scope);
        return { end, decidedAt: line.start + needed, isContinued: end === keptEnd };
      }
    }
    const scan = facts.scanOf(text, index);
    unmatchedCount += scan.unmatched.length;
    state = scan;
    keptEnd = line.end;
    kept.push(line);
    hasBlank = false;
    const isClosing = scan.unmatched.length > 0 && scan.open.length === 0;
    if (isClosing && line.isEnded && closesScope(line, unmatchedCount, facts, scope)) {
      return { end: line.end, decidedAt: line.end + 1, isContinued: true };
    }
    if (isChecked && line.isEnded && isLastKeyword(line, facts, scope)) {
      return { end: line.end, decidedAt: line.end + 1, isContinued: true };
    }
  }
  return undefined;
}

/** Whether a line belongs to the block, by its column and its beginning. */
function isInside(
  line: AnswerLine,
  state: BracketState,
  hasBlank: boolean,
  facts: AnswerFacts,
  scope: BlockScope,
): boolean {
  const { language } = facts.around;
  const lead = line.text.trimStart();
  const width = indentationWidth(line.text);
  if (language.floating?.test(lead) === true) return true;
  const isAfterParagraph =
    hasBlank && scope.paragraphWidth !== undefined && width <= scope.paragraphWidth;
  if (isAfterParagraph && state.open.length === 0) return false;
  if (width >= scope.minWidth) return true;
  if (language.blocks === "parentheses") return width > 0 || state.open.length > 0;
  if (/^[)\]}]/.test(lead)) return isCloserDue(lead, state, facts);
  if (/^(?:else|catch|finally)\b/.test(lead) && language.blocks === "braces") return true;
  if (language.closer?.test(lead) === true) return isKeywordLacking(facts);
  if (/^(?:except|finally)\b/.test(lead) && language.blocks === "indentation") {
    return continuesTry(facts);
  }
  return state.open.length > 0 && language.blocks !== "braces";
}

/** How much of a line decides whether it is inside: its first word, or all of what may be a label. */
function decidingLength(line: string, { floating, blocks }: Language): number {
  const lead = line.trimStart();
  const start = line.length - lead.length;
  const directive = blocks === "tags" ? /^\{%?-?\s*\w*/.exec(lead)?.[0].length : undefined;
  if (lead.startsWith("<") || directive !== undefined)
    return start + Math.max(2, (directive ?? 1) + 1);
  const word = /^\w*/.exec(lead)?.[0].length ?? 0;
  if (floating === undefined || word === 0) return start + word + 1;
  const words = /^[\w ]*/.exec(lead)?.[0].length ?? 0;
  const mayBeLabel = words === lead.length || lead.charAt(words) === ":";
  return mayBeLabel ? line.length + 1 : start + words + 1;
}

/** The bracket was opened in the answer, or nothing after the cursor closes it. */
function isCloserDue(lead: string, state: BracketState, facts: AnswerFacts): boolean {
  // What the text after the cursor closes, the answer has to leave open.
  const surplusCount = countOf(facts.lacking.surplus);
  if (state.open.length > 0) return state.open.length > surplusCount;
  return isBracketLacking(lead, facts);
}

/**
 * End of the kept lines, without those that the suffix has as its own last lines of the block: an answer that
 * reached the block's end has repeated them.
 */
function endWithoutSuffix(
  kept: readonly AnswerLine[],
  facts: AnswerFacts,
  scope: BlockScope,
): number {
  const { following } = facts;
  const outside = following.findIndex((line) => indentationWidth(line) < scope.minWidth);
  const count = outside < 0 ? following.length : outside;
  const first = kept.length - count;
  const isRepeated =
    first >= 0 &&
    following.slice(0, count).every((line, index) => fullText(kept[first + index], facts) === line);
  const last = isRepeated ? kept[first - 1] : kept.at(-1);
  return last?.end ?? 0;
}

function fullText(line: AnswerLine | undefined, { site }: AnswerFacts): string {
  if (line === undefined) return "";
  return ((line.start === 0 ? site.linePrefix : "") + line.text).trimEnd();
}

function isBracketLacking(lead: string, { lacking, around, site }: AnswerFacts): boolean {
  if (!lacking.isUnknown) {
    const { unmatched } = scanBrackets(lead, around.language);
    return excessClosers({ unmatched: unmatched.slice(0, 1), open: [] }, lacking).length === 0;
  }
  const next = around.nextLine;
  if (next === undefined) return true;
  const openerWidth = indentationWidth(
    site.linePrefix.trim() === "" ? (around.previousLine ?? "") : site.linePrefix,
  );
  return !(indentationWidth(next) <= openerWidth && /^\s*[)\]}]/.test(next));
}

/** The line closed what was open at the cursor: the last that was lacking, or all at the block's own column. */
function closesScope(
  line: AnswerLine,
  unmatchedCount: number,
  { lacking, prompt }: AnswerFacts,
  scope: BlockScope,
): boolean {
  // A closer too many at the start closes nothing here: the answer may open another block in its place.
  if (line.start === 0 && isExcess(unmatchedCount, lacking)) return false;
  const lackingCount = countOf(lacking.counts);
  if (!lacking.isUnknown && unmatchedCount >= lackingCount) return prompt.mode === "multiLine";
  return line.start > 0 && indentationWidth(line.text) < scope.minWidth;
}

function isExcess(count: number, lacking: LackingClosers): boolean {
  return !lacking.isUnknown && count > countOf(lacking.counts) && countOf(lacking.held) > 0;
}

function countOf(counts: LackingClosers["counts"]): number {
  return counts[")"] + counts["]"] + counts["}"];
}

/** `end`, `fi`, `</div>`: the block is whole. `else` is not the last. */
function isLastKeyword(line: AnswerLine, { around }: AnswerFacts, scope: BlockScope): boolean {
  const { closer, middle } = around.language;
  const lead = line.text.trimStart();
  if (indentationWidth(line.text) >= scope.minWidth || closer?.test(lead) !== true) return false;
  return middle?.test(lead) !== true;
}

/** What follows the cursor does not close the block that the cursor is in. */
function isKeywordLacking({ around, site }: AnswerFacts): boolean {
  const { nextLine, previousLine, language } = around;
  if (nextLine === undefined) return true;
  const isOnBlankLine = site.linePrefix.trim() === "";
  const ownWidth = indentationWidth(isOnBlankLine ? (previousLine ?? "") : site.linePrefix);
  const width = indentationWidth(nextLine);
  if (width > ownWidth) return false;
  return language.closer?.test(nextLine.trimStart()) !== true;
}

/** Python: the block under the cursor is that of a `try`, which needs what follows. */
function continuesTry({ around, site }: AnswerFacts): boolean {
  const opener = site.linePrefix.trim() === "" ? (around.previousLine ?? "") : site.linePrefix;
  return /^\s*try\s*:/.test(opener) && !/^\s*(?:except|finally)\b/.test(around.nextLine ?? "");
}
