/** A document as lines, with the places of a word in it by the runtime's own substring search. */
import { toLf } from "../engine/document.ts";
import { tokensOf, type LineTokens } from "./rewrite/line-tokens.ts";
import { isWordCharacter } from "./rewrite/words.ts";

const generated = /@generated|DO NOT EDIT/i;
/** Lines at the top of a file in which a generator says so. */
const headLines = 5;
const headLength = 2000;

export class LineText {
  readonly #text: string;
  #lines: readonly string[] | undefined;
  #lower: string | undefined;
  #starts: Int32Array | undefined;
  readonly #tokens = new Map<number, LineTokens>();

  constructor(text: string) {
    this.#text = toLf(text);
  }

  /** Split when they are asked for: most documents do not hold the word that is looked for. */
  get lines(): readonly string[] {
    this.#lines ??= this.#text.split("\n");
    return this.#lines;
  }

  get isGenerated(): boolean {
    const head = this.#text.slice(0, headLength).split("\n", headLines);
    return head.some((line) => generated.test(line));
  }

  line(index: number): string {
    return this.lines[index] ?? "";
  }

  tokens(index: number): LineTokens {
    const known = this.#tokens.get(index);
    if (known !== undefined) return known;
    const tokens = tokensOf(this.line(index));
    this.#tokens.set(index, tokens);
    return tokens;
  }

  /** The blank space at the start of the line; `undefined` for a line of nothing else. */
  indent(index: number): string | undefined {
    const line = this.line(index);
    const length = line.search(/\S/);
    return length < 0 ? undefined : line.slice(0, length);
  }

  /** The nearest line that is not blank, `step` lines at a time; its number may lie outside the text. */
  nearest(index: number, step: 1 | -1): number {
    let at = index + step;
    while (at >= 0 && at < this.lines.length && this.line(at).trim() === "") at += step;
    return at;
  }

  /** Rising numbers of the lines that hold `word` as a whole word. */
  linesWith(word: string, most: number): readonly number[] {
    return this.#find(this.#text, word, most, true);
  }

  /** The same for lower-case `part` anywhere inside a word and in any case. */
  linesWithPart(part: string, most: number): readonly number[] {
    if (this.#lower === undefined) {
      const lower = this.#text.toLowerCase();
      // A few letters become two: then no offset would fit.
      this.#lower = lower.length === this.#text.length ? lower : this.#text;
    }
    return this.#find(this.#lower, part, most, false);
  }

  #find(text: string, word: string, most: number, isWhole: boolean): readonly number[] {
    const found: number[] = [];
    let at = text.indexOf(word);
    for (; at >= 0 && found.length < most; at = text.indexOf(word, at + word.length)) {
      const before = text.charAt(at - 1);
      const after = text.charAt(at + word.length);
      if (isWhole && (isWordCharacter(before) || isWordCharacter(after))) continue;
      const line = this.#lineAt(at);
      if (found.at(-1) !== line) found.push(line);
    }
    return found;
  }

  #lineAt(offset: number): number {
    const starts = (this.#starts ??= startsOf(this.lines));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function startsOf(lines: readonly string[]): Int32Array {
  const starts = new Int32Array(lines.length);
  let start = 0;
  for (const [index, line] of lines.entries()) {
    starts[index] = start;
    start += line.length + 1;
  }
  return starts;
}
