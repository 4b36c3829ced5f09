/** What the engine knows about a language. The data is in `table/`; all code gets it through `languageOf`. */

/** Name of a family: languages whose lines look alike. A document learns only from its own family. */
export type LanguageFamily = string;

export interface Language extends LanguageRules {
  /** The id of the language: VS Code's id if there is one; empty for an unknown language. */
  readonly id: string;
  readonly family: LanguageFamily;
  /** All string forms, longest openers first. */
  readonly strings: readonly StringForm[];
  /** Comment signs that count only at the start of a line: words, and signs that have other meanings elsewhere. */
  readonly startComments: readonly string[];
  /** 1 for each ASCII unit that is not a bracket and cannot start a string, a comment or similar. */
  readonly isPlain: Uint8Array;
}

/** One entry of the table. */
export interface LanguageEntry extends LanguageRules {
  /** The language's own id first, then other ids that editors send. Lower case, separated by blanks. */
  readonly ids: string;
  /** `*.extension`, `name` or `name.*`. Lower case, separated by blanks. */
  readonly files: string;
  readonly family: LanguageFamily;
}

/** How strings and comments are written and how blocks are recognized. All rules are required except the rare ones. */
export interface LanguageRules extends CommentSigns {
  /** How the end of a block is recognized from the line that opens it. */
  readonly blocks: "braces" | "indentation" | "keywords" | "tags" | "parentheses" | "none";
  readonly strings: readonly StringForm[];
  readonly taggedString?: TaggedString;
  /** Openers of here-documents (sticky). The first group that matches is the word that ends the text. */
  readonly hereDocument?: RegExp;
  /** `'` does not start a string: Rust lifetimes, Lisp quotes, Haskell primes. A char literal is skipped. */
  readonly hasCharLiterals?: boolean;
  /** `/…/` may be a regular expression. */
  readonly hasRegExps?: boolean;
  /** Brackets that may have no partner, as in a shell's `case` patterns. They are not used in decisions. */
  readonly hasLoneBrackets?: boolean;
  /** Where `<` and `>` form pairs in addition to `()`, `[]` and `{}`. */
  readonly angles?: "tags" | "types";
  /** A blank after the opener means that a value follows on the line. */
  readonly hasValueAfterBlank?: boolean;
  /** Values may be written without quotes, as in a shell or in YAML. */
  readonly hasBareValues?: boolean;
  /** Columns per level when a file shows no indentation yet. Default: 4. */
  readonly usualLevel?: number;
  /** Lines are indented only with tabs. */
  readonly requiresTabs?: boolean;
  /** Files of this language teach nothing about other files: lists of files, diffs. */
  readonly isUnlearned?: boolean;
  /** Prose: a line is a paragraph and nothing opens a block. */
  readonly isProse?: boolean;
  /** Word characters in addition to letters, digits and `_`. Too many is safe; too few hides menu items. */
  readonly wordCharacters?: string;
  /** Line ends that open a block, besides brackets. */
  readonly opener?: RegExp;
  /** Line starts that close or continue a block at the indentation of its opener. */
  readonly closer?: RegExp;
  /** Those after which the block continues: `else`, `rescue`. */
  readonly middle?: RegExp;
  /** Lines with arbitrary indentation: preprocessor lines, labels. */
  readonly floating?: RegExp;
  /** Text with brackets or quotes that do not act as such, like Perl's variable `$]`. */
  readonly atoms?: readonly string[];
}

export interface CommentSigns {
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
}

/** A string whose end repeats a tag of its start, like Rust's `r#"…"#` and Lua's `[==[…]==]`. */
export interface TaggedString {
  /** Characters that can start one. */
  readonly signs: string;
  /** Sticky; its group is the tag. */
  readonly open: RegExp;
  /** The text before and after the tag at the end. */
  readonly close: readonly [before: string, after: string];
}

export interface StringForm {
  readonly open: string;
  readonly close: string;
  readonly isMultiLine: boolean;
  /** The character that escapes the next one; absent in raw strings. */
  readonly escape?: string;
  /** A doubled closing sign stands for one, as in SQL. */
  readonly isDoubled?: boolean;
  /** Opens an interpolation, which is code again and ends with `}`. */
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
