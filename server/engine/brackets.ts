/**
 * A bracket scan that knows strings and comments: enough to tell what is open at the cursor and whether an
 * answer closes too much, with no parser. Callers bound the text they give; the cost is its length.
 */
import type { Language, StringForm } from "./languages.ts";

export interface OpenBracket {
  readonly close: ")" | "]" | "}";
  /** Index in the scanned text; negative for what was open before it. */
  readonly index: number;
}

/** What the scan was inside of at some index. */
export type Inside =
  | { readonly kind: "code" }
  | { readonly kind: "lineComment" }
  | { readonly kind: "blockComment"; readonly close: string }
  | { readonly kind: "string"; readonly form: StringForm }
  | { readonly kind: "regExp" };

export interface BracketState {
  /** Open and not yet closed, outermost first. */
  readonly open: readonly OpenBracket[];
  readonly inside: Inside;
  /** Strings whose interpolation is being scanned, with the depth at which it began. */
  readonly interpolations: readonly { readonly form: StringForm; readonly depth: number }[];
}

export interface BracketScan extends BracketState {
  /** Closers that had no partner in the scanned text or in the initial state, in order. */
  readonly unmatched: readonly { readonly close: ")" | "]" | "}"; readonly index: number }[];
}

export const atCode: BracketState = { open: [], inside: { kind: "code" }, interpolations: [] };

const closers: Readonly<Record<string, ")" | "]" | "}">> = { "(": ")", "[": "]", "{": "}" };
const code: Inside = { kind: "code" };

/** Scans all of `text` from `initial`; a closer that does not fit the innermost opener is unmatched. */
export function scanBrackets(
  text: string,
  language: Language,
  initial: BracketState = atCode,
): BracketScan {
  const open = initial.open.map((bracket) => ({ ...bracket, index: Math.min(-1, bracket.index) }));
  const unmatched: { close: ")" | "]" | "}"; index: number }[] = [];
  const interpolations = [...initial.interpolations];
  let inside = initial.inside;
  let index = 0;
  while (index < text.length) {
    if (inside.kind !== "code") {
      const next = skipInside(text, index, inside);
      index = next.index;
      if (next.isInterpolation && inside.kind === "string") {
        interpolations.push({ form: inside.form, depth: open.length });
        inside = code;
      } else if (next.isClosed) inside = code;
      continue;
    }
    const entered = enter(text, index, language);
    if (entered !== undefined) {
      inside = entered.inside;
      index += entered.length;
      continue;
    }
    const character = text.charAt(index);
    const close = closers[character];
    if (close !== undefined) open.push({ close, index });
    else if (character === ")" || character === "]" || character === "}") {
      const interpolation = interpolations.at(-1);
      if (character === "}" && interpolation !== undefined && interpolation.depth >= open.length) {
        interpolations.pop();
        inside = { kind: "string", form: interpolation.form };
      } else if (open.at(-1)?.close === character) open.pop();
      else unmatched.push({ close: character, index });
    }
    index++;
  }
  return { open, inside, interpolations, unmatched };
}

interface Skipped {
  readonly index: number;
  readonly isClosed: boolean;
  readonly isInterpolation?: boolean;
}

/** Goes on inside a string or comment up to its end, an interpolation, or the text's end. */
function skipInside(
  text: string,
  from: number,
  inside: Exclude<Inside, { kind: "code" }>,
): Skipped {
  switch (inside.kind) {
    case "lineComment": {
      const end = text.indexOf("\n", from);
      return end < 0 ? { index: text.length, isClosed: false } : { index: end, isClosed: true };
    }
    case "blockComment": {
      const end = text.indexOf(inside.close, from);
      return end < 0
        ? { index: text.length, isClosed: false }
        : { index: end + inside.close.length, isClosed: true };
    }
    case "regExp":
      return skipRegExp(text, from);
    case "string":
      return skipString(text, from, inside.form);
  }
}

function skipString(text: string, from: number, form: StringForm): Skipped {
  for (let index = from; index < text.length; index++) {
    const character = text.charAt(index);
    if (form.hasEscapes && character === "\\") index++;
    else if (text.startsWith(form.close, index)) {
      return { index: index + form.close.length, isClosed: true };
    } else if (!form.isMultiLine && character === "\n") return { index, isClosed: true };
    else if (form.interpolation !== undefined && text.startsWith(form.interpolation, index)) {
      return { index: index + form.interpolation.length, isClosed: false, isInterpolation: true };
    }
  }
  return { index: text.length, isClosed: false };
}

function skipRegExp(text: string, from: number): Skipped {
  let isInClass = false;
  for (let index = from; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "\\") index++;
    else if (character === "\n") return { index, isClosed: true };
    else if (character === "[") isInClass = true;
    else if (character === "]") isInClass = false;
    else if (character === "/" && !isInClass) return { index: index + 1, isClosed: true };
  }
  return { index: text.length, isClosed: false };
}

/** What begins at `index`, if a string, a comment or a regular expression does. */
function enter(
  text: string,
  index: number,
  language: Language,
): { inside: Inside; length: number } | undefined {
  const character = text.charAt(index);
  // Most characters begin nothing: letters, digits and blanks leave at once.
  if (/[\w\s()]/.test(character)) {
    if (character !== "=") return undefined;
  }
  for (const [open, close] of language.blockComments) {
    if (text.startsWith(open, index)) {
      return { inside: { kind: "blockComment", close }, length: open.length };
    }
  }
  for (const open of language.lineComments) {
    if (text.startsWith(open, index) && startsComment(text, index, open)) {
      return { inside: { kind: "lineComment" }, length: open.length };
    }
  }
  for (const form of language.strings) {
    if (text.startsWith(form.open, index)) {
      return { inside: { kind: "string", form }, length: form.open.length };
    }
  }
  if (character === "'" && language.hasCharLiterals) {
    const literal = /^'(?:\\.[^']{0,8}|[^\\'\n]{1,2})'/.exec(text.slice(index, index + 12));
    return literal === null ? undefined : { inside: code, length: literal[0].length };
  }
  if (character === "/" && language.hasRegExps && mayStartRegExp(text, index)) {
    return { inside: { kind: "regExp" }, length: 1 };
  }
  return undefined;
}

/** `#` inside a word or after `$` begins no comment: shell's `$#`, `a#b`, CSS-like ids. */
function startsComment(text: string, index: number, open: string): boolean {
  return open !== "#" || index === 0 || /[\s;({[]/.test(text.charAt(index - 1));
}

/** After an operand a slash divides, elsewhere it starts a regular expression. */
function mayStartRegExp(text: string, index: number): boolean {
  let before = index - 1;
  while (before >= 0 && /[ \t]/.test(text.charAt(before))) before--;
  if (before < 0) return true;
  const character = text.charAt(before);
  if (/[\w$)\]}"'`]/.test(character)) {
    const word = /[A-Za-z]+$/.exec(text.slice(Math.max(0, before - 10), before + 1))?.[0];
    return word === "return" || word === "typeof" || word === "case" || word === "in";
  }
  // `</` and `/>` of markup inside a script are no expressions.
  return character !== "<" && text.charAt(index + 1) !== ">";
}
