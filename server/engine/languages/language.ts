/** What the engine knows of a language. The data is in `table/`; all uses derive from it by `languageOf`. */

/** Names a family: the languages whose lines look alike. A document learns from its own family only. */
export type LanguageFamily = string;

export interface Language extends LanguageRules {
  /** The language's own id, VS Code's where it has one; empty for a language that is not known. */
  readonly id: string;
  readonly family: LanguageFamily;
  /** All string forms, longer openers first. */
  readonly strings: readonly StringForm[];
  /** Comment signs that count only at the start of a line: words, and signs that mean more elsewhere. */
  readonly startComments: readonly string[];
  /** 1 for each ASCII unit that is no bracket and starts no string, comment or the like. */
  readonly isPlain: Uint8Array;
}

/** One entry of the table. */
export interface LanguageEntry extends LanguageRules {
  /** The own id first, then the others that editors send, lower case, separated by blanks. */
  readonly ids: string;
  /** `*.extension`, `name`, or `name.*`, lower case, separated by blanks. */
  readonly files: string;
  readonly family: LanguageFamily;
}

/** How strings and comments are written and blocks are told. Every rule is given, but for the rare ones. */
export interface LanguageRules extends CommentSigns {
  /** How a block is told from the line that opens it. */
  readonly blocks: "braces" | "indentation" | "keywords" | "tags" | "parentheses" | "none";
  readonly strings: readonly StringForm[];
  readonly taggedString?: TaggedString;
  /** Openers of here-documents (sticky). The first group that matches is the word that ends the text. */
  readonly hereDocument?: RegExp;
  /** `'` is not a string: Rust's lifetimes, Lisp's quote, Haskell's primes. A char literal is skipped. */
  readonly hasCharLiterals?: boolean;
  /** `/…/` may be a regular expression. */
  readonly hasRegExps?: boolean;
  /** Brackets that need no partner, as in a shell's `case` patterns: no decision rests on them. */
  readonly hasLoneBrackets?: boolean;
  /** Where `<` and `>` pair beside `()`, `[]` and `{}`. */
  readonly angles?: "tags" | "types";
  /** A blank after the opener says that a value follows on the line. */
  readonly hasValueAfterBlank?: boolean;
  /** A value may stand without quotes, as in a shell or in YAML. */
  readonly hasBareValues?: boolean;
  /** Columns of a level where a file shows none yet; 4 where it is not given. */
  readonly usualLevel?: number;
  /** Lines are indented with tabs and nothing else. */
  readonly requiresTabs?: boolean;
  /** Its files teach nothing about others: lists of files, differences. */
  readonly isUnlearned?: boolean;
  /** Prose: a line is a paragraph, nothing opens a block. */
  readonly isProse?: boolean;
  /** Characters of words beside letters, digits and `_`. Too wide is safe, too narrow hides menu items. */
  readonly wordCharacters?: string;
  /** Line ends that open a block, besides brackets. */
  readonly opener?: RegExp;
  /** Line starts that close or continue a block at the indentation of its opener. */
  readonly closer?: RegExp;
  /** Of those, the ones after which the block goes on: `else`, `rescue`. */
  readonly middle?: RegExp;
  /** Lines that stand at any indentation: preprocessor lines, labels. */
  readonly floating?: RegExp;
  /** Texts with brackets or quotes that are none, as Perl's variable `$]`. */
  readonly atoms?: readonly string[];
}

export interface CommentSigns {
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
}

/** A string whose end repeats a tag of its start, as Rust's `r#"…"#` and Lua's `[==[…]==]`. */
export interface TaggedString {
  /** Characters at which one may begin. */
  readonly signs: string;
  /** Sticky; its group is the tag. */
  readonly open: RegExp;
  /** What stands before and after the tag at the end. */
  readonly close: readonly [before: string, after: string];
}

export interface StringForm {
  readonly open: string;
  readonly close: string;
  readonly isMultiLine: boolean;
  /** The character that escapes the next one; none in raw strings. */
  readonly escape?: string;
  /** The closing sign written twice is text, as in SQL. */
  readonly isDoubled?: boolean;
  /** What opens an interpolation that is code again, closed by `}`. */
  readonly interpolation?: string;
}

export function compileLanguage(entry: Omit<LanguageEntry, "files">): Language {
  const strings = entry.strings.toSorted((one, two) => two.open.length - one.open.length);
  const openers = [
    ...entry.lineComments,
    ...entry.blockComments.map(([open]) => open),
    ...strings.map(({ open }) => open),
    ...Array.from(entry.taggedString?.signs ?? ""),
    ...(entry.hereDocument === undefined ? [] : ["<", "\n"]),
    ...(entry.hasCharLiterals === true ? ["'"] : []),
    ...(entry.hasRegExps === true ? ["/"] : []),
    ...(entry.atoms ?? []),
    ...(entry.blocks === "parentheses" ? ["\\"] : []),
  ];
  const isPlain = new Uint8Array(128).fill(1);
  for (const text of ["(", ")", "[", "]", "{", "}", ...openers]) isPlain[text.charCodeAt(0)] = 0;
  const startComments = entry.lineComments.filter(
    (sign) => /^(?:[A-Za-z]|[*/]$|::)/.test(sign) || strings.some(({ open }) => open === sign),
  );
  return { ...entry, id: entry.ids.split(" ", 1)[0] ?? "", strings, startComments, isPlain };
}
