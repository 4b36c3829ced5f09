/** What counts as a word, and which words are structure rather than names. */

/** Letters, digits, `_`, `$` and everything outside ASCII. */
export function isWordUnit(unit: number): boolean {
  if (unit >= 128) return true;
  return (
    (unit >= 48 && unit <= 57) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 97 && unit <= 122) ||
    unit === 95 ||
    unit === 36
  );
}

/**
 * Words that express structure in one of the common languages. The orders by shape keep them, and binding never
 * replaces them. Measured: one list for all languages does as well as one per language.
 */
const keywords = new Set(
  `abstract as assert async await auto begin bool boolean break byte case catch chan char class const
  constexpr continue crate declare def default defer del delete do double elif else elsif end enum error
  except exit export extends extern fallthrough false False final finally float fn for foreach from fun
  func function global go goto i32 i64 if impl implements import in include instanceof int interface is
  isize keyof lambda let local long loop map match mod module mut namespace new nil None nonlocal not
  null number object of operator or and override package pass private protected pub public raise range
  readonly ref require return select self Self short signed sizeof static str string struct super switch
  template then this throw throws trait true True try type typedef typeof u32 u64 u8 undefined union
  unless unsafe unsigned until use usize using val var virtual void volatile when where while with yield
  any unknown never satisfies`
    .trim()
    .split(/\s+/),
);

export function isKeyword(word: string): boolean {
  return keywords.has(word);
}
