/** Pairs other than brackets: angle brackets, tags, quotes and the marks of prose. */
import type { Language } from "../languages/language.ts";

/** Closing angle brackets of types and closing tags in `text` that lack their openers. */
export function unmatchedAngles(text: string, { angles }: Language): number {
  if (angles === undefined || !text.includes(">")) return 0;
  return unmatchedTypes(text) + (angles === "tags" ? unmatchedTags(text) : 0);
}

/** `>` without an opening `<`. Arrows and comparisons do not count. */
function unmatchedTypes(text: string): number {
  let depth = 0;
  let unmatched = 0;
  for (const { 0: sign, index } of text.matchAll(/[<>]/g)) {
    const before = text.charAt(index - 1);
    const after = text.charAt(index + 1);
    if (sign === "<") {
      if (/[^\s=<]/.test(after)) depth++;
    } else if (!/[-=]/.test(before) && after !== "=") {
      if (depth > 0) depth--;
      else unmatched++;
    }
  }
  return unmatched;
}

function unmatchedTags(text: string): number {
  const open: string[] = [];
  let unmatched = 0;
  for (const [, slash, name = "", isEmpty] of text.matchAll(/<(\/?)([\w.:-]+)[^<>]*?(\/?)>/g)) {
    if (slash === "/") {
      const at = open.lastIndexOf(name);
      if (at < 0) unmatched++;
      else open.length = at;
    } else if (isEmpty === "") open.push(name);
  }
  return unmatched;
}

const quotes = ['"""', "'''", '"', "'", "`"];
const marks = ["**", "__", "~~"];

/**
 * The mark right of the cursor whose partner is left of it, where no string form applies: the quote of an
 * attribute, the emphasis of prose. "" if there is none.
 */
export function pairedMark(linePrefix: string, lineSuffix: string, language: Language): string {
  if (!language.isProse && language.blocks !== "tags") return "";
  const mark = [...quotes, ...(language.isProse === true ? marks : [])].find((each) =>
    lineSuffix.startsWith(each),
  );
  if (mark === undefined) return "";
  return (linePrefix.split(mark).length - 1) % 2 === 1 ? mark : "";
}
