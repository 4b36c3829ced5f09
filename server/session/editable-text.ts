/** A text that is edited in place: what small and large documents have in common. */
import type { TextDocument } from "vscode-languageserver-textdocument";

/** Line lookups of one document's present text; valid until the document changes. */
export type LineTable = Pick<TextDocument, "lineCount" | "offsetAt" | "positionAt" | "getText">;

export interface EditableText {
  readonly lines: LineTable;
  readonly text: string;
  /** UTF-16 offsets in the present text, neither end between CR and LF. */
  replace(start: number, end: number, inserted: string): void;
}
