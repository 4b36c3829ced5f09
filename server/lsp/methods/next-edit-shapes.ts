/** The places of a next edit in protocol form: ranges in the client's units, edits with versions. */
import type { Range, TextEdit, WorkspaceEdit } from "vscode-languageserver/node";

import type { LineText } from "../../next-edit/line-text.ts";
import type { LinePosition, PlaceEdit } from "../../next-edit/place-edits.ts";
import type { DocumentEdits } from "../../session/next-edit/next-edits.ts";
import { unitsIn, type PositionEncoding } from "../position.ts";

export function toTextEdit(
  { start, end, newText }: PlaceEdit,
  { text, lineEnd }: Pick<DocumentEdits, "text" | "lineEnd">,
  encoding: PositionEncoding,
): TextEdit {
  const range = { start: toUnits(start, text, encoding), end: toUnits(end, text, encoding) };
  return { range, newText: lineEnd === "\n" ? newText : newText.replaceAll("\n", lineEnd) };
}

export function toWorkspaceEdit(
  documents: readonly DocumentEdits[],
  encoding: PositionEncoding,
): WorkspaceEdit {
  return {
    documentChanges: documents.map((document) => ({
      textDocument: { uri: document.uri, version: document.version ?? null },
      edits: document.edits.map((edit) => toTextEdit(edit, document, encoding)),
    })),
  };
}

/** The position of the first edit's text after all edits are applied. */
export function writtenRange(document: DocumentEdits, encoding: PositionEncoding): Range {
  const [edit] = document.edits;
  if (edit === undefined)
    return { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const start = toUnits(edit.start, document.text, encoding);
  const lines = edit.newText.split("\n");
  const last = unitsIn(lines.at(-1) ?? "", encoding);
  const end =
    lines.length === 1
      ? { line: start.line, character: start.character + last }
      : { line: start.line + lines.length - 1, character: last };
  return { start, end };
}

function toUnits({ line, character }: LinePosition, text: LineText, encoding: PositionEncoding) {
  return { line, character: unitsIn(text.line(line).slice(0, character), encoding) };
}
