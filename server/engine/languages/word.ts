/** The word left of the cursor, as editors' menus match it against items. */
import type { Language } from "./language.ts";

/** A longer run is not a word but minified code or data. */
const maxLength = 128;

const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

/** The word at the end of `linePrefix`; empty if the cursor does not follow a word. */
export function wordBefore(linePrefix: string, { wordCharacters = "" }: Language): string {
  let start = linePrefix.length;
  while (start > 0 && linePrefix.length - start < maxLength) {
    const character = characterBefore(linePrefix, start);
    if (!wordCharacter.test(character) && !wordCharacters.includes(character)) break;
    start -= character.length;
  }
  return linePrefix.slice(start);
}

function characterBefore(text: string, index: number): string {
  const codePoint = text.codePointAt(index - 2) ?? 0;
  return codePoint > 0xffff && index > 1 ? text.slice(index - 2, index) : text.charAt(index - 1);
}
