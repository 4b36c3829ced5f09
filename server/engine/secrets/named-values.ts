/** The values beside names of secrets, in the forms of programs, shells, data files, markup and comments. */
import { wordShare } from "./randomness.ts";
import { secretName, type SecretName } from "./secret-names.ts";
import type { SecretRange } from "./secret-range.ts";
import { isPassword, isPlaceholder, isSecretValue } from "./secret-values.ts";

/** Where a name may stand: found first because it is rare, then widened to the whole identifier. */
const hint =
  /pass|pwd|pswd|secret|token|key|cred|authori|auth|bearer|jwt|salt|sess|cookie|\bsid\b|psk|hmac|mdp\b|mot_?de|contrase|clave|kennwort|senha|wachtwoord|has[lł]o|heslo|l[oö]senord|jeton|schl[uü]ss?el|geheim|парол|密|パスワード|비밀번호|otp|seed|dsn/gi;

const nameCharacter = /[\w$.\-\u00C0-\u024F\u0400-\u04FF\u3040-\u30FF\u4E00-\u9FFF\uAC00-\uD7AF]/;
const maxSide = 48;

/** A type behind the name: `: &'static str`, `: string | undefined`, ` string`, `[]`. */
const type = String.raw`(?:[ \t]{0,2}(?:\[\d{0,5}\]|:[ \t]{0,4}&?(?:'\w{1,12}[ \t]{1,2})?[A-Za-z][\w.<>[\]|?*& ]{0,40}?|[a-z][\w.]{0,20}(?=[ \t]*=)))?`;
const separator = String.raw`(?:=>|:=|\|\|=?|\?\?=?|\?=|={1,3}|!==?|::?|,|\(|->|<-|(?:(?<=\s)|(?=[ \t]))(?:by|to|is|as)(?=[ \t]))`;

/** Up to the opening quote: `name = "`, `"name": "`, `\"name\":\"`, `name: &str = "`, `name("`, `NAME "`. */
const quotedOpening = new RegExp(
  String.raw`(?:\\{0,3}["'\x60]|\])?\]?\)?${type}[ \t]{0,12}(?:${separator}[ \t]{0,12}(?:\r?\n[ \t]{0,40})?)?(?:[bfrulBFRUL@$&]{1,2}|String(?:::from|\.valueOf)?\(|\w{1,20}\.(?:env|get|getenv)[\w."'()[\]]{0,60}[ \t]*(?:\|\||\?\?)[ \t]*)?(\\{0,3})("""\r?\n?|\x27\x27\x27\r?\n?|["'\x60])`,
  "iy",
);

/** `NAME=value`, `name: value`, up to a blank where `=` stands without blanks, else to the end of the line. */
const bareOpening = /["']?[ \t]{0,12}(?::=|[:=])[ \t]{0,12}/y;
const bareToBlank = /[^\s"'`;&|<>]{1,2000}/y;
const bareToEnd = /[^\s"'#;{[|>&*][^\r\n"'#]{0,2000}?(?=[ \t]{0,12}(?:[\r\n]|[ \t]#|$))/y;
/** `name: |` with the value on the lines below, indented. */
const blockOpening =
  /["']?[ \t]{0,8}[:=][ \t]{0,8}[|>][-+\d]{0,2}[ \t]{0,8}\r?\n([ \t]{1,40})(?=\S)/y;

/** `key="name" value="…"`; `name: NAME` with `value: …` on the next line; a variable's default. */
const valueBeside =
  /["'`]?\}?[,\s]{0,40}(?:\{\s{0,40})?["']?(?:value|default)["']?[ \t]{0,4}[:=][ \t]{0,4}(["'`]?)/iy;
/** `<name>`, `<key>name</key><string>`, `<entry key="name">` */
const elementValue = /["']?>(?:<\/\w{1,10}>\s{0,40}<\w{1,10}>)?([^<>\s]{4,2000})<\//dy;

/** A part of a URL's query or of a connection string, behind what begins one. */
const partValue = /=([^\s;&#"'`()[\]<>\\]{4,400})(?=[\s;&#"'`()[\]<>\\]|$)/dy;
const partStart = /([;?&"'`])[ \t]?[\w-]{0,30}$/;

/** `Authorization: Basic …`, `X-Api-Key: …`: whatever stands there. */
const headerValue =
  /["'`\]]{0,2}[ \t]{0,4}[:=,][ \t]{0,4}["'`]?(?:bearer|basic|token|apikey|api-key|digest)[ \t]{1,4}([^\s"'`<>$%{}()\\]{6,2000})/diy;
const headerLine = /:[ \t]{1,2}([^\s"'`<>$%{}()\\]{8,2000})(?=["'])/dy;

/** `--password value`, `-Password value`, `password value` of a netrc, `ENV NAME value`, `setx NAME value`. */
const argument = /[ \t]{1,4}(?!-)([^\s"'`$<>|;&(){}]{4,400})(?=[\s"'`;&|]|$)/dy;
const argumentStart =
  /(?:[\s"'[]--?|^[ \t]{0,40}(?:ENV|ARG|setx|set -\w+|config:set)[ \t]{1,4}|\blogin[ \t]+\S{1,60}[ \t]+)$/;

/** What may stand left of a name on a line that is a comment. */
const commentStart = /^[ \t]{0,80}(?:\/\/|\/\*|#|--|;|\*|<!--|%|rem\b)[^"'`]{0,80}$/i;
const configStart = /(?:^|[\s"'`{,([-]|-e)[\w. \t-]{0,24}$/;

export function namedRanges(text: string, hasBare: boolean): SecretRange[] {
  const found: SecretRange[] = [];
  let quotedEnd = 0;
  let done = 0;
  for (const { 0: hit, index } of text.matchAll(hint)) {
    if (index < done) continue;
    const name = nameAround(text, index, index + hit.length);
    done = name.end;
    const said = secretName(text.slice(name.start, name.end));
    // A name behind a slash is a place, behind a hash or a dot a selector or a part of code.
    if (said === undefined || /[/\\#~]/.test(text[name.start - 1] ?? "")) continue;
    const before = text.slice(Math.max(0, name.start - 160), name.start);
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const at = { text, said, end: name.end, line, hasBare };
    // In a list of names each is no value of the one before.
    if (name.start >= quotedEnd) {
      const quoted = quotedValue(at);
      quotedEnd = quoted?.next ?? quotedEnd;
      if (quoted?.secret !== undefined) found.push(quoted.secret);
    }
    for (const range of otherValues(at)) if (range !== undefined) found.push(range);
  }
  return found;
}

interface NamePlace {
  readonly text: string;
  readonly said: SecretName;
  /** Where the name ends. */
  readonly end: number;
  /** Of the name's line what stands left of it. */
  readonly line: string;
  readonly hasBare: boolean;
}

function nameAround(text: string, from: number, to: number): SecretRange {
  let start = from;
  let end = to;
  while (start > 0 && from - start < maxSide && nameCharacter.test(text[start - 1] ?? ""))
    start -= 1;
  while (end < text.length && end - to < maxSide && nameCharacter.test(text[end] ?? "")) end += 1;
  // A dot or hyphen at its end belongs to what follows.
  while (end > to && /[.\-$]/.test(text[end - 1] ?? "")) end -= 1;
  return { start, end };
}

function quotedValue({ text, said, end }: NamePlace) {
  quotedOpening.lastIndex = end;
  const opening = quotedOpening.exec(text);
  if (opening === null) return undefined;
  const [whole, escape = "", quote = ""] = opening;
  const before = whole.slice(0, whole.length - quote.length);
  const hasSeparator = /[=:,(|?]|->|<-|\b(?:by|to|is|as)\b/i.test(before);
  // The quote behind a name closes it.
  if (!hasSeparator && !/\s/.test(before)) return undefined;
  const start = end + whole.length;
  const close = valueEnd(text, start, quote[0] ?? "", escape.length, quote.length >= 3);
  const value = text.slice(start, close).trim();
  if (isListed.test(whole) && !isArgument(text, end)) return { next: close, secret: undefined };
  const isSecret = !hasSeparator
    ? isSecretValue(value, { ...said, isOfSystem: false }) && isMade(value)
    : isSecretValue(value, said);
  return { next: close, secret: isSecret ? { start, end: close } : undefined };
}

/** `'name', '`: in a list the next text is no value; as arguments of a call they are name and value. */
const isListed = /,\s*\\*["'`]$/;

function isArgument(text: string, end: number): boolean {
  return /[\w$]\(\s*["'`][\w.$-]*$/.test(text.slice(Math.max(0, end - 60), end));
}

/** Without a sign between name and value only what no word is made like is believed. */
function isMade(value: string): boolean {
  return value.length >= 8 && /\d/.test(value) && wordShare(value) < 0.6;
}

const maxValue = 4000;

/** Index of the closing quote, of the line's end where none comes, or of the text's. */
function valueEnd(
  text: string,
  start: number,
  quote: string,
  escapes: number,
  isLong: boolean,
): number {
  const limit = Math.min(text.length, start + maxValue);
  for (let index = start; index < limit; index++) {
    const character = text[index];
    if (character === quote) return index - (escapes > 0 && text[index - 1] === "\\" ? 1 : 0);
    if (character === "\\" && escapes === 0) index += 1;
    else if (!isLong && (character === "\n" || character === "\r")) return index;
  }
  return limit;
}

function otherValues(at: NamePlace): readonly (SecretRange | undefined)[] {
  const { text, said, end, line } = at;
  const isSecret = (value: string): boolean => isSecretValue(value, said);
  const beside = sticky(valueBeside, text, end);
  return [
    bareValue(at),
    blockValue(at),
    beside && quotedFrom(text, beside.lastIndex, beside[1] ?? "", isSecret),
    group(elementValue, text, end, isSecret),
    group(headerValue, text, end, isCredential),
    /["'](?:-H[ \t]*)?[\w -]{0,40}$/.test(line)
      ? group(headerLine, text, end, isSecret)
      : undefined,
    partOf(at),
    argumentStart.test(line)
      ? group(
          argument,
          text,
          end,
          (value) =>
            isSecretValue(value, { ...said, isOfSystem: false }) ||
            (said.isOfSystem && isSecret(value)),
        )
      : undefined,
  ];
}

function isCredential(value: string): boolean {
  const isSpokenOf = /^(?:auth\w*|realm=.*|credentials?|access[_-]?token)$/i.test(value);
  return !isSpokenOf && !isPlaceholder(value);
}

/** Outside of a string code without blanks looks like a part of a URL: there a plain word is a name. */
function isCode(value: string): boolean {
  return /^[A-Za-z_$.:]+$/.test(value);
}

function bareValue({ text, said, end, line, hasBare }: NamePlace): SecretRange | undefined {
  const isComment = commentStart.test(line);
  if (!hasBare && !isComment) return undefined;
  if (!isComment && !configStart.test(line)) return undefined;
  const opening = sticky(bareOpening, text, end);
  if (opening === undefined) return undefined;
  const start = opening.lastIndex;
  const isTight = opening[0] === "=" || isComment;
  const match = sticky(isTight ? bareToBlank : bareToEnd, text, start);
  if (match === undefined) return undefined;
  const value = match[0];
  // A configuration's password is believed, a comment's has to look like one.
  const isBelieved = said.isOfSystem || (!isComment && /^[A-Z][A-Z0-9_]*$/.test(nameOf(text, end)));
  const isSecret =
    isSecretValue(value, { ...said, isOfSystem: isBelieved }) && !/^[\w.]+\(/.test(value);
  return isSecret ? { start, end: start + value.length } : undefined;
}

function nameOf(text: string, end: number): string {
  return /[\w-]{1,60}$/.exec(text.slice(Math.max(0, end - 60), end))?.[0] ?? "";
}

/** All lines of a block scalar count as one value. */
function blockValue({ text, said, end, hasBare }: NamePlace): SecretRange | undefined {
  const opening = hasBare ? sticky(blockOpening, text, end) : undefined;
  if (opening === undefined) return undefined;
  const start = opening.lastIndex;
  const stop = text.indexOf("\n", start);
  const lineEnd = stop < 0 ? text.length : stop;
  return isSecretValue(text.slice(start, lineEnd).trim(), said)
    ? { start, end: lineEnd }
    : undefined;
}

function partOf({ text, said, end, line }: NamePlace): SecretRange | undefined {
  const [, mark] = partStart.exec(line.slice(-32) + nameOf(text, end)) ?? [];
  // The token of a badge is made to be public.
  if (mark === undefined || /badge|\.svg\?/.test(line)) return undefined;
  return group(
    partValue,
    text,
    end,
    (value) =>
      !isCode(value) &&
      (isSecretValue(value, said) ||
        (said.kind === "password" &&
          /[;]/.test(line) &&
          isPassword(value, true) &&
          !isPlaceholder(value))),
  );
}

function quotedFrom(
  text: string,
  start: number,
  quote: string,
  isSecret: (value: string) => boolean,
): SecretRange | undefined {
  const close =
    quote === ""
      ? start + (sticky(bareToBlank, text, start)?.[0].length ?? 0)
      : valueEnd(text, start, quote, 0, false);
  return isSecret(text.slice(start, close)) ? { start, end: close } : undefined;
}

type StickyMatch = RegExpExecArray & { readonly lastIndex: number };

function sticky(pattern: RegExp, text: string, at: number): StickyMatch | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : Object.assign(match, { lastIndex: at + match[0].length });
}

function group(
  pattern: RegExp,
  text: string,
  at: number,
  isSecret: (value: string) => boolean,
): SecretRange | undefined {
  const [start, end] = sticky(pattern, text, at)?.indices?.[1] ?? [0, 0];
  return end > 0 && isSecret(text.slice(start, end)) ? { start, end } : undefined;
}
