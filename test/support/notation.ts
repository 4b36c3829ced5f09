/**
 * The notation of fixtures. `‸` is the cursor in an input. `⟦inserted⟧` is the offered text in an output, or
 * `⟦inserted¦replaced⟧` if it replaces text right of the cursor: input `call(‸)`, output `call(⟦a, b)¦)⟧`. Parsing
 * is strict: an extra or missing marker throws.
 */
const cursor = "‸";
const open = "⟦";
const close = "⟧";
const bar = "¦";

export interface MarkedInput {
  readonly text: string;
  /** UTF-16 offset of the cursor in `text`. */
  readonly offset: number;
}

export interface MarkedOutput extends MarkedInput {
  readonly insertText: string;
  /** Text right of the cursor that `insertText` replaces. */
  readonly replaced: string;
}

/** What of a suggestion changes a document. */
export interface Insertion {
  readonly insertText: string;
  readonly replacedLength: number;
}

/** Reads `text with one ‸`. */
export function parseInput(marked: string): MarkedInput {
  requireCount(marked, cursor, 1);
  for (const marker of [open, close, bar]) requireCount(marked, marker, 0);
  const offset = marked.indexOf(cursor);
  return { text: marked.slice(0, offset) + marked.slice(offset + cursor.length), offset };
}

/** Reads `text with one ⟦…⟧`: the document before the edit, the cursor, and the edit. */
export function parseOutput(marked: string): MarkedOutput {
  requireCount(marked, cursor, 0);
  requireCount(marked, open, 1);
  requireCount(marked, close, 1);
  const start = marked.indexOf(open);
  const end = marked.indexOf(close);
  if (end < start) throw new Error(`notation: ${close} before ${open}`);
  const edit = marked.slice(start + open.length, end);
  const bars = edit.split(bar).length - 1;
  requireCount(marked, bar, bars);
  if (bars > 1) throw new Error(`notation: more than one ${bar}`);
  const [insertText = "", replaced = ""] = edit.split(bar);
  if (bars === 1 && replaced === "") throw new Error(`notation: nothing after ${bar}`);
  const after = replaced + marked.slice(end + close.length);
  return { text: marked.slice(0, start) + after, offset: start, insertText, replaced };
}

/** Writes an edit in the notation; `parseOutput` reads it back. */
export function formatOutput(input: MarkedInput, insertion: Insertion): string {
  const { text, offset } = input;
  const replaced = text.slice(offset, offset + insertion.replacedLength);
  for (const marker of [cursor, open, close, bar]) {
    requireCount(insertion.insertText + replaced, marker, 0);
  }
  const edit = replaced === "" ? insertion.insertText : insertion.insertText + bar + replaced;
  return text.slice(0, offset) + open + edit + close + text.slice(offset + replaced.length);
}

/** The document after the edit was accepted. */
export function applyInsertion(input: MarkedInput, insertion: Insertion): string {
  const { text, offset } = input;
  return (
    text.slice(0, offset) + insertion.insertText + text.slice(offset + insertion.replacedLength)
  );
}

function requireCount(marked: string, marker: string, expected: number): void {
  const count = marked.split(marker).length - 1;
  if (count !== expected) {
    throw new Error(`notation: ${count} times ${marker} where ${expected} is right: ${marked}`);
  }
}
