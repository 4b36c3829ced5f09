/** A line as tokens: its words and punctuation, the blank space before each, and its shape. */
import { isKeyword, isNumber, isWord, isWordCharacter } from "./words.ts";

export class LineTokens {
  readonly text: string;
  readonly words: readonly string[];
  /** Blank space before each word; the first one's is the indentation. */
  readonly gaps: readonly string[];
  /** Blank space after the last word. */
  readonly tail: string;
  readonly indent: string;
  #shape: string | undefined;

  constructor(text: string) {
    const words: string[] = [];
    const gaps: string[] = [];
    let end = 0;
    let at = 0;
    while (at < text.length) {
      const length = tokenLength(text, at);
      if (length === 0) {
        at++;
        continue;
      }
      words.push(text.slice(at, at + length));
      gaps.push(text.slice(end, at));
      at += length;
      end = at;
    }
    this.text = text;
    this.words = words;
    this.gaps = gaps;
    this.tail = text.slice(end);
    this.indent = gaps[0] ?? text;
  }

  /** The words with every name as `a` and every number as `0`: equal for lines of one build. */
  get shape(): string {
    this.#shape ??= this.words.map(shapeOf).join(" ");
    return this.#shape;
  }
}

export function tokensOf(text: string): LineTokens {
  return new LineTokens(text);
}

/** Where each token begins in the line, and at last where the line ends. */
export function tokenStarts({ words, gaps, text, tail }: LineTokens): readonly number[] {
  const starts: number[] = [];
  let end = 0;
  for (const [index, word] of words.entries()) {
    const start = end + (gaps[index] ?? "").length;
    starts.push(start);
    end = start + word.length;
  }
  return [...starts, text.length - tail.length];
}

export function indentWidth(indent: string): number {
  let width = 0;
  for (const character of indent) width += character === "\t" ? 4 : 1;
  return width;
}

/** UTF-16 units of the token at `start`; 0 for blank space. */
function tokenLength(text: string, start: number): number {
  const first = characterAt(text, start);
  if (!isWordCharacter(first)) return /\s/.test(first) ? 0 : first.length;
  let end = start + first.length;
  while (end < text.length) {
    const next = characterAt(text, end);
    if (!isWordCharacter(next)) break;
    end += next.length;
  }
  return end - start;
}

function characterAt(text: string, index: number): string {
  const unit = text.charCodeAt(index);
  const isPair = unit >= 0xd800 && unit <= 0xdbff && index + 1 < text.length;
  return isPair ? text.slice(index, index + 2) : text.charAt(index);
}

function shapeOf(word: string): string {
  if (isNumber(word)) return "0";
  return isWord(word) && !isKeyword(word) ? "a" : word;
}
