/** For editors that cannot replace text: the part of a replacing answer that can be inserted. */
import type { CompletionSite } from "../site.ts";
import { isSameInside, scanBrackets } from "./brackets.ts";
import { stateAt } from "./closers.ts";
import { pairedMark } from "./pairs.ts";
import { surroundings, type Surroundings } from "./surroundings.ts";

/**
 * The start of `text`, up to its closer that corresponds to the first replaced character: the existing text
 * continues after that. "" if nothing visible comes before it.
 */
export function insertableStart(
  { insertText, replacedLength }: { readonly insertText: string; readonly replacedLength: number },
  site: CompletionSite,
): string {
  const around = surroundings(site);
  const replaced = site.lineSuffix.slice(0, replacedLength).trimStart();
  const mark = pairedMark(site.linePrefix, site.lineSuffix, around.language);
  const index =
    mark === "" ? closingIndex(insertText, replaced.charAt(0), around) : insertText.indexOf(mark);
  const start = insertText.slice(0, Math.max(0, index));
  return start.trim() === "" ? "" : start;
}

function closingIndex(text: string, close: string, around: Surroundings): number {
  const state = stateAt(around);
  for (let index = text.indexOf(close); index >= 0; index = text.indexOf(close, index + 1)) {
    const scan = scanBrackets(text.slice(0, index), around.language, state);
    const isWhole = scan.unmatched.length === 0 && scan.open.length === 0;
    if (isWhole && isSameInside(scan, state)) return index;
  }
  return -1;
}
