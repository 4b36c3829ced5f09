/** One open document as a request sees it: its text, its lines, and the client's position encoding. */
import type { Position, Range } from "vscode-languageserver/node";

import type { DocumentStore, LineTable } from "../documents/document-store.ts";
import {
  toOffset,
  type DocumentSnapshot,
  type Offset,
  type OffsetRange,
} from "../engine/document.ts";
import { toIndex, toIndexRange, toPosition, type PositionEncoding } from "./position.ts";

export interface OpenDocument {
  readonly snapshot: DocumentSnapshot;
  readonly lines: LineTable;
  readonly encoding: PositionEncoding;
}

export function openDocument(
  documents: DocumentStore,
  encoding: PositionEncoding,
  uri: string,
): OpenDocument | undefined {
  const snapshot = documents.get(uri);
  const lines = documents.lines(uri);
  return snapshot && lines && { snapshot, lines, encoding };
}

export function offsetAt({ snapshot, lines, encoding }: OpenDocument, position: Position): Offset {
  return toOffset(snapshot.text, toIndex(lines, position, encoding));
}

export function offsetRange(
  { snapshot, lines, encoding }: OpenDocument,
  range: Range,
): OffsetRange {
  const { start, end } = toIndexRange(lines, range, encoding);
  return { start: toOffset(snapshot.text, start), end: toOffset(snapshot.text, end) };
}

export function positionAt({ lines, encoding }: OpenDocument, offset: Offset): Position {
  return toPosition(lines, offset, encoding);
}
