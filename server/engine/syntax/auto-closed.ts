/**
 * Handles closers that the editor inserted right of the cursor after the user typed their openers. They do not
 * change the text that an answer was made for, but the answer must be fitted around them.
 */
import type { CursorText, Place } from "../cursor-text.ts";

/** The text between the cursor and the text that originally followed the place. */
export interface RightGap {
  /** Text inserted by the editor, including the line break before it if Enter was typed between brackets. */
  readonly inserted: string;
  /** `inserted` without blank space. */
  readonly closers: string;
  /** UTF-16 units of the place's `after` that the user typed over. */
  readonly overtypedLength: number;
}

const closerOf: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const quotes = "\"'`";
const maxClosers = 4;

/**
 * How the text right of the cursor differs from `place.after` after `typed`. `undefined` if it differs by more than
 * an editor inserts or the user types over. `replacedLength`: units of `after` that the answer replaces.
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

/** Closers in `text` that lack their openers, in order. Quoted text on one line is skipped. */
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

/** Closers for the brackets that `typed` opened and left open, innermost first. */
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

/** True if the characters of `part` occur in `whole` in the same order, with any others between them. */
export function isSubsequence(part: string, whole: string): boolean {
  let index = 0;
  for (const character of whole) if (character === part.charAt(index)) index += 1;
  return index >= part.length;
}
