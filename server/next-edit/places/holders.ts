/** Which files to look at for a word, and the rarest of some words. */
import { isName } from "../rewrite/words.ts";
import type { EditMemory } from "../rules/edit-memory.ts";
import type { Texts } from "../texts.ts";

/** The name that fewest files hold: the least work to look for. */
export function rarestName(
  words: readonly (string | undefined)[],
  texts: Pick<Texts, "holders">,
): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const word of words) {
    if (!isName(word)) continue;
    const { count } = texts.holders(word);
    if (count >= least) continue;
    best = word;
    least = count;
  }
  return best;
}

/** The edited documents first, then the others that hold the word, unless they are too many. */
export function filesToSearch(
  word: string | undefined,
  memory: EditMemory,
  texts: Pick<Texts, "holders">,
): ReadonlySet<string> {
  const uris = new Set(memory.edited);
  if (word !== undefined) for (const uri of texts.holders(word).uris) uris.add(uri);
  return uris;
}
