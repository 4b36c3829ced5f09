/**
 * Where each token of an answer begins in its text. A token may be a part of a character, and a server may send it
 * earlier or later than its text, so both are counted in bytes. What is not covered by tokens is not known.
 */
import { utf8Length } from "../document.ts";

/** One token as a server reports it. */
export interface TokenProbability {
  /** UTF-8 bytes of its text. */
  readonly bytes: number;
  /** Natural logarithm of its probability: finite, never positive. */
  readonly logprob: number;
}

/** A character has at most so many bytes beside its last: tokens inside of one are lost by some servers. */
const maxMissingBytes = 3;
/** Text that may be a stop string is held back; its tokens come without it. */
const maxBytesAhead = 64;

/** The start of a token, and the sum of all log-probabilities from the answer's start to this token's end. */
export interface TokenStart {
  readonly offset: number;
  readonly sum: number;
}

export class TokenTrack {
  #textBytes = 0;
  #tokenBytes = 0;
  #sum = 0;
  #text = "";
  readonly #starts: { byte: number; sum: number }[] = [];
  /** Bytes of the text whose tokens are known; `undefined` while nothing is missing. */
  #knownBytes: number | undefined;

  /** Takes a piece of the answer and the tokens that came with it. */
  push(text: string, tokens: readonly TokenProbability[] = []): void {
    const before = this.#textBytes;
    this.#text += text;
    this.#textBytes += utf8Length(text, 0, text.length);
    if (this.#knownBytes !== undefined) return;
    for (const { bytes, logprob } of tokens) {
      this.#sum += logprob;
      this.#starts.push({ byte: this.#tokenBytes, sum: this.#sum });
      this.#tokenBytes += bytes;
    }
    const missing = this.#textBytes - this.#tokenBytes;
    if (missing > maxMissingBytes || -missing > maxBytesAhead) this.#knownBytes = before;
    else if (missing > 0) this.#tokenBytes = this.#textBytes;
  }

  /** UTF-16 units of the text, from its start, for which all tokens are known. */
  get knownLength(): number {
    if (this.#knownBytes === undefined) return this.#text.length;
    return unitsOf(this.#text, this.#knownBytes);
  }

  /** The sum so far; `undefined` when a part of the answer has no tokens. */
  get sum(): number | undefined {
    return this.#knownBytes === undefined && this.#starts.length > 0 ? this.#sum : undefined;
  }

  /** All token starts within the known text, in its UTF-16 offsets; a token inside of a character starts at it. */
  starts(): readonly TokenStart[] {
    const { knownLength } = this;
    const found: TokenStart[] = [];
    let offset = 0;
    let bytes = 0;
    for (const { byte, sum } of this.#starts) {
      while (offset < knownLength) {
        const next = offset + (isPairAt(this.#text, offset) ? 2 : 1);
        const length = utf8Length(this.#text, offset, next);
        if (bytes + length > byte) break;
        bytes += length;
        offset = next;
      }
      if (offset >= knownLength) break;
      found.push({ offset, sum });
    }
    return found;
  }
}

function unitsOf(text: string, bytes: number): number {
  let offset = 0;
  let left = bytes;
  while (left > 0 && offset < text.length) {
    const next = offset + (isPairAt(text, offset) ? 2 : 1);
    left -= utf8Length(text, offset, next);
    offset = next;
  }
  return offset;
}

function isPairAt(text: string, offset: number): boolean {
  return (text.codePointAt(offset) ?? 0) > 0xffff;
}
