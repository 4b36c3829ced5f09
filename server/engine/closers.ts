/**
 * Which closing brackets the text at the cursor still lacks. An answer may write those and no others: what
 * follows the cursor closes the rest. The look ahead ends where indentation says that the statement does,
 * so that it needs no balanced file.
 */
import {
  scanBrackets,
  withoutOpen,
  type Bracket,
  type BracketState,
  type Closer,
} from "./brackets.ts";
import { indentationWidth } from "./indentation.ts";
import type { CompletionSite } from "./site.ts";
import { firstLineLength, lineAt, type Surroundings } from "./surroundings.ts";

export interface LackingClosers {
  /** How many of each closer an answer may write without a partner of its own. */
  readonly counts: Readonly<Record<Closer, number>>;
  /** Nothing is known: the brackets that are open began before the text looked at. */
  readonly isUnknown: boolean;
  /** Column of the line that opened the innermost bracket; 0 where none is open. */
  readonly scopeWidth: number;
}

/** Finds the closers that neither prefix nor suffix has. */
export function lackingClosers(site: CompletionSite, around: Surroundings): LackingClosers {
  const { scan, before, language } = around;
  const isLisp = language.blocks === "lisp";
  const innermost = scan.open.at(-1);
  const innermostWidth = innermost === undefined ? 0 : openerWidth(before, innermost);
  const isBlankLine = site.linePrefix.trim() === "";
  const ownWidth = isBlankLine ? innermostWidth : indentationWidth(site.linePrefix);
  const scopeWidth = isLisp ? 0 : Math.min(ownWidth, innermostWidth);
  const inScope = scan.open.filter((bracket) => openerWidth(before, bracket) >= scopeWidth);
  const region = following(around, scopeWidth);
  const closed = closedBy(inScope, scanBrackets(region.text, language, stateAt(around)).unmatched);
  const counts: Record<Closer, number> = { ")": 0, "]": 0, "}": 0 };
  const cursorLine = before.lastIndexOf("\n") + 1;
  for (const bracket of inScope) {
    if (closed.has(bracket)) continue;
    // Where the look ahead was cut short, only what the cursor's own line opened surely lacks its closer.
    if (region.isEnd || bracket.index >= cursorLine) counts[bracket.close]++;
  }
  const isUnknown = innermost === undefined && !around.isBeforeWhole;
  return { counts, isUnknown: isUnknown || language.hasLoneBrackets, scopeWidth };
}

/** The closers in an answer that nothing lacks, in order. `unmatched` is what a scan of the answer found. */
export function excessClosers(
  unmatched: readonly Bracket[],
  { counts, isUnknown }: LackingClosers,
): readonly Bracket[] {
  if (isUnknown) return [];
  const left = { ...counts };
  return unmatched.filter(({ close }) => --left[close] < 0);
}

/** The cursor's state, for scanning what is inserted or follows there. */
export function stateAt({ scan }: Surroundings): BracketState {
  return withoutOpen(scan);
}

function openerWidth(before: string, bracket: Bracket): number {
  return bracket.index < 0 ? 0 : indentationWidth(lineAt(before, bracket.index));
}

/** The text after the cursor that belongs to the scope: deeper lines, and closers at its own column. */
function following(
  { after, isAfterWhole }: Surroundings,
  scopeWidth: number,
): { text: string; isEnd: boolean } {
  let end = firstLineLength(after);
  while (end < after.length) {
    const lineEnd = end + 1 + firstLineLength(after.slice(end + 1));
    const line = after.slice(end + 1, lineEnd);
    if (line.trim() !== "") {
      const width = indentationWidth(line);
      const isInside = width > scopeWidth || (width === scopeWidth && /^\s*[)\]}]/.test(line));
      if (!isInside) return { text: after.slice(0, end), isEnd: true };
    }
    end = lineEnd;
  }
  return { text: after, isEnd: isAfterWhole };
}

/** Which of the open brackets the unmatched closers of the following text close, innermost first. */
function closedBy(open: readonly Bracket[], unmatched: readonly Bracket[]): ReadonlySet<Bracket> {
  const closed = new Set<Bracket>();
  let top = open.length - 1;
  for (const { close } of unmatched) {
    let index = top;
    while (index >= 0 && open[index]?.close !== close) index--;
    const bracket = open[index];
    if (bracket === undefined) continue;
    closed.add(bracket);
    top = index - 1;
  }
  return closed;
}
