/**
 * Finds which closing brackets the text at the cursor still lacks. An answer may write those and no others, because
 * the text after the cursor closes the rest. Indentation shows where the statement ends; the look-ahead stops
 * there, so the file need not be balanced.
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
  /** How many of each closer an answer may write without an opener of its own. */
  readonly counts: Readonly<Record<Closer, number>>;
  /** Brackets that are open at the cursor, outermost first. */
  readonly open: readonly Closer[];
  /** How many of each closer the text after the cursor has for brackets that are open at the cursor. */
  readonly held: Readonly<Record<Closer, number>>;
  /** How many of each closer the text after the cursor has that only an answer can have opened. */
  readonly surplus: Readonly<Record<Closer, number>>;
  /** The open brackets began before the scanned text, so nothing is known. */
  readonly isUnknown: boolean;
}

/** Finds the closers that are in neither prefix nor suffix. */
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
    // If the look-ahead was cut short, only the brackets opened on the cursor's line certainly lack their closers.
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
  /** Column to which the text after the end of the bracket is aligned. */
  readonly width: number;
}

function openerOf(bracket: Bracket, { before, language }: Surroundings): Opener {
  const line = lineAt(before, bracket.index);
  const lineStart = before.lastIndexOf("\n", bracket.index - 1) + 1;
  // Lisp aligns with the bracket itself, other languages with its line.
  const isParenthesized = language.blocks === "parentheses";
  const width = isParenthesized ? bracket.index - lineStart : indentationWidth(line);
  return { bracket, lineStart, line, width };
}

/** Column of the statement or block around the cursor. Text further left is outside of it. */
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
 * By index of the opener: true if the text inside its bracket is not deeper than the line that opened it, as after
 * `extern "C" {`. Columns do not show where such a bracket is closed. Computed in one pass, because there may be
 * thousands of openers.
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
  // For each opener, the smallest column of the openers on later lines; `undefined` if there are none.
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
  // The last line of a long text may have any column.
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
 * The closers of an answer, from the first surplus one on. Brackets that the answer leaves open allow as many: the
 * text after the cursor closes those instead.
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

/** True if unmatched closer number `index` of the answer skips another open bracket. */
export function isCrossing(
  closer: UnmatchedCloser,
  index: number,
  { open }: LackingClosers,
): boolean {
  const innermost = open.at(-1 - index);
  return closer.isCrossing || (innermost !== undefined && innermost !== closer.close);
}

/** The state at the cursor, for scanning text that is inserted or follows there. */
export function stateAt({ scan }: Surroundings): BracketState {
  return withoutOpen(scan);
}

interface Following {
  /** Closers without a partner in the rest of the scope, in order. */
  readonly unmatched: readonly Bracket[];
  /** True if the end of the scope was seen; false if the scanned stretch was too short. */
  readonly isEnd: boolean;
  /** True if at that point everything is closed that a line at this column or deeper opened. */
  readonly dueWidth: number;
}

/** The text after the cursor that belongs to the scope: deeper lines, and closers at the scope's own column. */
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

/** The next comment begins before this one ends, so the end of this one is still to be written. */
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

/** Which open brackets the unmatched closers of the following text close, innermost first. */
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
