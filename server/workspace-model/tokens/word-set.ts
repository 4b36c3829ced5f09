/** A set of word numbers that is emptied in constant time; membership is one typed-array read. */
import { firstTransientWord, type WordId } from "./vocabulary.ts";

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
