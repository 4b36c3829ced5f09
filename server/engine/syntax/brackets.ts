/**
 * A bracket scan that knows strings and comments: enough to tell what is open at the cursor and whether an
 * answer closes too much, with no parser. Callers bound the text they give; the cost is its length.
 */
import type { Language, StringForm } from "../languages/syntax.ts";

export type Closer = ")" | "]" | "}";

export interface Bracket {
  readonly close: Closer;
  /** Index in the scanned text; -1 for what was open before it. */
  readonly index: number;
}

/** What the scan is inside of. */
export type Inside =
  | { readonly kind: "code" }
  | { readonly kind: "lineComment" }
  | { readonly kind: "blockComment"; readonly close: string }
  | { readonly kind: "string"; readonly form: StringForm }
  | { readonly kind: "regExp"; readonly isInClass: boolean };

export interface BracketState {
  /** Open and not yet closed, outermost first. */
  readonly open: readonly Bracket[];
  readonly inside: Inside;
  /** Strings whose interpolation is being scanned, with the depth at which it began. */
  readonly interpolations: readonly Interpolation[];
}

export interface BracketScan extends BracketState {
  /** Closers that had no partner, in order. */
  readonly unmatched: readonly UnmatchedCloser[];
}

export interface UnmatchedCloser extends Bracket {
  /** A bracket of another kind was open there: this closer passes over it. */
  readonly isCrossing: boolean;
}

interface Interpolation {
  readonly form: StringForm;
  readonly depth: number;
}

const code: Inside = { kind: "code" };
export const atCode: BracketState = { open: [], inside: code, interpolations: [] };

/** The same place with no bracket open: for scanning what follows by itself. */
export function withoutOpen(state: BracketState): BracketState {
  const interpolations = state.interpolations.map(({ form }) => ({ form, depth: 0 }));
  return { open: [], inside: state.inside, interpolations };
}

/** True when text after either state reads the same, whatever is open. */
export function isSameInside(one: BracketState, two: BracketState): boolean {
  return insideKey(one.inside) === insideKey(two.inside);
}

/** Scans all of `text` from `initial`; a closer that does not fit the innermost opener is unmatched. */
export function scanBrackets(
  text: string,
  language: Language,
  initial: BracketState = atCode,
): BracketScan {
  const open: Bracket[] = initial.open.map(({ close }) => ({ close, index: -1 }));
  const unmatched: UnmatchedCloser[] = [];
  const interpolations = [...initial.interpolations];
  let { inside } = initial;
  let index = 0;
  while (index < text.length) {
    if (inside.kind !== "code") {
      const next = skipInside(text, index, inside);
      index = next.index;
      if (next.isInClass !== undefined) inside = { kind: "regExp", isInClass: next.isInClass };
      if (next.end === "interpolation" && inside.kind === "string") {
        interpolations.push({ form: inside.form, depth: open.length });
        inside = code;
      } else if (next.end === "closed") inside = code;
      continue;
    }
    const unit = text.charCodeAt(index);
    // Most characters are letters and blanks.
    if (unit >= 128 || language.isPlain[unit] === 1) {
      index++;
      continue;
    }
    const close = closerOf(unit);
    if (close !== undefined) open.push({ close, index });
    else if (unit === 41 || unit === 93 || unit === 125) {
      const interpolation = interpolations.at(-1);
      if (unit === 125 && interpolation !== undefined && interpolation.depth >= open.length) {
        interpolations.pop();
        inside = { kind: "string", form: interpolation.form };
      } else if (open.at(-1)?.close.charCodeAt(0) === unit) open.pop();
      else {
        const closer = String.fromCharCode(unit) as Closer;
        unmatched.push({ close: closer, index, isCrossing: open.length > 0 });
      }
    }
    const entered = enter(text, index, language);
    // `{-` and `[[`: the bracket just seen was none.
    if (entered !== undefined && close !== undefined) open.pop();
    inside = entered?.inside ?? inside;
    index += entered?.length ?? 1;
  }
  return { open, inside, interpolations, unmatched };
}

function closerOf(unit: number): Closer | undefined {
  return unit === 40 ? ")" : unit === 91 ? "]" : unit === 123 ? "}" : undefined;
}

function insideKey(inside: Inside): string {
  switch (inside.kind) {
    case "string":
      return `string ${inside.form.close}`;
    case "blockComment":
      return `blockComment ${inside.close}`;
    case "regExp":
      return `regExp ${inside.isInClass}`;
    case "code":
    case "lineComment":
      return inside.kind;
  }
}

interface Skipped {
  readonly index: number;
  readonly end: "closed" | "interpolation" | "text";
  /** Where a regular expression is not at its end yet. */
  readonly isInClass?: boolean;
}

/** Goes on inside a string or comment up to its end, an interpolation, or the text's end. */
function skipInside(
  text: string,
  from: number,
  inside: Exclude<Inside, { kind: "code" }>,
): Skipped {
  switch (inside.kind) {
    case "lineComment":
      return skipTo(text, from, "\n", 0);
    case "blockComment":
      return skipTo(text, from, inside.close, inside.close.length);
    case "regExp":
      return skipRegExp(text, from, inside.isInClass);
    case "string":
      return skipString(text, from, inside.form);
  }
}

function skipTo(text: string, from: number, close: string, closeLength: number): Skipped {
  const end = text.indexOf(close, from);
  return end < 0
    ? { index: text.length, end: "text" }
    : { index: end + closeLength, end: "closed" };
}

function skipString(text: string, from: number, form: StringForm): Skipped {
  const closeUnit = form.close.charCodeAt(0);
  const interpolationUnit = form.interpolation?.charCodeAt(0);
  for (let index = from; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 92 && form.hasEscapes) index++;
    else if (unit === closeUnit && text.startsWith(form.close, index)) {
      return { index: index + form.close.length, end: "closed" };
    } else if (unit === 10 && !form.isMultiLine) return { index, end: "closed" };
    else if (unit === interpolationUnit && text.startsWith(form.interpolation ?? "", index)) {
      return { index: index + (form.interpolation?.length ?? 0), end: "interpolation" };
    }
  }
  return { index: text.length, end: "text" };
}

function skipRegExp(text: string, from: number, wasInClass: boolean): Skipped {
  let isInClass = wasInClass;
  for (let index = from; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "\\") index++;
    else if (character === "\n") return { index, end: "closed" };
    else if (character === "[") isInClass = true;
    else if (character === "]") isInClass = false;
    else if (character === "/" && !isInClass) return { index: index + 1, end: "closed" };
  }
  return { index: text.length, end: "text", isInClass };
}

/** What begins at `index`, if a string, a comment or a regular expression does. */
function enter(
  text: string,
  index: number,
  language: Language,
): { inside: Inside; length: number } | undefined {
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
  const character = text.charAt(index);
  if (character === "'" && language.hasCharLiterals) {
    const literal = /^'(?:\\[^']{1,9}|[^\\'\n]{1,2})'/.exec(text.slice(index, index + 12));
    return literal === null ? undefined : { inside: code, length: literal[0].length };
  }
  if (character === "\\" && language.blocks === "lisp") return { inside: code, length: 2 };
  const atom = language.atoms?.find((each) => text.startsWith(each, index));
  if (atom !== undefined) return { inside: code, length: atom.length };
  if (character === "/" && language.hasRegExps && mayStartRegExp(text, index)) {
    return { inside: { kind: "regExp", isInClass: false }, length: 1 };
  }
  return undefined;
}

/** `#` inside a word or after `$` begins no comment: shell's `$#` and `a#b`. */
function startsComment(text: string, index: number, open: string): boolean {
  return open !== "#" || index === 0 || /[\s;,(){}[\]]/.test(text.charAt(index - 1));
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
