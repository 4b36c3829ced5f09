/**
 * A text of megabytes that is edited key by key. A JavaScript string that is cut and joined is copied into
 * fresh memory on its next reading, some 9 ms for 10 MB; here the characters stand in one buffer, an edit moves
 * its tail, and the string is copied out of it in a third of that time. The lines are a typed array.
 */
import type { Position, Range } from "vscode-languageserver-textdocument";

import type { EditableText } from "./editable-text.ts";
import { LineStarts } from "./line-starts.ts";

export function createLargeText(initial: string): EditableText {
  let characters = new Characters(initial, isLatin1(initial) ? 1 : 2);
  let text = initial;
  const starts = new LineStarts(initial);

  function offsetAt({ line, character }: Position): number {
    if (line >= starts.count) return text.length;
    if (line < 0) return 0;
    const start = starts.at(line);
    const next = line + 1 < starts.count ? starts.at(line + 1) : text.length;
    return beforeLineEnd(Math.min(start + Math.max(0, character), next), start);
  }

  function beforeLineEnd(offset: number, lineStart: number): number {
    let index = offset;
    while (index > lineStart && isLineEnd(text.charCodeAt(index - 1))) index--;
    return index;
  }

  return {
    lines: {
      get lineCount() {
        return starts.count;
      },
      offsetAt,
      positionAt(offset) {
        const clamped = Math.max(0, Math.min(offset, text.length));
        const line = starts.lineOf(clamped);
        const start = starts.at(line);
        return { line, character: beforeLineEnd(clamped, start) - start };
      },
      getText(range?: Range) {
        return range === undefined
          ? text
          : text.substring(offsetAt(range.start), offsetAt(range.end));
      },
    },
    get text() {
      return text;
    },
    replace(start, end, inserted) {
      if (!characters.canHold(inserted)) characters = new Characters(text, 2);
      characters.replace(start, end, inserted);
      text = characters.toString();
      starts.replace(text, start, end, inserted.length);
    },
  };
}

/** UTF-16 units in a buffer with room at its end: one byte each while all are Latin-1, else two. */
class Characters {
  readonly #width: 1 | 2;
  #bytes: Buffer;
  /** In units. */
  #length: number;

  constructor(text: string, width: 1 | 2) {
    this.#width = width;
    this.#length = text.length;
    this.#bytes = Buffer.allocUnsafeSlow(capacityFor(text.length * width));
    this.#bytes.write(text, 0, this.#encoding);
  }

  canHold(text: string): boolean {
    return this.#width === 2 || isLatin1(text);
  }

  replace(start: number, end: number, inserted: string): void {
    const width = this.#width;
    const length = this.#length - (end - start) + inserted.length;
    if (length * width > this.#bytes.length) {
      const larger = Buffer.allocUnsafeSlow(capacityFor(length * width));
      this.#bytes.copy(larger, 0, 0, this.#length * width);
      this.#bytes = larger;
    }
    this.#bytes.copyWithin((start + inserted.length) * width, end * width, this.#length * width);
    this.#bytes.write(inserted, start * width, this.#encoding);
    this.#length = length;
  }

  toString(): string {
    return this.#bytes.toString(this.#encoding, 0, this.#length * this.#width);
  }

  get #encoding(): "latin1" | "utf16le" {
    return this.#width === 1 ? "latin1" : "utf16le";
  }
}

/** A tenth more, so that typing does not soon need another buffer. */
function capacityFor(bytes: number): number {
  return Math.ceil(bytes * 1.1) + 4096;
}

function isLatin1(text: string): boolean {
  return !/[\u0100-\uffff]/.test(text);
}

function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13;
}
