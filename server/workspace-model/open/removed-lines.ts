/**
 * Lines that edits removed from a document. What is typed in their place is often similar: users delete a line and
 * type it again with small changes.
 */
import type { ReadableText } from "../../engine/document.ts";
import type { ChangedRange } from "./changed-range.ts";
import { ChainIndex } from "../index/chain-index.ts";
import { lineStartBefore, lineStartFrom } from "../index/line-blocks.ts";
import { TokenBuffer, tokenize } from "../tokens/tokenizer.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

/**
 * Longest removal that is kept, in characters. Users do not remove several screens of text in order to type them
 * again.
 */
const longestRemoval = 8192;
/** When the next lines do not fit, all are forgotten. */
const mostTokens = 4096;
/** Context kept before the lines, in characters and tokens. */
const leadLength = 400;
const leadTokens = 32;
/** How far to search for a line's start or end. */
const lineReach = 2048;

const lineEnds = /\r\n|\n|\r/;
const buffer = new TokenBuffer();

export class RemovedLines {
  readonly #vocabulary: Vocabulary;
  readonly #texts = new Set<string>();
  #index: ChainIndex<RemovedLines> | undefined;

  constructor(vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
  }

  /** `undefined` while there are no removed lines. */
  get index(): ChainIndex<RemovedLines> | undefined {
    return this.#index;
  }

  /** The lines, trimmed. */
  get texts(): ReadonlySet<string> {
    return this.#texts;
  }

  /** Records the lines of `before` that a change rewrote or removed. A change within one line removes none. */
  add(
    before: ReadableText,
    after: ReadableText,
    { start, beforeEnd, afterEnd }: ChangedRange,
  ): void {
    if (Math.max(beforeEnd, afterEnd) - start > longestRemoval) return;
    if (!lineEnds.test(before.slice(start, beforeEnd))) return;
    const from = lineStartAround(before, start, beforeEnd);
    const to = lineStartBefore(before, beforeEnd, start);
    if (from >= to) return;
    const reach = Math.min(after.length, afterEnd + lineReach);
    const left = new Set(linesOf(after, from, lineStartFrom(after, afterEnd, reach)));
    const removed = linesOf(before, from, to).filter((line) => line !== "" && !left.has(line));
    if (removed.length === 0) return;
    const lead = this.#leadBefore(before, from);
    const text = `${removed.join("\n")}\n`;
    buffer.clear();
    tokenize(this.#vocabulary, text, 0, text.length, buffer);
    if (this.#index === undefined || this.#index.length + buffer.length > mostTokens) {
      this.#index = new ChainIndex(this.#vocabulary, mostTokens / 2);
      this.#texts.clear();
    }
    for (const line of removed) this.#texts.add(line);
    const segment = this.#index.open(this, lead);
    this.#index.extend(segment, buffer.tokens, 0, buffer.length);
    this.#index.close(segment);
  }

  #leadBefore(text: ReadableText, end: number): Int32Array {
    const lowest = Math.max(0, end - leadLength);
    buffer.clear();
    tokenize(
      this.#vocabulary,
      text,
      lowest === 0 ? 0 : lineStartFrom(text, lowest, end),
      end,
      buffer,
    );
    return buffer.tokens.slice(Math.max(0, buffer.length - leadTokens), buffer.length);
  }
}

/** The start of the line that contains `index`; if that is too far away, the start of the next line. */
function lineStartAround(text: ReadableText, index: number, end: number): number {
  const start = lineStartBefore(text, index, Math.max(0, index - lineReach));
  const isLineStart = start === 0 || lineEnds.test(text.slice(start - 1, start));
  return isLineStart ? start : lineStartFrom(text, index, end);
}

function linesOf(text: ReadableText, start: number, end: number): string[] {
  return text
    .slice(start, end)
    .split(lineEnds)
    .map((line) => line.trim());
}
