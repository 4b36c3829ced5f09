/** The text on both sides of a cursor, as far as it is needed to know a place again. */
import { detached, toLf, type Offset, type ReadableText } from "./document.ts";

/** LF line ends, like every text of an answer, whatever the document has. */
export interface CursorText {
  readonly left: string;
  readonly right: string;
  /** `left` begins at the start of the document, `right` ends at its end. */
  readonly isWholeLeft: boolean;
  readonly isWholeRight: boolean;
}

/** UTF-16 units looked at left of the cursor: the longest text that is typed through, and a place before it. */
const leftLength = 6144;
/** Right of it: a place, and what an editor may have inserted by itself. */
const rightLength = 512;

export function cursorText(text: ReadableText, offset: Offset): CursorText {
  const start = Math.max(0, offset - leftLength);
  const end = Math.min(text.length, offset + rightLength);
  return {
    left: toLf(text.slice(start, offset)),
    right: toLf(text.slice(offset, end)),
    isWholeLeft: start === 0,
    isWholeRight: end === text.length,
  };
}

/** A place in a document, known by the text around it, so that edits elsewhere do not hide it. */
export interface Place {
  /** At most `beforeLength` units left of it. */
  readonly before: string;
  readonly after: string;
  /** Nothing precedes `before`, nothing follows `after`. */
  readonly isWholeBefore: boolean;
  readonly isWholeAfter: boolean;
}

/** Five to ten lines: enough to tell places in repetitive files apart. */
const beforeLength = 400;
/** The rest of the line and the next lines: editing any of them makes another place. */
const afterLength = 240;

export function placeAt(at: CursorText): Place {
  return {
    before: detached(at.left.slice(-beforeLength)),
    after: detached(at.right.slice(0, afterLength)),
    isWholeBefore: at.isWholeLeft && at.left.length <= beforeLength,
    isWholeAfter: at.isWholeRight && at.right.length <= afterLength,
  };
}

/**
 * The texts that may have been typed since the cursor stood at `place`, shortest first, at most
 * `maxLength` long; says nothing about what stands right of the cursor.
 */
export function* typedSince(place: Place, at: CursorText, maxLength: number): Generator<string> {
  const { before } = place;
  const left = at.left.slice(-(maxLength + before.length));
  if (place.isWholeBefore) {
    const isHere = at.isWholeLeft && at.left.length - before.length <= maxLength;
    if (isHere && at.left.startsWith(before)) yield at.left.slice(before.length);
    return;
  }
  let end = left.length;
  for (let matches = 0; matches < maxMatches; matches++) {
    const index = end < before.length ? -1 : left.lastIndexOf(before, end - before.length);
    if (index < 0) return;
    end = index + before.length;
    yield left.slice(end);
    end -= 1;
  }
}

/** A blank or repetitive stretch matches at many places; the nearest ones are the likely ones. */
const maxMatches = 4;
