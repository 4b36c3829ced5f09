/**
 * Which closing brackets the text at the cursor still lacks. An answer may write those and no others: what
 * follows the cursor closes the rest. The look ahead ends where indentation says that the statement does,
 * so that it needs no balanced file.
 */
import {
  atCode,
  scanBrackets,
  withoutOpen,
  type Bracket,
  type BracketScan,
  type BracketState,
  type Closer,
  type UnmatchedCloser,
} from "./brackets.ts";
import { indentationWidth } from "../indentation.ts";
import type { Language } from "../languages/language.ts";
import type { CompletionSite } from "../site.ts";
import { firstLineLength, lineAt, type Surroundings } from "./surroundings.ts";

export interface LackingClosers {
  /** How many of each closer an answer may write without a partner of its own. */
  readonly counts: Readonly<Record<Closer, number>>;
  /** What is open at the cursor, outermost first. */
  readonly open: readonly Closer[];
  /** How many of each the text after the cursor writes for brackets that are open at it. */
  readonly held: Readonly<Record<Closer, number>>;
  /** How many of each the text after the cursor has that only an answer can have opened. */
  readonly surplus: Readonly<Record<Closer, number>>;
  /** Nothing is known: the brackets that are open began before the text looked at. */
  readonly isUnknown: boolean;
}

/** Finds the closers that neither prefix nor suffix has. */
export function lackingClosers(site: CompletionSite, around: Surroundings): LackingClosers {
  const { scan, before, language } = around;
  const openers = scan.open.map((bracket) => openerOf(bracket, around));
  const innermost = openers.at(-1);
  const scopeWidth = scopeWidthAt(site, around, innermost);
  const rest = following(around, scopeWidth);
  const { closed, surplus } = closedBy(scan.open, rest.unmatched);
  const counts: Record<Closer, number> = { ")": 0, "]": 0, "}": 0 };
  const held: Record<Closer, number> = { ")": 0, "]": 0, "}": 0 };
  const isParenthesized = language.blocks === "parentheses";
  const cursorLine = { lineStart: before.lastIndexOf("\n") + 1, line: site.linePrefix };
  const isInFlat = flatness(openers, cursorLine, around);
  for (const [index, { bracket, width, lineStart }] of openers.entries()) {
    if (closed.has(bracket)) {
      held[bracket.close]++;
      continue;
    }
    // Where the look ahead was cut short, only what the cursor's own line opened surely lacks its closer.
    const isOnCursorLine = lineStart === cursorLine.lineStart && !isParenthesized;
    const isDue = isOnCursorLine || (rest.isEnd && width >= rest.dueWidth);
    if (isDue && !isInFlat(index)) counts[bracket.close]++;
  }
  const isUnknown = innermost === undefined && !around.isBeforeWhole;
  const open = scan.open.map(({ close }) => close);
  return { counts, open, held, surplus, isUnknown: isUnknown || language.hasLoneBrackets === true };
}

interface Line {
  readonly lineStart: number;
  readonly line: string;
}

interface Opener extends Line {
  readonly bracket: Bracket;
  /** Column with which text after the bracket's end is aligned. */
  readonly width: number;
}

function openerOf(bracket: Bracket, { before, language }: Surroundings): Opener {
  const line = lineAt(before, bracket.index);
  const lineStart = before.lastIndexOf("\n", bracket.index - 1) + 1;
  // Lisp aligns with the bracket itself, the others with its line.
  const isParenthesized = language.blocks === "parentheses";
  const width = isParenthesized ? bracket.index - lineStart : indentationWidth(line);
  return { bracket, lineStart, line, width };
}

/** Column of the statement or block that the cursor is in: what follows further left is outside of it. */
function scopeWidthAt(
  { linePrefix }: CompletionSite,
  { language }: Surroundings,
  innermost: Opener | undefined,
): number {
  const width = innermost?.width ?? 0;
  if (linePrefix.trim() === "" || language.blocks === "parentheses") return width;
  return Math.min(width, indentationWidth(linePrefix));
}

/**
 * By an opener's number: true when the text inside its bracket is not deeper than the line that opened it, as after
 * `extern "C" {`: columns do not tell where such a bracket is closed. One pass for all: there may be thousands.
 */
function flatness(
  openers: readonly Opener[],
  cursorLine: Line,
  { before, language }: Surroundings,
): (index: number) => boolean {
  const textWidth = ({ line }: Line): number => {
    const isText = line.trim() !== "" && !/^\s*[)\]}]/.test(line);
    return isText ? indentationWidth(line) : Number.POSITIVE_INFINITY;
  };
  // The least column of the openers on later lines than each; `undefined` where there is none.
  const least: (number | undefined)[] = [];
  let later: number | undefined;
  let sameLine: { readonly lineStart: number; readonly width: number } | undefined;
  for (const [index, opener] of [...openers.entries()].toReversed()) {
    if (sameLine !== undefined && sameLine.lineStart > opener.lineStart) {
      later = Math.min(later ?? Number.POSITIVE_INFINITY, sameLine.width);
    }
    if (sameLine?.lineStart !== opener.lineStart) {
      sameLine = { lineStart: opener.lineStart, width: textWidth(opener) };
    }
    least[index] = later;
  }
  const cursorWidth = textWidth(cursorLine);
  // The last line of a long text stands anywhere.
  let isCode: boolean | undefined;
  const isCursorInCode = (): boolean => {
    isCode ??= scanBrackets(before.slice(0, cursorLine.lineStart), language).inside.kind === "code";
    return isCode;
  };
  return (index) => {
    const { width = 0, lineStart = 0 } = openers[index] ?? {};
    const inner = least[index];
    if (inner !== undefined) return inner <= width;
    return cursorLine.lineStart > lineStart && cursorWidth <= width && isCursorInCode();
  };
}

/**
 * The closers of an answer from the first one that is too many. What the answer leaves open stands for as many: the
 * text after the cursor closes that instead.
 */
export function excessClosers(
  { unmatched, open }: Pick<BracketScan, "unmatched" | "open">,
  lacking: LackingClosers,
): readonly Bracket[] {
  if (lacking.isUnknown) return [];
  const left = { ...lacking.counts };
  const exchanged = { ...lacking.held };
  for (const { close } of open) if (exchanged[close]-- > 0) left[close]++;
  const first = unmatched.findIndex(
    (closer, index) => --left[closer.close] < 0 || isCrossing(closer, index, lacking),
  );
  return first < 0 ? [] : unmatched.slice(first);
}

/** True when the answer's unmatched closer number `index` passes over another bracket that is open. */
export function isCrossing(
  closer: UnmatchedCloser,
  index: number,
  { open }: LackingClosers,
): boolean {
  const innermost = open.at(-1 - index);
  return closer.isCrossing || (innermost !== undefined && innermost !== closer.close);
}

/** The cursor's state, for scanning what is inserted or follows there. */
export function stateAt({ scan }: Surroundings): BracketState {
  return withoutOpen(scan);
}

interface Following {
  /** Closers that the scope's rest has without a partner, in order. */
  readonly unmatched: readonly Bracket[];
  /** The scope's end was seen; else the stretch was too short for it. */
  readonly isEnd: boolean;
  /** By then everything is closed that a line at this column or deeper opened. */
  readonly dueWidth: number;
}

/** The text after the cursor that belongs to the scope: deeper lines, and closers at its own column. */
function following(around: Surroundings, scopeWidth: number): Following {
  const { after, language } = around;
  const unmatched: Bracket[] = [];
  let state = isCommentLeftOpen(around) ? atCode : stateAt(around);
  let start = 0;
  while (start < after.length) {
    const end = start + firstLineLength(after.slice(start));
    const line = after.slice(start, end);
    const isText = line.trim() !== "" && start > 0 && state.inside.kind === "code";
    if (isText && !isInScope(line, scopeWidth, language)) {
      const due = indentationWidth(line) + (startsWithCloser(line, language) ? 1 : 0);
      return { unmatched, isEnd: true, dueWidth: due };
    }
    const scan = scanBrackets(`${line}\n`, language, state);
    unmatched.push(...scan.unmatched);
    state = scan;
    start = end + 1;
  }
  return { unmatched, isEnd: around.isAfterWhole, dueWidth: 0 };
}

/** The next comment begins before this one ends: its end is still to be written. */
function isCommentLeftOpen({ scan, after, language }: Surroundings): boolean {
  const { inside } = scan;
  if (inside.kind !== "blockComment") return false;
  const open = language.blockComments.find(([, close]) => close === inside.close)?.[0] ?? "";
  const next = after.indexOf(open);
  const end = after.indexOf(inside.close);
  return end < 0 || (next >= 0 && next < end);
}

function isInScope(line: string, scopeWidth: number, language: Language): boolean {
  const width = indentationWidth(line);
  if (width > scopeWidth) return true;
  const lead = line.trimStart();
  if (language.lineComments.some((open) => lead.startsWith(open))) return true;
  if (language.floating?.test(lead) === true) return true;
  return width === scopeWidth && startsWithCloser(line, language);
}

function startsWithCloser(line: string, { closer }: Language): boolean {
  const lead = line.trimStart();
  return /^[)\]}]/.test(lead) || closer?.test(lead) === true;
}

/** Which of the open brackets the unmatched closers of the following text close, innermost first. */
function closedBy(
  open: readonly Bracket[],
  unmatched: readonly Bracket[],
): { closed: ReadonlySet<Bracket>; surplus: Record<Closer, number> } {
  const closed = new Set<Bracket>();
  const surplus: Record<Closer, number> = { ")": 0, "]": 0, "}": 0 };
  let top = open.length - 1;
  for (const { close } of unmatched) {
    let index = top;
    while (index >= 0 && open[index]?.close !== close) index--;
    const bracket = open[index];
    if (bracket === undefined) surplus[close]++;
    else {
      closed.add(bracket);
      top = index - 1;
    }
  }
  return { closed, surplus };
}
