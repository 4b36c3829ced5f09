/** The word left of the cursor, as editors' menus take it when they match items. */

/** Longer runs are no words: minified code, data. */
const maxLength = 128;

/** Further word characters by language. Too wide a word is safe, too narrow a one hides the item. */
const extras: ReadonlyMap<string, string> = new Map([
  ...also("$", "javascript javascriptreact js jsx typescript typescriptreact ts tsx php perl"),
  ...also("$", "shellscript sh bash zsh"),
  ...also("-", "css scss less html xml yaml"),
  ...also("-?!*", "lisp emacs-lisp elisp commonlisp clojure scheme racket"),
  ...also("?!", "ruby"),
]);

function also(characters: string, languages: string): (readonly [string, string])[] {
  return languages.split(" ").map((language) => [language, characters]);
}

const wordCharacter = /[\p{L}\p{N}\p{M}_]/u;

/** The end of `linePrefix` that is a word; empty when the cursor does not follow one. */
export function wordBefore(linePrefix: string, languageId: string): string {
  const extra = extras.get(languageId) ?? "";
  let start = linePrefix.length;
  while (start > 0 && linePrefix.length - start < maxLength) {
    const character = characterBefore(linePrefix, start);
    if (!wordCharacter.test(character) && !extra.includes(character)) break;
    start -= character.length;
  }
  return linePrefix.slice(start);
}

function characterBefore(text: string, index: number): string {
  const codePoint = text.codePointAt(index - 2) ?? 0;
  return codePoint > 0xffff && index > 1 ? text.slice(index - 2, index) : text.charAt(index - 1);
}
