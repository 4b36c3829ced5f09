/** A long text as an editable one: each edit leaves another immutable text of pieces. */
import type { Position, Range } from "vscode-languageserver-textdocument";

import { isLineEnd } from "../engine/document.ts";
import type { EditableText } from "./editable-text.ts";
import { TextPieces } from "./text-pieces.ts";

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
