/** The text of one open document with its lines: edited in place, read as a string. */
import { TextDocument } from "vscode-languageserver-textdocument";

import { createLargeText } from "./large-text.ts";

/** Line lookups of one document's present text; valid until the document changes. */
export type LineTable = Pick<TextDocument, "lineCount" | "offsetAt" | "positionAt" | "getText">;

export interface DocumentText {
  readonly lines: LineTable;
  readonly text: string;
  /** UTF-16 offsets in the present text, neither end between CR and LF. */
  replace(start: number, end: number, inserted: string): void;
  replaceAll(text: string): void;
}

/** From here on, joining the pieces of an edited string costs more than the rest of a key stroke. */
const largeLength = 1 << 20;

export function createDocumentText(text: string): DocumentText {
  let current = text.length < largeLength ? createSmallText(text) : createLargeText(text);
  return {
    get lines() {
      return current.lines;
    },
    get text() {
      return current.text;
    },
    replace: (start, end, inserted) => current.replace(start, end, inserted),
    replaceAll(whole) {
      current = whole.length < largeLength ? createSmallText(whole) : createLargeText(whole);
    },
  };
}

function createSmallText(text: string): Omit<DocumentText, "replaceAll"> {
  const lines = TextDocument.create("", "", 0, text);
  return {
    lines,
    get text() {
      return lines.getText();
    },
    replace(start, end, inserted) {
      const range = { start: lines.positionAt(start), end: lines.positionAt(end) };
      TextDocument.update(lines, [{ range, text: inserted }], 0);
    },
  };
}
