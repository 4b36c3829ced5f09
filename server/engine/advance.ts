/**
 * What is left of an answer after the user typed its start: key by key, a word or a line at a time, with
 * brackets that the editor closed and indentation that it inserted, or again after deleting some of it.
 * Works on text alone, so that undo and backspace find the same answers as typing does.
 */
import { rightGap, unmatchedClosers, type RightGap } from "./syntax/auto-closed.ts";
import { typedSince, type CursorText, type Place } from "./cursor-text.ts";

/** An answer, with the place that it was made for. */
export interface KnownText {
  readonly place: Place;
  /** From the place on; LF. */
  readonly text: string;
  /** UTF-16 units right of the place, on its line, that `text` contains and replaces. */
  readonly replacedLength: number;
  /** The same edit with nothing replaced, where there is one. */
  readonly insertOnlyText: string | undefined;
}

/** How far typing has come in a known text. */
export interface Followed {
  /** Document text since the place, LF. */
  readonly typed: string;
  /** UTF-16 units of the known text that `typed` stands for. */
  readonly followedLength: number;
  /** More was typed than the text has: for a text that still grows this decides nothing. */
  readonly isBeyond: boolean;
}

export interface Advanced extends Followed {
  /** To be inserted at the cursor; never empty. */
  readonly insertText: string;
  readonly replacedLength: number;
  readonly insertOnlyText: string | undefined;
}

/** The editor's own indentation may be this much longer than the answer's, over all typed lines. */
const indentationSlack = 256;

/** How the cursor's text follows `known`; `undefined` when it is another place or disagrees. */
export function follow(known: KnownText, at: CursorText): Followed | undefined {
  return followWithGap(known, at)?.followed;
}

/**
 * The remainder of `known` at the cursor, with all its lines; `undefined` when the text there is not what
 * the answer follows, or nothing is left of it.
 */
export function advance(known: KnownText, at: CursorText): Advanced | undefined {
  const found = followWithGap(known, at);
  if (found === undefined || found.followed.isBeyond) return undefined;
  const { followed, gap, indentation } = found;
  const rest = known.text.slice(followed.followedLength);
  const remainder = indentation === undefined ? rest : reindented(rest, indentation);
  if (remainder === "") return undefined;
  const fitted = fitAround(gap, remainder, known, followed);
  // An empty insert-only text means that accepting would change nothing.
  const isEmpty = fitted === undefined || fitted.insertText === "" || fitted.insertOnlyText === "";
  return isEmpty ? undefined : { ...followed, ...fitted };
}

/** True when the cursor stands at `place` itself. */
export function isAt(place: Place, at: CursorText): boolean {
  const followed = follow({ place, text: "", replacedLength: 0, insertOnlyText: "" }, at);
  return followed?.typed === "";
}

interface Found {
  readonly followed: Followed;
  readonly gap: RightGap;
  readonly indentation: Indentation | undefined;
}

function followWithGap(known: KnownText, at: CursorText): Found | undefined {
  const maxLength = known.text.length + indentationSlack;
  for (const typed of typedSince(known.place, at, maxLength)) {
    const walked = walk(known, typed);
    const gap = walked && rightGap(known.place, at, typed, known.replacedLength);
    if (walked !== undefined && gap !== undefined) {
      return { followed: { typed, ...walked.followed }, gap, indentation: walked.indentation };
    }
  }
  return undefined;
}

/** The answer's indentation of a line, and what the editor made of it. */
interface Indentation {
  readonly from: string;
  readonly to: string;
}

interface Walked {
  readonly followed: { readonly followedLength: number; readonly isBeyond: boolean };
  readonly indentation: Indentation | undefined;
}

/** Goes along `known.text` with what was typed; only indentation may differ. */
function walk(known: KnownText, typed: string): Walked | undefined {
  const { text } = known;
  let indentation: Indentation | undefined;
  let lineIndentation = blanksAt(known.place.before, known.place.before.lastIndexOf("\n") + 1);
  let inText = 0;
  let inTyped = 0;
  while (inTyped < typed.length && inText < text.length) {
    const unit = typed.charCodeAt(inTyped);
    if (unit !== text.charCodeAt(inText)) return undefined;
    inText += 1;
    inTyped += 1;
    if (unit !== newline) continue;
    const from = blanksAt(text, inText);
    const to = blanksAt(typed, inTyped);
    const isAtCursor = inTyped + to.length === typed.length;
    if (from === to || (isAtCursor && from.startsWith(to))) {
      lineIndentation = to;
      continue;
    }
    if (!isSameLevel(lineIndentation, from, to)) return undefined;
    indentation = { from, to };
    lineIndentation = to;
    inText += from.length;
    inTyped += to.length;
  }
  const isBeyond = inTyped < typed.length;
  return { followed: { followedLength: inText, isBeyond }, indentation };
}

const newline = 10;

function blanksAt(text: string, start: number): string {
  let end = start;
  while (text.charAt(end) === " " || text.charAt(end) === "\t") end += 1;
  return text.slice(start, end);
}

/** Both go deeper than the line above, or both stay, whatever blanks they use; a dedent has to be exact. */
function isSameLevel(above: string, from: string, to: string): boolean {
  const direction = Math.sign(width(from) - width(above));
  return direction >= 0 && direction === Math.sign(width(to) - width(above));
}

function width(blanks: string): number {
  return blanks.replaceAll("\t", "    ").length;
}

/** Moves the lines that belong to the re-indented block; lines outside of it keep their place. */
function reindented(text: string, { from, to }: Indentation): string {
  if (from === "") return text;
  return text.replaceAll(`\n${from}`, `\n${to}`);
}

type Fitted = Pick<Advanced, "insertText" | "replacedLength" | "insertOnlyText">;

/** The remainder as an edit at the cursor, given what stands between it and the text after the place. */
function fitAround(
  gap: RightGap,
  remainder: string,
  known: KnownText,
  { followedLength }: Followed,
): Fitted | undefined {
  const replacedLength = known.replacedLength - gap.overtypedLength;
  const insertOnlyText =
    replacedLength === 0 ? remainder : insertOnlyRemainder(known, followedLength);
  if (gap.closers === "") return { insertText: remainder, replacedLength, insertOnlyText };

  const unmatched = unmatchedClosers(remainder);
  if (unmatched === "") return { insertText: remainder, replacedLength: 0, insertOnlyText };
  if (!unmatched.startsWith(gap.closers)) return undefined;
  if (gap.inserted !== gap.closers) {
    // A range of the protocol ends on the cursor's line: closers below it can only be left standing.
    const inner = insertOnlyText && withoutLastLine(insertOnlyText, gap.closers);
    return inner === undefined
      ? undefined
      : { insertText: inner, replacedLength: 0, insertOnlyText: inner };
  }
  return {
    insertText: remainder,
    replacedLength: gap.closers.length + replacedLength,
    insertOnlyText: insertOnlyText?.endsWith(gap.closers)
      ? insertOnlyText.slice(0, insertOnlyText.length - gap.closers.length)
      : undefined,
  };
}

function insertOnlyRemainder(known: KnownText, followedLength: number): string | undefined {
  const { text, insertOnlyText } = known;
  if (insertOnlyText?.startsWith(text.slice(0, followedLength)) !== true) return undefined;
  return insertOnlyText.slice(followedLength);
}

/** `text` up to the line of nothing but `closers` at its end; `undefined` when it ends otherwise. */
function withoutLastLine(text: string, closers: string): string | undefined {
  const trimmed = text.trimEnd();
  const end = trimmed.length - closers.length;
  return trimmed.endsWith(closers) && /\n[ \t]*$/.test(trimmed.slice(0, end))
    ? trimmed.slice(0, end).trimEnd()
    : undefined;
}
