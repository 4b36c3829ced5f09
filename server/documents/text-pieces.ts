/**
 * An immutable text of up to megabytes, in pieces of a few thousand characters. A single string would be copied
 * into fresh memory at each key: several milliseconds for 10 MB, and a full garbage collection every other key.
 * Here an edit makes one or two new pieces and shares the others with the previous text. Beyond that, a key costs a
 * look at a few pieces and a sum over their lengths.
 */
import {
  isHighSurrogate,
  isLineEnd,
  isLowSurrogate,
  type ReadableText,
} from "../engine/document.ts";

interface Piece {
  readonly text: string;
  /** Where lines start in the piece: after each line end, including one at its very end. */
  readonly lineStarts: Int32Array;
  readonly utf8Bytes: number;
}

/** UTF-16 units of a new piece. Making one costs about ten microseconds; so does the sum over all pieces of 10 MB. */
const usualLength = 8192;

const lineFeed = 10;
const carriageReturn = 13;

export class TextPieces implements ReadableText {
  /** Invariant: at least one; no CRLF and no surrogate pair is divided between two. */
  readonly #pieces: readonly Piece[];
  /** The totals before each piece. The last entry is the end of the text. */
  readonly #units: Int32Array;
  readonly #lineEnds: Int32Array;
  readonly #bytes: Int32Array;
  readonly #pieceLength: number;
  /** The piece that was read last. The next read is usually near. */
  #near = "";
  #nearStart = 0;

  private constructor(pieces: readonly Piece[], pieceLength: number) {
    const count = pieces.length;
    this.#pieces = pieces;
    this.#pieceLength = pieceLength;
    this.#units = new Int32Array(count + 1);
    this.#lineEnds = new Int32Array(count + 1);
    this.#bytes = new Int32Array(count + 1);
    let units = 0;
    let lineEnds = 0;
    let bytes = 0;
    for (let at = 0; at < count; at++) {
      const piece = pieces[at];
      if (piece === undefined) continue;
      this.#units[at + 1] = units += piece.text.length;
      this.#lineEnds[at + 1] = lineEnds += piece.lineStarts.length;
      this.#bytes[at + 1] = bytes += piece.utf8Bytes;
    }
  }

  static of(text: string, pieceLength = usualLength): TextPieces {
    return new TextPieces(toPieces(text, pieceLength), pieceLength);
  }

  get length(): number {
    return this.#units[this.#pieces.length] ?? 0;
  }

  get lineCount(): number {
    return (this.#lineEnds[this.#pieces.length] ?? 0) + 1;
  }

  charCodeAt(index: number): number {
    if (index < this.#nearStart || index >= this.#nearStart + this.#near.length) {
      const at = this.#pieceAt(index);
      this.#near = this.#textOf(at);
      this.#nearStart = this.#startOf(at);
    }
    return this.#near.charCodeAt(index - this.#nearStart);
  }

  /** As for a string. */
  slice(start = 0, end: number = this.length): string {
    const from = start < 0 ? Math.max(0, this.length + start) : start;
    const to = Math.min(this.length, end < 0 ? this.length + end : end);
    if (from >= to) return "";
    let at = this.#pieceAt(from);
    let text = this.#textOf(at).slice(from - this.#startOf(at), to - this.#startOf(at));
    while (this.#startOf(++at) < to) {
      text += this.#textOf(at).slice(0, to - this.#startOf(at));
    }
    return text;
  }

  /** The text with `inserted` in place of `[start, end)`, offsets within it. */
  replaced(start: number, end: number, inserted: string): TextPieces {
    const pieceLength = this.#pieceLength;
    let first = this.#pieceAt(start);
    let next = this.#pieceAt(end);
    let text =
      this.#textOf(first).slice(0, start - this.#startOf(first)) +
      inserted +
      this.#textOf(next).slice(end - this.#startOf(next));
    next += 1;
    // If an edit leaves a small piece, it is merged with the next one, so there are never many small pieces.
    while (
      next < this.#pieces.length &&
      (text.length < pieceLength / 8 || isOne(text, this.#textOf(next)))
    ) {
      text += this.#textOf(next++);
    }
    while (first > 0 && (text === "" || isOne(this.#textOf(first - 1), text))) {
      text = this.#textOf(--first) + text;
    }
    const before = this.#pieces.slice(0, first);
    const made = toPieces(text, pieceLength);
    return new TextPieces(before.concat(made, this.#pieces.slice(next)), pieceLength);
  }

  /** Start of a line from 0 to `lineCount - 1`. */
  lineStart(line: number): number {
    if (line <= 0) return 0;
    const at = lastAtMost(this.#lineEnds, line - 1, this.#pieces.length - 1);
    const inPiece = this.#pieces[at]?.lineStarts[line - 1 - (this.#lineEnds[at] ?? 0)] ?? 0;
    return this.#startOf(at) + inPiece;
  }

  /** The line that contains `offset`. */
  lineOf(offset: number): number {
    const at = this.#pieceAt(offset);
    const { lineStarts = none } = this.#pieces[at] ?? {};
    const inPiece = offset - this.#startOf(at);
    const before = lastAtMost(lineStarts, inPiece, lineStarts.length - 1);
    const isBehind = (lineStarts[before] ?? Number.POSITIVE_INFINITY) <= inPiece;
    return (this.#lineEnds[at] ?? 0) + (isBehind ? before + 1 : 0);
  }

  /** The UTF-8 byte offset of `offset`. */
  utf8Offset(offset: number): number {
    const at = this.#pieceAt(offset);
    const before = this.#textOf(at).slice(0, offset - this.#startOf(at));
    return (this.#bytes[at] ?? 0) + Buffer.byteLength(before);
  }

  /**
   * Lengths of the start and the end that are certainly equal to those of `other`: they are shared pieces, so no
   * text is read.
   */
  sharedEnds(other: ReadableText): { readonly start: number; readonly end: number } {
    if (!(other instanceof TextPieces)) return { start: 0, end: 0 };
    const mine = this.#pieces;
    const theirs = other.#pieces;
    const shorter = Math.min(mine.length, theirs.length);
    let first = 0;
    while (first < shorter && mine[first] === theirs[first]) first++;
    let last = 0;
    while (last < shorter - first && mine.at(-1 - last) === theirs.at(-1 - last)) last++;
    return { start: this.#startOf(first), end: this.length - this.#startOf(mine.length - last) };
  }

  /** The piece that contains `offset`. At or beyond the end of the text: the last piece. */
  #pieceAt(offset: number): number {
    return lastAtMost(this.#units, offset, this.#pieces.length - 1);
  }

  #textOf(at: number): string {
    return this.#pieces[at]?.text ?? "";
  }

  #startOf(at: number): number {
    return this.#units[at] ?? Number.POSITIVE_INFINITY;
  }
}

/** `text` with `inserted` in place of `[start, end)`. */
export function withReplaced(
  text: ReadableText,
  start: number,
  end: number,
  inserted: string,
): ReadableText {
  return text instanceof TextPieces
    ? text.replaced(start, end, inserted)
    : text.slice(0, start) + inserted + text.slice(end);
}

const none = new Int32Array(0);

/** The last index up to `highest` whose value is at most `limit`, in ascending values; 0 if there is none. */
function lastAtMost(values: Int32Array, limit: number, highest: number): number {
  let low = 0;
  let high = highest;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((values[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

function toPieces(text: string, pieceLength: number): Piece[] {
  const pieces: Piece[] = [];
  for (let start = 0; start < text.length;) {
    let end = text.length - start <= 2 * pieceLength ? text.length : start + pieceLength;
    if (isOne(text.slice(end - 1, end), text.slice(end, end + 1))) end += 1;
    pieces.push(toPiece(text.slice(start, end)));
    start = end;
  }
  return pieces.length === 0 ? [toPiece("")] : pieces;
}

function toPiece(text: string): Piece {
  const lineStarts: number[] = [];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (!isLineEnd(unit)) continue;
    if (unit === carriageReturn && text.charCodeAt(index + 1) === lineFeed) index++;
    lineStarts.push(index + 1);
  }
  return { text, lineStarts: Int32Array.from(lineStarts), utf8Bytes: Buffer.byteLength(text) };
}

/** True if the end of one text and the start of the next are the two halves of a CRLF or of a surrogate pair. */
function isOne(before: string, after: string): boolean {
  const left = before.charCodeAt(before.length - 1);
  const right = after.charCodeAt(0);
  if (left === carriageReturn) return right === lineFeed;
  return isHighSurrogate(left) && isLowSurrogate(right);
}
