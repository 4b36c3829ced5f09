/** The text of one open document with its lines: edited in place, read as a string. */
import { TextDocument } from "vscode-languageserver-textdocument";

import type { EditableText } from "./editable-text.ts";
import { createLargeText } from "./large-text.ts";

export type { LineTable } from "./editable-text.ts";

export interface DocumentText extends EditableText {
  replaceAll(text: string): void;
}

/** From here on, copying the string with every key costs more than its pieces: at 200,000 units twice the page faults. */
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
