/**
 * The only code that knows lines, characters and position encodings (invariant 4). Inside the server a place is a
 * UTF-16 offset. A client may count UTF-8 bytes, UTF-16 units or code points on a line. Lines end at LF, CRLF and
 * lone CR only: not at FF, NEL, LS or PS.
 */
import type { Position, Range } from "vscode-languageserver/node";

import type { LineTable } from "../documents/document-store.ts";
import { asRecord } from "./json.ts";

export const positionEncodings = ["utf-16", "utf-8", "utf-32"] as const;
export type PositionEncoding = (typeof positionEncodings)[number];

/**
 * UTF-16 offset of `position`, clamped to its line and to the text, so no value from a client is out of range. In
 * UTF-8 and UTF-32 the result is on a code point boundary. In UTF-16 it is exactly where the client said, even
 * inside a surrogate pair: an edit must be applied where it was made.
 */
export function toIndex(lines: LineTable, position: Position, encoding: PositionEncoding): number {
  const { line, character } = clampPosition(lines, position);
  if (encoding === "utf-16") return lines.offsetAt({ line, character });
  const start = lines.offsetAt({ line, character: 0 });
  // In these units no code point is shorter than half its UTF-16 units, so this part of the line is enough.
  const reach = lines.getText({
    start: { line, character: 0 },
    end: { line, character: character * 2 },
  });
  return start + utf16Length(reach, character, encoding);
}

/** The same for both ends, in ascending order even if the client swapped them. */
export function toIndexRange(
  lines: LineTable,
  range: Range,
  encoding: PositionEncoding,
): { readonly start: number; readonly end: number } {
  const one = toIndex(lines, range.start, encoding);
  const other = toIndex(lines, range.end, encoding);
  return { start: Math.min(one, other), end: Math.max(one, other) };
}

/** The client's position of a UTF-16 offset. */
export function toPosition(lines: LineTable, index: number, encoding: PositionEncoding): Position {
  const { line, character } = lines.positionAt(index);
  if (encoding === "utf-16") return { line, character };
  const before = lines.getText({ start: { line, character: 0 }, end: { line, character } });
  return { line, character: unitsIn(before, encoding) };
}

/** The length of `text` in the client's units. */
export function unitsIn(text: string, encoding: PositionEncoding): number {
  if (encoding === "utf-16") return text.length;
  if (encoding === "utf-8") return Buffer.byteLength(text);
  let codePoints = 0;
  for (const _ of text) codePoints += 1;
  return codePoints;
}

/** Reads a position from JSON; `undefined` if it is not one. */
export function parsePosition(value: unknown): Position | undefined {
  const { line, character } = asRecord(value);
  if (typeof line !== "number" || typeof character !== "number") return undefined;
  return Number.isNaN(line) || Number.isNaN(character) ? undefined : { line, character };
}

/** Reads a range from JSON; `undefined` if it is not one. */
export function parseRange(value: unknown): Range | undefined {
  const range = asRecord(value);
  const start = parsePosition(range["start"]);
  const end = parsePosition(range["end"]);
  return start === undefined || end === undefined ? undefined : { start, end };
}

function clampPosition(lines: LineTable, { line, character }: Position): Position {
  if (line < 0) return { line: 0, character: 0 };
  const last = lines.lineCount - 1;
  if (line > last) return { line: last, character: Number.MAX_SAFE_INTEGER };
  return {
    line: Math.trunc(line),
    character: Math.min(Math.max(0, Math.trunc(character)), Number.MAX_SAFE_INTEGER),
  };
}

/** UTF-16 length of the longest run of whole code points at the start of `text` that fits into `units`. */
function utf16Length(text: string, units: number, encoding: "utf-8" | "utf-32"): number {
  let left = units;
  let index = 0;
  while (index < text.length) {
    const codePoint = text.codePointAt(index) ?? 0;
    left -= encoding === "utf-32" ? 1 : utf8Size(codePoint);
    if (left < 0) break;
    index += codePoint > 0xffff ? 2 : 1;
  }
  return index;
}

function utf8Size(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}
