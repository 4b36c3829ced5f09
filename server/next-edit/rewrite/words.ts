/** What counts as a word, a name that can be searched for, a number, and a word of the language itself. */

const wordUnit = 1;
const nameStart = 2;

/** Of each ASCII unit whether it may stand in a word, and whether a word that starts with it is a name. */
const asciiUnits = Uint8Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (/[A-Za-z_$]/.test(character)) return wordUnit | nameStart;
  return /\d/.test(character) ? wordUnit : 0;
});
const otherWordCharacter = /[\p{L}\p{N}]/u;
const otherNameStart = /^\p{L}/u;
const shortestName = 3;

/** Whether a code point, as text, may stand in a word. */
export function isWordCharacter(character: string): boolean {
  if (character === "") return false;
  const unit = character.charCodeAt(0);
  if (unit < 128) return asciiUnits[unit] !== 0;
  return otherWordCharacter.test(character);
}

/** A token that starts as names do; one that starts with a digit is a number. */
export function isWord(token: string | undefined): boolean {
  if (token === undefined || token === "") return false;
  const unit = token.charCodeAt(0);
  return unit < 128 ? ((asciiUnits[unit] ?? 0) & nameStart) !== 0 : otherNameStart.test(token);
}

/** A word long enough to find a place by. */
export function isName(token: string | undefined): token is string {
  return token !== undefined && token.length >= shortestName && isWord(token);
}

export function isNumber(token: string | undefined): boolean {
  const unit = token?.charCodeAt(0) ?? 0;
  return unit >= 48 && unit <= 57;
}

/** Words that say structure in one of the common languages: two lines of one shape share them. */
const keywords = new Set(
  `abstract and as assert async await begin bool boolean break case catch char class const continue def
  default define do double elif else elsif end enum export extends false False final finally float fn for
  from fun func function if implements import in int interface let local long match mod module mut
  namespace new nil None not null or override package private protected pub public readonly record return
  self static string struct super switch then this throw trait true True try type unless use using val var
  void when while with yield`
    .trim()
    .split(/\s+/),
);

export function isKeyword(token: string): boolean {
  return keywords.has(token);
}

/** The length of the common beginning of two lists of tokens. */
export function sharedLength(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < one.length && length < other.length && one[length] === other[length]) length++;
  return length;
}
