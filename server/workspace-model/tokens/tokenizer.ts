/**
 * Splits text into tokens: words (letters, digits, `_`, `$` and everything outside ASCII), single punctuation
 * characters, and line ends. A token is `word << 4 | gap`, where the gap is the blank space before it. That is
 * enough to write the line again, so no source text is kept.
 */
import type { ReadableText } from "../../engine/document.ts";
import { newlineWord, unknownWord, type Vocabulary, type WordId } from "./vocabulary.ts";
import { isWordUnit } from "./words.ts";

/** `word << gapBits | gap`. */
export type Token = number;

export const gapBits = 4;
const gapMask = 15;
/** Gaps 0 to 13 are that many spaces. */
const widestSpaces = 13;
const tabGap = 14;
/** The start of a line, and any other kind of blank space. */
const otherGap = 15;

export const newlineToken: Token = (newlineWord << gapBits) | otherGap;

/**
 * A longer line is data or minified code; only this much of it is read. This also bounds the cost of one edit in a
 * line of a megabyte.
 */
const longestLine = 2000;
/** A longer word is data. */
const longestWord = 100;

/** A growing array of tokens, reused between calls. */
export class TokenBuffer {
  tokens = new Int32Array(4096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  reserve(count: number): void {
    if (this.length + count <= this.tokens.length) return;
    const grown = new Int32Array(Math.max(this.length + count, this.tokens.length * 2));
    grown.set(this.tokens.subarray(0, this.length));
    this.tokens = grown;
  }

  push(token: Token): void {
    this.reserve(1);
    this.tokens[this.length++] = token;
  }
}

const unitKind = { punctuation: 0, word: 1, blank: 2, lineEnd: 3 } as const;

/** Class of each ASCII unit. All units above ASCII are word units. */
const unitClasses = new Uint8Array(128);
for (let unit = 0; unit < 128; unit++) unitClasses[unit] = classOf(unit);

function classOf(unit: number): number {
  if (unit === 10 || unit === 13) return unitKind.lineEnd;
  if (unit <= 32) return unitKind.blank;
  return isWordUnit(unit) ? unitKind.word : unitKind.punctuation;
}

/**
 * Appends the tokens of `text[start, end)`, which begins at the start of a line or is part of one line. Blank lines
 * produce no token. The first token of a line has no meaningful gap. A line end is appended only if the text has
 * one.
 */
export function tokenize(
  vocabulary: Vocabulary,
  text: string | ReadableText,
  start: number,
  end: number,
  buffer: TokenBuffer,
): void {
  if (typeof text !== "string") {
    return tokenize(vocabulary, text.slice(start, end), 0, end - start, buffer);
  }
  const { punctuationWords } = vocabulary;
  let index = start;
  let gap = otherGap;
  let isLineStart = true;
  let lineStart = start;
  while (index < end) {
    const unit = text.charCodeAt(index);
    const unitClass = unit < 128 ? unitClasses[unit] : unitKind.word;
    if (unitClass === unitKind.blank) {
      const from = index;
      do index++;
      while (index < end && isBlankUnit(text.charCodeAt(index)));
      gap = gapOf(text, from, index);
      continue;
    }
    if (unitClass === unitKind.lineEnd) {
      if (!isLineStart) buffer.push(newlineToken);
      isLineStart = true;
      index++;
      lineStart = index;
      continue;
    }
    if (index - lineStart >= longestLine) {
      index = lineEndFrom(text, index, end);
      continue;
    }
    if (isLineStart) gap = otherGap;
    isLineStart = false;
    const from = index++;
    let word = 0;
    if (unitClass === unitKind.word) {
      while (index < end && isWordUnit(text.charCodeAt(index))) index++;
      word = index - from > longestWord ? unknownWord : vocabulary.intern(text.slice(from, index));
    } else {
      word = punctuationWords[unit] ?? unknownWord;
    }
    buffer.push((word << gapBits) | gap);
    gap = 0;
  }
}

export function wordOf(token: Token): WordId {
  return token >> gapBits;
}

/** The blank space before `token` inside a line. */
export function gapText(token: Token): string {
  const gap = token & gapMask;
  if (gap <= widestSpaces) return spaces[gap] ?? "";
  return gap === tabGap ? "\t" : "  ";
}

/** The token with another word and the same gap. */
export function withWord(token: Token, word: WordId): Token {
  return (word << gapBits) | (token & gapMask);
}

const spaces = Array.from({ length: widestSpaces + 1 }, (_, width) => " ".repeat(width));

function isBlankUnit(unit: number): boolean {
  return unit <= 32 && unit !== 10 && unit !== 13;
}

function gapOf(text: string, from: number, to: number): number {
  const width = to - from;
  if (width > 1 && width > widestSpaces) return otherGap;
  for (let index = from; index < to; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 9 && width === 1) return tabGap;
    if (unit !== 32) return otherGap;
  }
  return width;
}

function lineEndFrom(text: string, index: number, end: number): number {
  const found = text.indexOf("\n", index);
  return found < 0 || found > end ? end : found;
}
