/**
 * Applies `textDocument/did*` and `notebookDocument/did*` to the document store. If a client omits a field, sends
 * null or sends a wrong value, the text must never differ unnoticed: the document is marked dirty.
 */
import type { ContentChange, DocumentStore } from "../../documents/document-store.ts";
import { asArray, asRecord, asText } from "../json.ts";
import { parseRange, toIndexRange, type PositionEncoding } from "../position.ts";

export interface DocumentSync {
  readonly documents: DocumentStore;
  /** Chosen at `initialize`, before any document arrives. */
  readonly encoding: PositionEncoding;
}

export function didOpen({ documents }: DocumentSync, params: unknown): void {
  open(documents, asRecord(params)["textDocument"]);
}

export function didChange(sync: DocumentSync, params: unknown): void {
  const { textDocument, contentChanges } = asRecord(params);
  change(sync, textDocument, contentChanges);
}

export function didClose({ documents }: DocumentSync, params: unknown): void {
  close(documents, asRecord(params)["textDocument"]);
}

export function didOpenNotebook({ documents }: DocumentSync, params: unknown): void {
  const { notebookDocument, cellTextDocuments } = asRecord(params);
  for (const cell of asArray(cellTextDocuments)) open(documents, cell);
  const { uri, cells } = asRecord(notebookDocument);
  if (typeof uri === "string") documents.notebooks.open(uri, cellUris(cells));
}

export function didChangeNotebook(sync: DocumentSync, params: unknown): void {
  const { notebookDocument, change: changed } = asRecord(params);
  const cells = asRecord(asRecord(changed)["cells"]);
  const structure = asRecord(cells["structure"]);
  for (const cell of asArray(structure["didOpen"])) open(sync.documents, cell);
  for (const cell of asArray(structure["didClose"])) close(sync.documents, cell);
  reorder(sync.documents, notebookDocument, structure["array"]);
  for (const content of asArray(cells["textContent"])) {
    const { document, changes } = asRecord(content);
    change(sync, document, changes);
  }
}

export function didCloseNotebook({ documents }: DocumentSync, params: unknown): void {
  const { notebookDocument, cellTextDocuments } = asRecord(params);
  for (const cell of asArray(cellTextDocuments)) close(documents, cell);
  const { uri } = asRecord(notebookDocument);
  if (typeof uri === "string") documents.notebooks.close(uri);
}

function reorder({ notebooks }: DocumentStore, notebook: unknown, array: unknown): void {
  const { uri } = asRecord(notebook);
  if (typeof uri !== "string" || array === undefined) return;
  const { start, deleteCount, cells } = asRecord(array);
  // A cell order that cannot be read is ignored.
  if (typeof start !== "number" || typeof deleteCount !== "number") notebooks.close(uri);
  else notebooks.splice(uri, start, deleteCount, cellUris(cells));
}

/** A cell that cannot be read keeps its position among the others. */
function cellUris(cells: unknown): readonly string[] {
  return asArray(cells).map((cell) => asText(asRecord(cell)["document"]) ?? "");
}

function open(documents: DocumentStore, value: unknown): void {
  const { uri, languageId, version, text } = asRecord(value);
  if (typeof uri !== "string") return;
  if (typeof text !== "string") {
    documents.markDirty(uri);
    return;
  }
  documents.open({
    uri,
    languageId: asText(languageId) ?? null,
    version: asVersion(version),
    text,
  });
}

function close(documents: DocumentStore, value: unknown): void {
  const { uri } = asRecord(value);
  if (typeof uri === "string") documents.close(uri);
}

function change(sync: DocumentSync, document: unknown, contentChanges: unknown): void {
  const { uri, version } = asRecord(document);
  if (typeof uri !== "string") return;
  if (!Array.isArray(contentChanges)) {
    sync.documents.markDirty(uri);
    return;
  }
  const changes = contentChanges.map((value) => toContentChange(value, sync.encoding));
  sync.documents.change(uri, asVersion(version), changes);
}

function toContentChange(value: unknown, encoding: PositionEncoding): ContentChange {
  const { text, range } = asRecord(value);
  if (typeof text !== "string") return { text: "", toRange: unreadable };
  if (range === undefined || range === null) return { text };
  const parsed = parseRange(range);
  if (parsed === undefined) return { text, toRange: unreadable };
  return { text, toRange: (lines) => toIndexRange(lines, parsed, encoding) };
}

function unreadable(): never {
  throw new TypeError("a content change without a readable text or range");
}

function asVersion(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
