/**
 * Maps every distinct word of the indexed text to a small number, so that the hot loops compare only numbers.
 * `maxWords` bounds the memory: all further words become `unknownWord`. Typing a word adds each of its beginnings,
 * so words that no index holds any more are swept now and then (word-sweep.ts).
 */
import { isKeyword, isWordUnit } from "./words.ts";

/** Index into `Vocabulary.words`. From `firstTransientWord` on, a word of the running query only. */
export type WordId = number;

/** Word 0 overwrites the tokens of a dead segment. It equals no word of any text. */
export const newlineWord: WordId = 1;
/** Stands for all words that did not fit. It has no text and is never suggested. */
export const unknownWord: WordId = 2;

/** Leaves room for the gap bits of a token within a positive 32-bit integer (tokenizer.ts). */
export const firstTransientWord: WordId = 1 << 26;

/**
 * A sweep is due after this many new words: a quarter of those that the last sweep left, plus a fixed number that
 * makes a sweep worth its cost.
 */
const sweepShare = 1.25;
const sweepSlack = 4096;

/** Smaller numbers are the fixed words and the ASCII punctuation. */
const firstLongWord: WordId = 64;

/** A power of two. */
const tables = 64;

/** Word -> number, in many small tables: a single table for all words takes ten milliseconds to grow. */
class WordIds {
  readonly #tables = Array.from({ length: tables }, () => new Map<string, WordId>());

  get(word: string): WordId | undefined {
    return this.#tableOf(word).get(word);
  }

  set(word: string, id: WordId): void {
    this.#tableOf(word).set(word, id);
  }

  delete(word: string): void {
    this.#tableOf(word).delete(word);
  }

  #tableOf(word: string): Map<string, WordId> {
    const { length } = word;
    const mixed =
      word.charCodeAt(0) +
      31 * word.charCodeAt(length - 1) +
      7 * word.charCodeAt(length >> 1) +
      3 * length;
    return this.#tables[mixed & (tables - 1)] as Map<string, WordId>;
  }
}

export class Vocabulary {
  readonly #ids = new WordIds();
  readonly #words: string[] = ["", "\n", ""];
  /** Numbers of forgotten words, to be reused. */
  readonly #free: WordId[] = [];
  /** How many words the last sweep left. */
  #swept = 0;
  readonly #transientIds = new Map<string, WordId>();
  readonly #transientWords: string[] = [];
  /** 1 if the word is an identifier. Longer than `size`; replaced when it grows. */
  #identifierFlags = new Uint8Array(4096);
  /** 1 if the word is known to be held since `clearMarks`. As long as the array above. */
  #marks = new Uint8Array(4096);

  /** Words of the ASCII punctuation units, known from the start. Saves the tokenizer a map look-up. */
  readonly punctuationWords = new Int32Array(128);

  maxWords: number;

  constructor(maxWords: number) {
    this.maxWords = maxWords;
    this.#ids.set("\n", newlineWord);
    for (let unit = 33; unit < 127; unit++) {
      if (!isWordUnit(unit)) this.punctuationWords[unit] = this.intern(String.fromCharCode(unit));
    }
  }

  get size(): number {
    return this.#words.length - this.#free.length;
  }

  /** Above every number assigned so far. */
  get end(): WordId {
    return this.#words.length;
  }

  get isSweepDue(): boolean {
    const grown = this.#swept * sweepShare + sweepSlack;
    return this.size >= Math.min(grown, Math.max(this.maxWords, this.#swept + sweepSlack));
  }

  /** First step of a sweep: from now on only words that are interned or marked count as held. */
  clearMarks(): void {
    this.#marks.fill(0);
  }

  /** Marks the word as held by a text. */
  mark(word: WordId): void {
    this.#marks[word] = 1;
  }

  /** Forgets the words of `[start, end)` that are not marked. Their numbers are reused. */
  sweep(start: WordId, end: WordId): void {
    for (let id = Math.max(start, firstLongWord); id < end; id++) {
      const word = this.#words[id] ?? "";
      if (this.#marks[id] !== 0 || word === "") continue;
      this.#ids.delete(word);
      this.#words[id] = "";
      this.#identifierFlags[id] = 0;
      this.#free.push(id);
    }
    this.#swept = this.size;
  }

  /** The word's number, assigned when first seen; `unknownWord` if the vocabulary is full. */
  intern(word: string): WordId {
    const known = this.#ids.get(word);
    if (known !== undefined) {
      // A text may use the word while a sweep is running.
      this.#marks[known] = 1;
      return known;
    }
    if (this.size >= this.maxWords || this.#words.length >= firstTransientWord) return unknownWord;
    const id = this.#free.pop() ?? this.#words.length;
    const kept = detached(word);
    this.#ids.set(kept, id);
    this.#words[id] = kept;
    if (id >= this.#identifierFlags.length) {
      this.#identifierFlags = doubled(this.#identifierFlags);
      this.#marks = doubled(this.#marks);
    }
    this.#marks[id] = 1;
    if (isIdentifier(word)) this.#identifierFlags[id] = 1;
    return id;
  }

  /** The word's number if a text has interned it. */
  idOf(word: string): WordId | undefined {
    return this.#ids.get(word);
  }

  /** The word's number if it has one; otherwise a number that is valid until `forgetTransients`. */
  internTransient(word: string): WordId {
    const known = this.#ids.get(word) ?? this.#transientIds.get(word);
    if (known !== undefined) return known;
    const id = firstTransientWord + this.#transientWords.length;
    this.#transientIds.set(word, id);
    this.#transientWords.push(word);
    return id;
  }

  forgetTransients(): void {
    if (this.#transientWords.length === 0) return;
    this.#transientIds.clear();
    this.#transientWords.length = 0;
  }

  text(id: WordId): string {
    const word =
      id < firstTransientWord ? this.#words[id] : this.#transientWords[id - firstTransientWord];
    return word ?? "";
  }

  /** 1 for an opening bracket, -1 for a closing bracket, otherwise 0. */
  bracketStep(id: WordId): -1 | 0 | 1 {
    const { punctuationWords: words } = this;
    if (id >= firstLongWord) return 0;
    if (id === words[40] || id === words[91] || id === words[123]) return 1;
    return id === words[41] || id === words[93] || id === words[125] ? -1 : 0;
  }

  /** True for a word of letters, including keywords. */
  startsAsName(id: WordId): boolean {
    return this.isIdentifier(id) || isKeyword(this.text(id));
  }

  isIdentifier(id: WordId): boolean {
    return id >= firstTransientWord || this.#identifierFlags[id] === 1;
  }
}

function doubled(array: Uint8Array): Uint8Array<ArrayBuffer> {
  const twice = new Uint8Array(array.length * 2);
  twice.set(array);
  return twice;
}

function isIdentifier(word: string): boolean {
  const unit = word.charCodeAt(0);
  const startsName =
    (unit >= 65 && unit <= 90) || (unit >= 97 && unit <= 122) || unit === 95 || unit === 36;
  return (startsName || unit > 127) && !isKeyword(word);
}

/** From this length on V8 keeps a slice as a view, which would keep the whole file's text in memory. */
const shortestView = 13;

function detached(word: string): string {
  if (word.length < shortestView) return word;
  return Buffer.from(word, "utf16le").toString("utf16le");
}

/** A set of word numbers that is cleared in constant time. Membership is one read from a typed array. */
export class WordSet {
  /** Word -> generation in which it was added. */
  #generations = new Uint32Array(4096);
  #generation = 1;

  clear(): void {
    this.#generation++;
  }

  add(word: WordId): void {
    if (word >= firstTransientWord) return;
    if (word >= this.#generations.length) {
      const grown = new Uint32Array(Math.max(word + 1, this.#generations.length * 2));
      grown.set(this.#generations);
      this.#generations = grown;
    }
    this.#generations[word] = this.#generation;
  }

  has(word: WordId): boolean {
    return word < this.#generations.length && this.#generations[word] === this.#generation;
  }
}
