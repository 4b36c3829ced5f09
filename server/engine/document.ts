/**
 * The immutable text that every request works on. Invariant 4: all offsets inside the server are
 * UTF-16 indices into one snapshot; only `lsp/position.ts` knows lines, characters and encodings.
 * Nothing here walks the whole text: a snapshot of 10 MB costs the same as one of 10 lines.
 */

/** UTF-16 index into a snapshot's text, 0 to `text.length`, never between the halves of a surrogate pair. */
export type Offset = number & { readonly __brand: "Offset" };

/** An estimate or a count of a model's tokens; characters are never called tokens. */
export type TokenCount = number & { readonly __brand: "TokenCount" };

/**
 * What is read of a document. A string is one; a text of megabytes is kept in pieces, as a string of its length
 * would have to be made again with every key. Read what is near, by `slice` where it is read more than once.
 */
export interface ReadableText extends Pick<string, "length" | "charCodeAt" | "slice"> {
  /** UTF-16 units at the start and the end that it surely has in common with `other`: found without reading. */
  sharedEnds?(other: ReadableText): { readonly start: number; readonly end: number };
}

/** A place whose UTF-8 byte offset is known, from which near places are counted. */
export interface ByteAnchor {
  readonly offset: Offset;
  readonly byteOffset: number;
}

export interface DocumentSnapshot {
  readonly uri: string;
  /** The client's language id, corrected by file extension where the client sends none. */
  readonly languageId: string;
  /** The client's version; -1 when it sent none. Only for logs: `revision` orders snapshots. */
  readonly version: number;
  /** Grows by one with every change of the text, over reopening too. */
  readonly revision: number;
  readonly text: ReadableText;
  readonly anchor: ByteAnchor;
}

/** `end` exclusive. */
export interface OffsetRange {
  readonly start: Offset;
  readonly end: Offset;
}

/** Clamps to the text and steps back off the middle of a surrogate pair. */
export function toOffset(text: ReadableText, index: number): Offset {
  const clamped = Math.min(Math.max(0, Math.trunc(index) || 0), text.length);
  return (splitsSurrogatePair(text, clamped) ? clamped - 1 : clamped) as Offset;
}

export function splitsSurrogatePair(text: ReadableText, index: number): boolean {
  if (index <= 0 || index >= text.length) return false;
  return isLowSurrogate(text.charCodeAt(index)) && isHighSurrogate(text.charCodeAt(index - 1));
}

/** The first half of a code point beyond U+FFFF; false for NaN, beyond a text. */
export function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** The second half. */
export function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** UTF-8 bytes of `text[start, end)`; a lone surrogate counts 3, as the encoders replace it by U+FFFD. */
export function utf8Length(text: ReadableText, start = 0, end = text.length): number {
  let bytes = 0;
  for (let index = start; index < end; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (
      isHighSurrogate(unit) &&
      index + 1 < end &&
      isLowSurrogate(text.charCodeAt(index + 1))
    ) {
      bytes += 4;
      index++;
    } else bytes += 3;
  }
  return bytes;
}

/** The UTF-8 byte offset of `offset`, counted from the snapshot's anchor: cost is the distance to it. */
export function byteOffsetAt(document: DocumentSnapshot, offset: Offset): number {
  const { anchor, text } = document;
  return offset >= anchor.offset
    ? anchor.byteOffset + utf8Length(text, anchor.offset, offset)
    : anchor.byteOffset - utf8Length(text, offset, anchor.offset);
}

/** LF and CR end lines, nothing else does (LSP 3.18). */
export function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13;
}

/** True between the CR and the LF of one line end. */
export function splitsCrLf(text: ReadableText, index: number): boolean {
  return index > 0 && text.charCodeAt(index) === 10 && text.charCodeAt(index - 1) === 13;
}

/**
 * Start of the line that holds `offset`. On a line that began more than `reach` units before, a place so far
 * before, between code points.
 */
export function lineStartAt(text: ReadableText, offset: Offset, reach = text.length): Offset {
  let index: number = offset;
  // The position belongs to the line that the pair ends.
  if (splitsCrLf(text, index)) index--;
  const limit = Math.max(0, index - reach);
  while (index > limit && !isLineEnd(text.charCodeAt(index - 1))) index--;
  return (splitsSurrogatePair(text, index) ? index + 1 : index) as Offset;
}

/** End of the line that holds `offset`, before its line end; or a place `reach` units after, as above. */
export function lineEndAt(text: ReadableText, offset: Offset, reach = text.length): Offset {
  let index: number = offset;
  if (splitsCrLf(text, index)) index--;
  const limit = Math.min(text.length, index + reach);
  while (index < limit && !isLineEnd(text.charCodeAt(index))) index++;
  return (splitsSurrogatePair(text, index) ? index - 1 : index) as Offset;
}

/** First offset of the next line; the text's length on the last line. */
export function nextLineStartAt(text: ReadableText, offset: Offset): Offset {
  const end = lineEndAt(text, offset);
  if (end >= text.length) return text.length as Offset;
  return (end + (splitsCrLf(text, end + 1) ? 2 : 1)) as Offset;
}

/**
 * The same text in memory of its own. A slice keeps all that it was cut from: what outlives its snapshot must
 * not keep that. V8 copies a joined string when it is cut, which is a hundred times faster than by its units.
 */
export function detached(text: string): string {
  return ` ${text}`.slice(1);
}

/** CRLF and lone CR become LF: what goes on the wire and what all processing sees. */
export function toLf(text: string): string {
  return text.includes("\r") ? text.replaceAll(/\r\n?/g, "\n") : text;
}
