/**
 * Forgets the words that no index holds any more: mark and sweep in small steps, because all tokens of a workspace
 * and all its words are too much for one turn.
 */
import type { ChainIndex } from "./chain-index.ts";
import { wordOf } from "../tokens/tokenizer.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

/** Some tenths of a millisecond. */
const tokensInStep = 1 << 16;
const wordsInStep = 1 << 12;

/**
 * Yields after each step; `indexes` are all that hold a text at the first one. Texts may come and go between steps:
 * what is interned meanwhile counts as held, and what one index copies from another is found in that other,
 * dropped or not.
 */
export function* sweepWords(
  vocabulary: Vocabulary,
  indexes: readonly ChainIndex<unknown>[],
): Generator<undefined, void> {
  vocabulary.clearMarks();
  for (const index of indexes) {
    for (let start = 0; start < index.length; start += tokensInStep) {
      const end = Math.min(index.length, start + tokensInStep);
      for (let place = start; place < end; place++) {
        vocabulary.mark(wordOf(index.tokens[place] ?? 0));
      }
      yield;
    }
  }
  for (let word = 0; word < vocabulary.end; word += wordsInStep) {
    vocabulary.sweep(word, Math.min(vocabulary.end, word + wordsInStep));
    yield;
  }
}
