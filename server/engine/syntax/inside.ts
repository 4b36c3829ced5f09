/** Finds the start and end of strings, comments, here-documents and regular expressions. */
import type { Language, StringForm } from "../languages/language.ts";

/** What the scan is inside. */
export type Inside =
  | { readonly kind: "code" }
  | { readonly kind: "lineComment" }
  | { readonly kind: "blockComment"; readonly close: string }
  | { readonly kind: "string"; readonly form: StringForm }
  /** Ends with a line that starts with `word`. */
  | { readonly kind: "hereDocument"; readonly word: string }
  | { readonly kind: "regExp"; readonly isInClass: boolean };

export const code: Inside = { kind: "code" };

/** Equal for two places if the text after them reads the same. */
export function insideKey(inside: Inside): string {
  switch (inside.kind) {
    case "string":
      return `string ${inside.form.close}`;
    case "hereDocument":
      return `hereDocument ${inside.word}`;
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
  /** The regular expression has not ended yet. */
  readonly isInClass?: boolean;
}

/** Continues inside a string or comment up to its end, an interpolation, or the end of the text. */
export function skipInside(
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
    case "hereDocument":
      return skipHereDocument(text, from, inside.word);
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
  const escapeUnit = form.escape?.charCodeAt(0);
  const interpolationUnit = form.interpolation?.charCodeAt(0);
  for (let index = from; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === escapeUnit) index++;
    else if (unit === closeUnit && text.startsWith(form.close, index)) {
      if (form.isDoubled === true && text.startsWith(form.close, index + form.close.length)) {
        index += form.close.length;
        continue;
      }
      return { index: index + form.close.length, end: "closed" };
    } else if (unit === 10 && !form.isMultiLine) return { index, end: "closed" };
    else if (unit === interpolationUnit && text.startsWith(form.interpolation ?? "", index)) {
      return { index: index + (form.interpolation?.length ?? 0), end: "interpolation" };
    }
  }
  return { index: text.length, end: "text" };
}

function skipHereDocument(text: string, from: number, word: string): Skipped {
  for (let start = from; start < text.length; start = lineAfter(text, start)) {
    const line = text.slice(start, lineAfter(text, start));
    const lead = line.trimStart();
    if (lead.startsWith(word) && !/^\w/.test(lead.slice(word.length))) {
      return { index: start + line.length - lead.length + word.length, end: "closed" };
    }
  }
  return { index: text.length, end: "text" };
}

function lineAfter(text: string, index: number): number {
  const end = text.indexOf("\n", index);
  return end < 0 ? text.length : end + 1;
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

interface Entered {
  readonly inside: Inside;
  readonly length: number;
  readonly hereDocument?: string;
}

/** The string, comment, here-document or regular expression that begins at `index`, if there is one. */
export function enter(text: string, index: number, language: Language): Entered | undefined {
  for (const [open, close] of language.blockComments) {
    if (text.startsWith(open, index)) {
      return { inside: { kind: "blockComment", close }, length: open.length };
    }
  }
  for (const open of language.lineComments) {
    if (text.startsWith(open, index) && startsComment(text, index, open, language)) {
      return { inside: { kind: "lineComment" }, length: open.length };
    }
  }
  const tagged = enterTagged(text, index, language);
  if (tagged !== undefined) return tagged;
  for (const form of language.strings) {
    if (text.startsWith(form.open, index)) {
      return { inside: { kind: "string", form }, length: form.open.length };
    }
  }
  const character = text.charAt(index);
  if (character === "<" && language.hereDocument !== undefined) {
    const match = matchAt(language.hereDocument, text, index);
    const word = match?.slice(1).find((group) => group !== undefined);
    if (match !== null && word !== undefined) {
      return { inside: code, length: match[0].length, hereDocument: word };
    }
  }
  if (character === "'" && language.hasCharLiterals === true) {
    const literal = /^'(?:\\[^']{1,9}|[^\\'\n]{1,2})'/.exec(text.slice(index, index + 12));
    return literal === null ? undefined : { inside: code, length: literal[0].length };
  }
  if (character === "\\" && language.blocks === "parentheses") return { inside: code, length: 2 };
  const atom = language.atoms?.find((each) => text.startsWith(each, index));
  if (atom !== undefined) return { inside: code, length: atom.length };
  if (character === "/" && language.hasRegExps === true && mayStartRegExp(text, index)) {
    return { inside: { kind: "regExp", isInClass: false }, length: 1 };
  }
  return undefined;
}

/** A string whose end depends on its start. */
function enterTagged(text: string, index: number, { taggedString }: Language): Entered | undefined {
  if (taggedString?.signs.includes(text.charAt(index)) !== true) return undefined;
  const match = matchAt(taggedString.open, text, index);
  if (match === null) return undefined;
  const [open, tag = ""] = match;
  const close = taggedString.close.join(tag);
  const form: StringForm = { open, close, isMultiLine: true };
  return { inside: { kind: "string", form }, length: open.length };
}

function matchAt(sticky: RegExp, text: string, index: number): RegExpExecArray | null {
  sticky.lastIndex = index;
  return sticky.exec(text);
}

/** `#` inside a word or after `$` does not begin a comment: the shell's `$#` and `a#b`. Nor does TeX's `\%`. */
function startsComment(text: string, index: number, open: string, language: Language): boolean {
  if (language.startComments.includes(open)) {
    return text.slice(text.lastIndexOf("\n", index - 1) + 1, index).trim() === "";
  }
  if (open === "%") return text.charAt(index - 1) !== "\\";
  return open !== "#" || index === 0 || /[\s;,(){}[\]]/.test(text.charAt(index - 1));
}

/** After an operand a slash means division; elsewhere it starts a regular expression. */
function mayStartRegExp(text: string, index: number): boolean {
  let before = index - 1;
  while (before >= 0 && /[ \t]/.test(text.charAt(before))) before--;
  if (before < 0) return true;
  const character = text.charAt(before);
  if (/[\w$)\]}"'`]/.test(character)) {
    const word = /[A-Za-z]+$/.exec(text.slice(Math.max(0, before - 10), before + 1))?.[0];
    return word === "return" || word === "typeof" || word === "case" || word === "in";
  }
  // `</` and `/>` of markup inside a script are not regular expressions.
  return character !== "<" && text.charAt(index + 1) !== ">";
}
