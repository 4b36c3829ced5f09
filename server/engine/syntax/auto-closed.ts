/**
 * Closers that the editor inserted by itself right of the cursor, after the user typed their openers. They
 * are no change of the text that an answer was made for, but the answer has to be fitted around them.
 */
import type { CursorText, Place } from "../cursor-text.ts";

/** What stands between the cursor and the text that followed the place. */
export interface RightGap {
  /** Inserted by the editor; with the line break in front of it when Enter was typed between brackets. */
  readonly inserted: string;
  /** `inserted` without blanks. */
  readonly closers: string;
  /** UTF-16 units of the place's `after` that were typed over. */
  readonly overtypedLength: number;
}

const closerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const quotes = "\"'`";
const maxClosers = 4;

/**
 * How the text right of the cursor differs from `place.after` after `typed`; `undefined` when it differs by
 * more than what an editor inserts or types over. `replacedLength`: units of `after` that the answer replaces.
 */
export function rightGap(
  place: Place,
  at: CursorText,
  typed: string,
  replacedLength: number,
): RightGap | undefined {
  if (follows(place, at, "", 0)) return { inserted: "", closers: "", overtypedLength: 0 };
  for (let length = 1; length <= replacedLength; length++) {
    if (follows(place, at, "", length) && isSubsequence(place.after.slice(0, length), typed)) {
      return { inserted: "", closers: "", overtypedLength: length };
    }
  }
  const pending = pendingClosers(typed);
  const blanks = typed.includes("\n") ? (/^[ \t]*\n[ \t]*/.exec(at.right)?.[0] ?? "") : "";
  for (let count = 1; count <= Math.min(maxClosers, pending.length); count++) {
    const closers = pending.slice(0, count);
    for (const inserted of blanks === "" ? [closers] : [closers, blanks + closers]) {
      if (follows(place, at, inserted, 0)) return { inserted, closers, overtypedLength: 0 };
    }
  }
  return undefined;
}

/** Closers that `text` has without their openers, in order; what stands in quotes on one line is skipped. */
export function unmatchedClosers(text: string): string {
  const open: string[] = [];
  let unmatched = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    const closer = closerOf[character];
    if (closer !== undefined) open.push(closer);
    else if (quotes.includes(character)) {
      const end = text.indexOf(character, index + 1);
      if (end < 0 || text.slice(index, end).includes("\n")) unmatched += character;
      else index = end;
    } else if (")]}".includes(character)) {
      if (open.at(-1) === character) open.pop();
      else unmatched += character;
    }
  }
  return unmatched;
}

function follows(place: Place, at: CursorText, inserted: string, skipped: number): boolean {
  const expected = inserted + place.after.slice(skipped);
  if (!at.right.startsWith(expected)) return false;
  return !place.isWholeAfter || (at.isWholeRight && at.right.length === expected.length);
}

/** Closers of what `typed` opened and left open, the innermost first. */
function pendingClosers(typed: string): string {
  const open: string[] = [];
  for (const character of typed) {
    const closer = closerOf[character];
    if (open.at(-1) === character) open.pop();
    else if (closer !== undefined) open.push(closer);
    else if (quotes.includes(character)) open.push(character);
  }
  return open.toReversed().join("");
}

/** The characters of `part` stand in `whole` in their order, with any others between them. */
export function isSubsequence(part: string, whole: string): boolean {
  let index = 0;
  for (const character of whole) if (character === part.charAt(index)) index += 1;
  return index >= part.length;
}
