/** Finds which indexed files contain given words: one pass over the tokens, in steps, without an index of its own. */
import { wordOf } from "../tokens/tokenizer.ts";
import type { Vocabulary, WordId } from "../tokens/vocabulary.ts";
import type { ChainIndex } from "./chain-index.ts";
import type { IndexedFile } from "./indexed-file.ts";

/** Tokens per step: a few tenths of a millisecond. */
const tokensInStep = 1 << 16;

/** Word → the paths of the files that contain it. Files may be added and removed between steps. */
export function* findHolders(
  vocabulary: Vocabulary,
  shards: readonly ChainIndex<IndexedFile>[],
  words: Iterable<string>,
): Generator<undefined, ReadonlyMap<string, ReadonlySet<string>>> {
  const holders = new Map<string, Set<string>>();
  const wanted = new Map<WordId, Set<string>>();
  for (const word of words) {
    const paths = new Set<string>();
    holders.set(word, paths);
    const id = vocabulary.idOf(word);
    if (id !== undefined) wanted.set(id, paths);
  }
  if (wanted.size === 0) return holders;
  // Most tokens are none of the words: reading a flag per word is faster than a map look-up.
  const flags = new Uint8Array(Math.max(...wanted.keys()) + 1);
  for (const id of wanted.keys()) flags[id] = 1;
  for (const shard of shards) {
    /** Word → the end of the last file known to contain it. */
    const passed = new Map<WordId, number>();
    for (let start = 0; start < shard.length; start += tokensInStep) {
      const end = Math.min(shard.length, start + tokensInStep);
      const { tokens } = shard;
      for (let place = start; place < end; place++) {
        const word = wordOf(tokens[place] ?? 0);
        if (flags[word] !== 1 || place < (passed.get(word) ?? 0)) continue;
        const segment = shard.segmentAt(place);
        if (segment === undefined) continue;
        wanted.get(word)?.add(segment.owner.path);
        passed.set(word, segment.end);
      }
      yield;
    }
  }
  return holders;
}
