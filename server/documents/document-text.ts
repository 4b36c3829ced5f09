/**
 * The text of one open document and its lines. It is edited in place and read as a string. A long text is kept in
 * pieces, and each edit produces a new immutable text of pieces.
 */
import { TextDocument, type Position, type Range } from "vscode-languageserver-textdocument";

import { isLineEnd, type ReadableText } from "../engine/document.ts";
import { TextPieces } from "./text-pieces.ts";

/** Line look-ups in one document's current text. Valid until the document changes. */
export type LineTable = Pick<TextDocument, "lineCount" | "offsetAt" | "positionAt" | "getText">;

interface EditableText {
  readonly lines: LineTable;
  readonly text: ReadableText;
  /** UTF-8 bytes from one offset to another; negative if `to` comes first. */
  utf8Between(from: number, to: number): number;
  /** UTF-16 offsets in the current text. Neither end is between CR and LF. */
  replace(start: number, end: number, inserted: string): void;
}

export interface DocumentText extends EditableText {
  replaceAll(text: string): void;
}

/**
 * From this length on, copying the string at each key costs more than pieces do: at 200,000 units it causes twice
 * the page faults.
 */
const largeLength = 1 << 16;

export function createDocumentText(text: string): DocumentText {
  let current = text.length < largeLength ? createSmallText(text) : createLargeText(text);
  return {
    get lines() {
      return current.lines;
    },
    get text() {
      return current.text;
    },
    utf8Between: (from, to) => current.utf8Between(from, to),
    replace: (start, end, inserted) => current.replace(start, end, inserted),
    replaceAll(whole) {
      current = whole.length < largeLength ? createSmallText(whole) : createLargeText(whole);
    },
  };
}

function createSmallText(text: string): EditableText {
  const lines = TextDocument.create("", "", 0, text);
  return {
    lines,
    get text() {
      return lines.getText();
    },
    utf8Between(from, to) {
      const between = lines.getText().slice(Math.min(from, to), Math.max(from, to));
      return Buffer.byteLength(between) * Math.sign(to - from);
    },
    replace(start, end, inserted) {
      const range = { start: lines.positionAt(start), end: lines.positionAt(end) };
      TextDocument.update(lines, [{ range, text: inserted }], 0);
    },
  };
}

export function createLargeText(initial: string, pieceLength?: number): EditableText {
  let text = TextPieces.of(initial, pieceLength);

  function offsetAt({ line, character }: Position): number {
    if (line >= text.lineCount) return text.length;
    if (line < 0) return 0;
    const start = text.lineStart(line);
    const next = line + 1 < text.lineCount ? text.lineStart(line + 1) : text.length;
    return beforeLineEnd(Math.min(start + Math.max(0, character), next), start);
  }

  function beforeLineEnd(offset: number, lineStart: number): number {
    let index = offset;
    while (index > lineStart && isLineEnd(text.charCodeAt(index - 1))) index--;
    return index;
  }

  return {
    lines: {
      get lineCount() {
        return text.lineCount;
      },
      offsetAt,
      positionAt(offset) {
        const clamped = Math.max(0, Math.min(offset, text.length));
        const line = text.lineOf(clamped);
        const start = text.lineStart(line);
        return { line, character: beforeLineEnd(clamped, start) - start };
      },
      getText(range?: Range) {
        if (range === undefined) return text.slice();
        const [start, end] = [offsetAt(range.start), offsetAt(range.end)];
        return text.slice(Math.min(start, end), Math.max(start, end));
      },
    },
    get text() {
      return text;
    },
    utf8Between: (from, to) => text.utf8Offset(to) - text.utf8Offset(from),
    replace(start, end, inserted) {
      text = text.replaced(start, end, inserted);
    },
  };
}
