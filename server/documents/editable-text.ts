/** A text that is edited in place: what small and large documents have in common. */
import type { ReadableText } from "../engine/document.ts";
import type { TextDocument } from "vscode-languageserver-textdocument";

/** Line lookups of one document's present text; valid until the document changes. */
export type LineTable = Pick<TextDocument, "lineCount" | "offsetAt" | "positionAt" | "getText">;

export interface EditableText {
  readonly lines: LineTable;
  readonly text: ReadableText;
  /** UTF-8 bytes from one offset to another, negative when `to` comes first. */
  utf8Between(from: number, to: number): number;
  /** UTF-16 offsets in the present text, neither end between CR and LF. */
  replace(start: number, end: number, inserted: string): void;
}
