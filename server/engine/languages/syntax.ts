/**
 * What the engine knows of a language: how strings and comments are written, and how blocks are told.
 * Data only; `brackets.ts` reads it for scanning, `completion-mode.ts` and `postprocess/` for decisions.
 */
export interface Language {
  /** How a block is told from the line that opens it. */
  readonly blocks: "braces" | "indentation" | "keywords" | "tags" | "lisp" | "none";
  readonly lineComments: readonly string[];
  readonly blockComments: readonly (readonly [open: string, close: string])[];
  readonly strings: readonly StringForm[];
  /** `'` is not a string: Rust's lifetimes, Lisp's quote, Haskell's primes. A char literal is skipped. */
  readonly hasCharLiterals: boolean;
  /** `/…/` may be a regular expression. */
  readonly hasRegExps: boolean;
  /** Brackets that need no partner, as in a shell's `case` patterns: no decision rests on them. */
  readonly hasLoneBrackets: boolean;
  /** A blank after the opener says that a value follows on the line. */
  readonly hasValueAfterBlank: boolean;
  /** Prose: a line is a paragraph, nothing opens a block. */
  readonly isProse: boolean;
  /** Line ends that open a block, besides brackets. */
  readonly opener?: RegExp;
  /** Line starts that close or continue a block at the indentation of its opener. */
  readonly closer?: RegExp;
  /** Of those, the ones after which the block goes on: `else`, `rescue`. */
  readonly middle?: RegExp;
  /** Lines that stand at any indentation: preprocessor lines, labels. */
  readonly floating?: RegExp;
  /** Texts with brackets that are none, as Perl's variable `$]`. */
  readonly atoms?: readonly string[];
  /** 1 for each ASCII unit that is no bracket and starts no string, comment or the like. */
  readonly isPlain: Uint8Array;
}

type LanguageData = Omit<Language, "isPlain">;

export interface StringForm {
  readonly open: string;
  readonly close: string;
  readonly isMultiLine: boolean;
  /** Backslash escapes. */
  readonly hasEscapes: boolean;
  /** What opens an interpolation that is code again, closed by `}`. */
  readonly interpolation?: string;
}

const double: StringForm = { open: '"', close: '"', isMultiLine: false, hasEscapes: true };
const single: StringForm = { open: "'", close: "'", isMultiLine: false, hasEscapes: true };
const rawBacktick: StringForm = { open: "`", close: "`", isMultiLine: true, hasEscapes: false };
const template: StringForm = {
  open: "`",
  close: "`",
  isMultiLine: true,
  hasEscapes: true,
  interpolation: "${",
};
const tripleDouble: StringForm = { open: '"""', close: '"""', isMultiLine: true, hasEscapes: true };
const tripleSingle: StringForm = { open: "'''", close: "'''", isMultiLine: true, hasEscapes: true };
const multi = (form: StringForm): StringForm => ({ ...form, isMultiLine: true });

const cComments = { lineComments: ["//"], blockComments: [["/*", "*/"]] } as const;

const base: LanguageData = {
  blocks: "braces",
  ...cComments,
  strings: [double, single],
  hasCharLiterals: false,
  hasRegExps: false,
  hasLoneBrackets: false,
  hasValueAfterBlank: false,
  isProse: false,
};

const endBlocks = {
  blocks: "keywords",
  closer: /^(?:end|else|elsif|elseif|elif|rescue|ensure|when|in|until|fi|done|esac)\b/,
  middle: /^(?:else|elsif|elseif|elif|rescue|ensure|when|in)\b/,
} as const;

const script: LanguageData = { ...base, strings: [double, single, template], hasRegExps: true };
const markup: LanguageData = {
  ...base,
  blocks: "tags",
  lineComments: [],
  blockComments: [["<!--", "-->"]],
  strings: [],
  opener:
    /<(?!\/|!|(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[\w.:-]+(?:"[^"]*"|'[^']*'|[^<>"'])*(?<!\/)>$/i,
  closer: /^<\//,
};
const configuration: LanguageData = {
  ...base,
  blocks: "indentation",
  lineComments: ["#"],
  blockComments: [],
  opener: /:\s*(?:[|>][+-]?)?$/,
};
const lisp: LanguageData = {
  ...base,
  opener:
    /^\s*\((?:def\S*|let\S*|lambda|fn|if\S*|when\S*|unless|cond|case|do\S*|progn|begin|while|loop|with-\S*|save-\S*|condition-case|unwind-protect)(?:\s.*)?$/,
  blocks: "lisp",
  lineComments: [";"],
  blockComments: [["#|", "|#"]],
  strings: [multi(double)],
  hasCharLiterals: true,
};
const prose: LanguageData = {
  ...base,
  blocks: "none",
  lineComments: [],
  blockComments: [],
  strings: [],
  hasLoneBrackets: true,
  isProse: true,
};
const c: LanguageData = { ...base, floating: /^(?:#|\w+:$|(?:public|private|protected)\b.*:$)/ };
const css: LanguageData = { ...base, lineComments: [] };

const python: LanguageData = {
  ...base,
  blocks: "indentation",
  lineComments: ["#"],
  blockComments: [],
  strings: [tripleDouble, tripleSingle, double, single],
  opener: /:\s*$/,
};
const ruby: LanguageData = {
  ...base,
  ...endBlocks,
  lineComments: ["#"],
  blockComments: [["=begin", "=end"]],
  strings: [{ ...multi(double), interpolation: "#{" }, multi(single)],
  opener:
    /(?:^\s*(?:def|class|module|if|unless|while|until|for|begin|case|else|elsif|when|rescue|ensure)\b(?!.*\bend\s*$).*|\bdo(?:\s*\|[^|]*\|)?\s*)$/,
};
const lua: LanguageData = {
  ...base,
  ...endBlocks,
  lineComments: ["--"],
  blockComments: [["--[[", "]]"]],
  strings: [double, single, { ...rawBacktick, open: "[[", close: "]]" }],
  opener: /(?:\b(?:then|do|else|repeat)\s*|\bfunction\b[^()]*\([^()]*\)\s*)$/,
};
const shell: LanguageData = {
  ...base,
  ...endBlocks,
  lineComments: ["#"],
  blockComments: [],
  strings: [multi(double), { ...multi(single), hasEscapes: false }],
  hasLoneBrackets: true,
  opener: /(?:\b(?:then|do|else)\s*|\bcase\b.*\bin\s*)$/,
};
const haskell: LanguageData = {
  ...base,
  blocks: "indentation",
  lineComments: ["--"],
  blockComments: [["{-", "-}"]],
  strings: [double],
  hasCharLiterals: true,
  opener: /(?:\b(?:where|do|of|let)|=|->)\s*$/,
};
const sql: LanguageData = {
  ...base,
  blocks: "keywords",
  lineComments: ["--"],
  blockComments: [["/*", "*/"]],
  strings: [multi({ ...single, hasEscapes: false }), double],
  opener: /\b(?:begin|then|else|loop)\s*$/i,
  closer: /^(?:end|else|elsif)\b/i,
  middle: /^(?:else|elsif)\b/i,
};

const languages: Readonly<Record<string, LanguageData>> = {
  bash: shell,
  c,
  clojure: lisp,
  cpp: c,
  csharp: base,
  css,
  dart: { ...base, strings: [tripleDouble, tripleSingle, double, single] },
  elixir: { ...ruby, blockComments: [], strings: [tripleDouble, double, single] },
  "emacs-lisp": lisp,
  go: { ...base, strings: [double, single, rawBacktick] },
  haskell,
  html: markup,
  java: { ...base, strings: [tripleDouble, double, single] },
  javascript: script,
  javascriptreact: script,
  json: { ...base, strings: [double] },
  jsonc: { ...base, strings: [double] },
  kotlin: { ...base, strings: [tripleDouble, double, single] },
  latex: prose,
  less: { ...css, lineComments: ["//"] },
  lisp,
  lua,
  makefile: { ...shell, blocks: "indentation", opener: /:(?!=)[^=]*$/ },
  markdown: prose,
  "objective-c": c,
  perl: { ...base, lineComments: ["#"], blockComments: [], atoms: ["$]", "$[", "$)", "$("] },
  php: { ...base, lineComments: ["//", "#"], strings: [multi(double), multi(single)] },
  plaintext: prose,
  powershell: { ...base, lineComments: ["#"], blockComments: [["<#", "#>"]] },
  python,
  r: { ...base, lineComments: ["#"], blockComments: [] },
  restructuredtext: prose,
  ruby,
  rust: { ...base, strings: [multi(double)], hasCharLiterals: true },
  scala: { ...base, strings: [tripleDouble, double, single] },
  scheme: lisp,
  scss: { ...css, lineComments: ["//"] },
  shellscript: shell,
  sql,
  svelte: markup,
  swift: { ...base, strings: [tripleDouble, double] },
  toml: { ...configuration, blocks: "none", strings: [tripleDouble, tripleSingle, double, single] },
  typescript: script,
  typescriptreact: script,
  vue: markup,
  xml: markup,
  yaml: {
    ...configuration,
    hasValueAfterBlank: true,
    strings: [double, { ...single, hasEscapes: false }],
  },
};

/** Ids that mean a language of the table. */
const aliases: Readonly<Record<string, string>> = {
  "c++": "cpp",
  "common-lisp": "lisp",
  commonlisp: "lisp",
  dockerfile: "shellscript",
  elisp: "emacs-lisp",
  jsx: "javascriptreact",
  make: "makefile",
  objc: "objective-c",
  racket: "scheme",
  rst: "restructuredtext",
  sh: "shellscript",
  text: "plaintext",
  tex: "latex",
  tsx: "typescriptreact",
  yml: "yaml",
  zsh: "shellscript",
};

const compiled = new Map(Object.entries(languages).map(([id, data]) => [id, compile(data)]));
const unknown = compile(base);

/** The language of an LSP language id; a brace language with C's comments where it is not known. */
export function languageOf(languageId: string): Language {
  const id = languageId.toLowerCase();
  return compiled.get(aliases[id] ?? id) ?? unknown;
}

function compile(data: LanguageData): Language {
  const openers = [
    ...data.lineComments,
    ...data.blockComments.map(([open]) => open),
    ...data.strings.map(({ open }) => open),
    ...(data.hasCharLiterals ? ["'"] : []),
    ...(data.hasRegExps ? ["/"] : []),
    ...(data.atoms ?? []),
    ...(data.blocks === "lisp" ? ["\\"] : []),
  ];
  const isPlain = new Uint8Array(128).fill(1);
  for (const text of ["(", ")", "[", "]", "{", "}", ...openers]) isPlain[text.charCodeAt(0)] = 0;
  return { ...data, isPlain };
}
