/** Turns tokens into the text to insert at the cursor, without the part of the first word that is already typed. */
import type { Query } from "./query.ts";
import { gapText, wordOf, type Token } from "../tokens/tokenizer.ts";
import { newlineWord } from "../tokens/vocabulary.ts";

/**
 * Empty if nothing is left to insert or if the text is not fit to be offered. `end` is the token that follows if
 * the text reaches the suffix.
 */
export function insertTextOf(query: Query, tokens: readonly Token[], end?: Token): string {
  let text = "";
  tokens.forEach((token, at) => {
    if (at > 0 || !query.isGapWritten) text += gapText(token);
    text += query.vocabulary.text(wordOf(token));
  });
  const reachesSuffix = end !== undefined && wordOf(end) !== newlineWord;
  if (reachesSuffix && query.isSuffixAtCursor) text += gapText(end);
  const insertText = text.slice(query.partial.length);
  return insertText.trim() === "" || isUnsafe(insertText) ? "" : insertText;
}

/**
 * Control and line-breaking characters other than a tab, marks that reorder text for display, lone
 * surrogates, and the replacement character of undecodable bytes.
 */
const unsafeCharacters = /(?!\t)[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/u;

function isUnsafe(text: string): boolean {
  return unsafeCharacters.test(text);
}
