/** Where a suggestion is wanted: a snapshot, an offset, and the few facts of the line that all steps use. */
import {
  byteOffsetAt,
  lineEndAt,
  lineStartAt,
  type DocumentSnapshot,
  type Offset,
  type ReadableText,
} from "./document.ts";
import { indentationOf } from "./indentation.ts";

export interface CompletionSite {
  readonly document: DocumentSnapshot;
  readonly offset: Offset;
  /** The cursor's UTF-8 byte offset in the document. */
  readonly byteOffset: number;
  /** On a line of more than `lineReach` units before the cursor, the place so far before. */
  readonly lineStart: Offset;
  /** Before the line end characters; on a long line as `lineStart`. */
  readonly lineEnd: Offset;
  /** Text of the cursor's line left of the cursor, from `lineStart` on. */
  readonly linePrefix: string;
  /** Text of the cursor's line right of the cursor, up to `lineEnd`. */
  readonly lineSuffix: string;
  /** Leading blanks and tabs of the cursor's line, up to the cursor at most. */
  readonly indentation: string;
  /** The document's line end near the cursor. */
  readonly eol: "\n" | "\r\n" | "\r";
  readonly isMidLine: boolean;
}

/**
 * UTF-16 units of a line that are looked at on either side of the cursor: a document on one line of 10 MB
 * costs what a short line costs.
 */
const lineReach = 16_384;

export function completionSite(document: DocumentSnapshot, offset: Offset): CompletionSite {
  const { text } = document;
  const lineStart = lineStartAt(text, offset, lineReach);
  const lineEnd = lineEndAt(text, offset, lineReach);
  const linePrefix = text.slice(lineStart, offset);
  const lineSuffix = text.slice(offset, lineEnd);
  return {
    document,
    offset,
    byteOffset: byteOffsetAt(document, offset),
    lineStart,
    lineEnd,
    linePrefix,
    lineSuffix,
    indentation: indentationOf(linePrefix),
    eol: eolNear(text, lineStart, lineEnd),
    isMidLine: lineSuffix.trim() !== "",
  };
}

function eolNear(text: ReadableText, lineStart: Offset, lineEnd: Offset): CompletionSite["eol"] {
  const next = /^(?:\r\n|\r|\n)/.exec(text.slice(lineEnd, lineEnd + 2))?.[0] ?? "";
  const previous = text.slice(Math.max(0, lineStart - 2), lineStart);
  const eol = next === "" ? (/\r\n$|\n$|\r$/.exec(previous)?.[0] ?? "\n") : next;
  return eol === "\r\n" || eol === "\r" ? eol : "\n";
}
