/** Where the lines of a large text start, kept current at the cost of moving a typed array's tail. */

const lineFeed = 10;
const carriageReturn = 13;

export class LineStarts {
  /** Ascending; the first is 0. Only `count` of them count. */
  #starts: Int32Array;
  #count = 1;

  constructor(text: string) {
    this.#starts = new Int32Array(1024);
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit !== lineFeed && unit !== carriageReturn) continue;
      if (unit === carriageReturn && text.charCodeAt(index + 1) === lineFeed) index++;
      this.#reserve(this.#count + 1);
      this.#starts[this.#count++] = index + 1;
    }
  }

  get count(): number {
    return this.#count;
  }

  at(line: number): number {
    return this.#starts[line] ?? 0;
  }

  /** The line that `offset` lies on. */
  lineOf(offset: number): number {
    return this.#firstAfter(offset) - 1;
  }

  /** After `[start, end)` of the old text became `insertedLength` units of `text`. */
  replace(text: string, start: number, end: number, insertedLength: number): void {
    // What stands at either end of the edit may have become, or ceased to be, half of a CRLF.
    const from = Math.max(1, this.#firstAfter(start - 1));
    const to = Math.max(from, this.#firstAfter(end));
    const added: number[] = [];
    for (let index = Math.max(1, start); index <= start + insertedLength; index++) {
      if (startsLine(text, index)) added.push(index);
    }
    const moved = this.#count - to;
    this.#reserve(from + added.length + moved);
    this.#starts.copyWithin(from + added.length, to, this.#count);
    this.#starts.set(added, from);
    this.#count = from + added.length + moved;
    const difference = insertedLength - (end - start);
    if (difference === 0) return;
    for (let line = from + added.length; line < this.#count; line++) {
      this.#starts[line] = this.at(line) + difference;
    }
  }

  /** The first line that starts behind `offset`. */
  #firstAfter(offset: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #reserve(count: number): void {
    if (count <= this.#starts.length) return;
    const larger = new Int32Array(Math.ceil(count * 1.25) + 1024);
    larger.set(this.#starts.subarray(0, this.#count));
    this.#starts = larger;
  }
}

/** True when a line ends just before `index`, which is not 0. */
function startsLine(text: string, index: number): boolean {
  const before = text.charCodeAt(index - 1);
  if (before === lineFeed) return true;
  return before === carriageReturn && text.charCodeAt(index) !== lineFeed;
}
