/** String forms, comment signs and block styles shared by several languages of the table. */
import type { CommentSigns, LanguageRules, StringForm } from "./language.ts";

export const double: StringForm = { open: '"', close: '"', isMultiLine: false, escape: "\\" };
export const single: StringForm = { open: "'", close: "'", isMultiLine: false, escape: "\\" };
/** Backslashes are plain text; a doubled quote stands for one quote. */
export const doubledDouble: StringForm = {
  open: '"',
  close: '"',
  isMultiLine: false,
  isDoubled: true,
};
export const doubledSingle: StringForm = { ...doubledDouble, open: "'", close: "'" };
export const tripleDouble: StringForm = {
  open: '"""',
  close: '"""',
  isMultiLine: true,
  escape: "\\",
};
export const tripleSingle: StringForm = { ...tripleDouble, open: "'''", close: "'''" };
export const rawBacktick: StringForm = { open: "`", close: "`", isMultiLine: true };
export const template: StringForm = { ...rawBacktick, escape: "\\", interpolation: "${" };

export function multi(form: StringForm): StringForm {
  return { ...form, isMultiLine: true };
}

/** Nothing is escaped. */
export function raw(open: string, close: string): StringForm {
  return { open, close, isMultiLine: true };
}

export function interpolated(form: StringForm, interpolation = "${"): StringForm {
  return { ...form, interpolation };
}

export const slashComments: CommentSigns = {
  lineComments: ["//"],
  blockComments: [["/*", "*/"]],
};
export const hashComments: CommentSigns = { lineComments: ["#"], blockComments: [] };
export const dashComments: CommentSigns = { lineComments: ["--"], blockComments: [] };
export const semicolonComments: CommentSigns = { lineComments: [";"], blockComments: [] };
export const percentComments: CommentSigns = { lineComments: ["%"], blockComments: [] };
export const markupComments: CommentSigns = {
  lineComments: [],
  blockComments: [["<!--", "-->"]],
};
/** For a language that has none. */
export const noComments: CommentSigns = { lineComments: [], blockComments: [] };

/** Braces and C comments. Unknown languages use this too. */
export const braces = {
  blocks: "braces",
  ...slashComments,
  strings: [double, single],
} as const satisfies LanguageRules;

/** `end` closes a block, as in Ruby and Lua; shells add their own words. */
export const endBlocks = {
  blocks: "keywords",
  closer: /^(?:end|else|elsif|elseif|elif|rescue|ensure|when|in|until|fi|done|esac)\b/,
  middle: /^(?:else|elsif|elseif|elif|rescue|ensure|when|in)\b/,
} as const satisfies Partial<LanguageRules>;

export const script: LanguageRules = {
  ...braces,
  strings: [double, single, template],
  hasRegExps: true,
  wordCharacters: "$",
};

export const markup: LanguageRules = {
  blocks: "tags",
  ...markupComments,
  strings: [],
  angles: "tags",
  wordCharacters: "-",
  usualLevel: 2,
  opener:
    /<(?!\/|!|(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)[\w.:-]+(?:"[^"]*"|'[^']*'|[^<>"'])*(?<!\/)>$/i,
  closer: /^(?:<\/|\{\/|\{%-?\s*end)/,
};

export const python: LanguageRules = {
  blocks: "indentation",
  ...hashComments,
  strings: [tripleDouble, tripleSingle, double, single],
  opener: /:\s*$/,
};

export const shell: LanguageRules = {
  ...endBlocks,
  ...hashComments,
  strings: [multi(double), raw("'", "'"), multi({ ...single, open: "$'" })],
  hereDocument: /(?<!<)<<(?!<)-?[ \t]*(?:"([^"\n]+)"|'([^'\n]+)'|\\?([A-Za-z_]\w*)\b(?!\s*\)\)))/y,
  hasLoneBrackets: true,
  hasBareValues: true,
  wordCharacters: "$",
  opener: /(?:\b(?:then|do|else)\s*|\bcase\b.*\bin\s*)$/,
};

/** One value per line, by name. */
export const keyValues: LanguageRules = {
  blocks: "none",
  ...hashComments,
  strings: [double, single],
  hasBareValues: true,
};

export const prose: LanguageRules = {
  blocks: "none",
  ...noComments,
  strings: [],
  hasLoneBrackets: true,
  isProse: true,
};
