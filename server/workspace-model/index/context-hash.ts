/**
 * Hashes of the last k words before a place, for each context order. They are polynomial hashes because those roll:
 * the cost of one more token does not depend on k.
 */
import type { Vocabulary, WordId } from "../tokens/vocabulary.ts";

export interface ContextOrder {
  /** Words of context that must agree. */
  readonly length: number;
  /** Exact words; or shape: every identifier counts as the same. */
  readonly isExact: boolean;
}

/** The orders that have their own chain. These lengths measured best: shorter shapes match everything. */
export const contextOrders: readonly ContextOrder[] = [
  { length: 8, isExact: true },
  { length: 4, isExact: true },
  { length: 2, isExact: true },
  { length: 12, isExact: false },
  { length: 6, isExact: false },
];

const multiplier = 0x2c1b3c6d;
/** `powers[k]` = multiplier to the k, modulo 2^32. */
const powers = [1];
for (let exponent = 1; exponent <= 12; exponent++) {
  powers.push(Math.imul(powers[exponent - 1] ?? 1, multiplier));
}
const orderLengths = Int32Array.from(contextOrders, (order) => order.length);
const orderPowers = Int32Array.from(contextOrders, (order) => powers[order.length] ?? 0);
const exactOrders = contextOrders.filter((order) => order.isExact).length;

/** Rolls over the words of one segment. `hashes` are those of the context before the next word. */
export class RollingContext {
  readonly hashes = new Int32Array(contextOrders.length);
  /** Prefix hashes after the last 16 words, by word count modulo 16. */
  readonly #exact = new Int32Array(16);
  readonly #shape = new Int32Array(16);
  #count = 0;

  restart(): void {
    this.#count = 0;
    this.#exact[0] = 0;
    this.#shape[0] = 0;
  }

  /** Adds the next word. Afterwards `hashes` holds the new value for each order. */
  push(word: WordId, isIdentifier: boolean): void {
    const exact = this.#exact;
    const shape = this.#shape;
    const before = this.#count & 15;
    const count = ++this.#count;
    const exactHash = (Math.imul(exact[before] as number, multiplier) + spread(word)) | 0;
    const shapeHash =
      (Math.imul(shape[before] as number, multiplier) + spread(isIdentifier ? 0 : word)) | 0;
    exact[count & 15] = exactHash;
    shape[count & 15] = shapeHash;
    for (let order = 0; order < orderLengths.length; order++) {
      const prefixes = order < exactOrders ? exact : shape;
      let hash = order < exactOrders ? exactHash : shapeHash;
      const length = orderLengths[order] as number;
      if (count > length) {
        const start = prefixes[(count - length) & 15] as number;
        hash = (hash - Math.imul(start, orderPowers[order] as number)) | 0;
      }
      this.hashes[order] = finish(hash);
    }
  }
}

/** Computes the same hashes for the last words of `words[0, length)`, into `hashes`. */
export function hashContext(
  words: Int32Array,
  length: number,
  vocabulary: Vocabulary,
  hashes: Int32Array,
): void {
  for (let order = 0; order < orderLengths.length; order++) {
    const isExact = order < exactOrders;
    let hash = 0;
    for (let i = Math.max(0, length - (orderLengths[order] as number)); i < length; i++) {
      const word = words[i] as number;
      hash =
        (Math.imul(hash, multiplier) +
          spread(isExact || !vocabulary.isIdentifier(word) ? word : 0)) |
        0;
    }
    hashes[order] = finish(hash);
  }
}

function spread(word: WordId): number {
  return Math.imul(word + 1, 0x9e3779b1);
}

/** Non-negative, with the high bits folded into the low ones, which are used as bucket number. */
function finish(hash: number): number {
  const folded = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (folded ^ (folded >>> 13)) & 0x7fffffff;
}
