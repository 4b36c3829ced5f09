/** Names in an answer that the text around the cursor does not have: the author may want others. */
import type { CompletionSite } from "../site.ts";

/** UTF-16 units on either side of the cursor that are looked through. */
const reachBefore = 12_000;
const reachAfter = 6_000;
/** Shorter words stand everywhere, as a part of others. */
const leastLength = 3;

/** Where such words start in `text`, in order. */
export function newWordStarts(text: string, site: CompletionSite): readonly number[] {
  const { document, offset } = site;
  const start = Math.max(0, offset - reachBefore);
  const around = document.text.slice(start, offset + reachAfter);
  const known = new Map<string, boolean>();
  const starts: number[] = [];
  for (const { 0: word, index } of text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) {
    if (word.length < leastLength) continue;
    const isKnown = known.get(word) ?? around.includes(word);
    known.set(word, isKnown);
    if (!isKnown) starts.push(index);
  }
  return starts;
}
