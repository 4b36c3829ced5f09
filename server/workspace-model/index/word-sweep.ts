/**
 * Forgets words that no index holds any more. Mark and sweep in small steps, because going through all tokens and
 * words of a workspace takes too long for one turn of the event loop.
 */
import type { ChainIndex } from "./chain-index.ts";
import { wordOf } from "../tokens/tokenizer.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

/** Tokens per step: a few tenths of a millisecond. */
const tokensInStep = 1 << 16;
const wordsInStep = 1 << 12;

/**
 * Yields after each step. `indexes` are all indexes that hold a text at the first step. Texts may come and go
 * between steps: words interned meanwhile count as held. What one index copies from another is still found in the
 * source index, even after that one is dropped.
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
