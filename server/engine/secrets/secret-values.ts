/** What of the values beside a secret's name is one: not a placeholder, a reference, a label or a word of a program. */
import { entropy, variety, wordShare } from "./randomness.ts";
import type { SecretName } from "./secret-names.ts";

/** What people write where a secret will stand, and how programs name where it comes from. */
const placeholder =
  /^(?:x+|\*+|\.+|-+|_+|#+|•+|<.*>|\[.*\]|\(.*\)|%.*%|%[a-z]|%\(.*|.*%[sd].*|\$.*|.*\$[({].*|.*[{<]{2}.*|\{.*\}|@.*@|!.*|&\w+|your.*|.*your[-_ ]?(?:key|token|password|secret|api).*|.*_here|.*change[-_]?(?:me|it|this).*|.*(?:replace|insert)[-_ ]?(?:me|with|this|your).*|.*(?:example|sample|dummy|redacted|placeholder).*|.*x{5,}.*|(?:my|the|some|new|old|test|user|a)?[-_ ]?(?:passw(?:or)?d|pass|pwd|secret|token|api[-_]?key|key)|(?:user|name|login|service|client|account|host|test)[-_]?\d*|string|str|none|null|nil|undefined|true|false|yes|no|on|off|required|optional|todo|tbd|default|empty|text|hidden|foo|bar|baz|(?:foo)?bar(?:baz)?|(?:this|self|process|os|env|config|cfg|settings|vault|secrets?|var|vars|local|data|module|params|args|opts|options|request|req|input|ref|resource|props|state|user|node|ctx|context|helper|app|import|each)\..*)$/i;

/** A place where a secret lies, a range of versions, an amount of time, a color, a pattern, a call. */
const otherThing =
  /^(?:[a-z][a-z+.-]*:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\|arn:|projects\/|[\^~<>=v]{0,2}\d+(?:\.[\dx*]+){1,3}(?:[-+][\w.]+)?$|(?:\d+[dhms]|\d+ms){1,4}$|#[0-9a-f]{3,8}$|[a-z]+\/[\w./+-]+$|\d{4}-\d\d-\d\d)|^[\w.$]*[\w$]\(|^[.#][a-z][\w-]*$|\[[A-Za-z0-9^\\]+-|\(\?|\\[dwsb]|^\^|^(?:\\x[0-9a-f]{2})+$|=>|::|->|\|\||&&/i;

/** Encodings and algorithms, which stand beside names of secrets in calls. */
const method =
  /^(?:utf-?\d+\w*|latin-?\d|iso-?8859-?\d+|ascii|base(?:32|64)(?:url)?|hex|binary|pbkdf2|sha-?\d+(?:[-/]\d+)?|md5|aes[-\w]*|hmac[-\w]*|[hrep]s\d{3}|rsa[-\w]*|bcrypt|argon2\w*|scrypt|[xe]d?\d{5}|p-?\d{3}|oauth\w*)$/i;

/** Words between marks, as keys of texts, kinds, identifiers and keyboard shortcuts are. */
const wordsBetweenMarks = /^\p{L}[\p{L}\d]*(?:[-_./:+\\ ]+[\p{L}\d]+)+[?!.:…]?$/u;
const camelWords = /^[A-Za-z]?[a-z]+(?:[A-Z][a-z]+)+\d{0,2}$/;

/** The name of a field rather than what is typed into it, as `current-password`. */
const label = /^[A-Za-z_.:$# -]*(?:passw(?:or)?d|pwd|passphrase|passcode)[A-Za-z_.:$ -]*\d?$/i;

/** Tokens of documentation: those of AWS and of jwt.io, and what is crossed out. */
const example =
  /example|sample|dummy|redacted|placeholder|x{5,}|0{8,}|\*{3}|your|eyJzdWIiOiIxMjM0NTY3ODkw/i;

export function isExample(value: string): boolean {
  return example.test(value) || variety(value) < 6;
}

export function isPlaceholder(value: string): boolean {
  return placeholder.test(value) || variety(value) < 3;
}

export function isSecretValue(value: string, { kind, isOfSystem }: SecretName): boolean {
  if (isPlaceholder(value) || otherThing.test(value) || method.test(value)) return false;
  return kind === "password" ? isPassword(value, isOfSystem) : isToken(value);
}

/** `isBelieved`: something else says that a password stands here, so that a plain word is one. */
export function isPassword(value: string, isBelieved: boolean): boolean {
  if (value.length < 4 || label.test(value)) return false;
  const words = wordShare(value);
  if (/\s/.test(value)) return /^\S{2,20} \S{2,20}$/.test(value) && /\d/.test(value) && words < 0.5;
  if (isBelieved) return value.length >= 5 && /^[\x21-\x7E]+$/.test(value);
  if (wordsBetweenMarks.test(value) && words >= 0.5) return /^[a-z]+(?:-[a-z]+){3,}$/.test(value);
  if (camelWords.test(value) && words >= 0.6) return false;
  if (/^[\u0080-\uFFFF]|^[A-Z][a-z]+[?!.:…]*$/.test(value)) return false;
  return /[\d!@#$%^&*+=~]/.test(value.replace(/[?!.:…]+$/, ""));
}

export function isToken(value: string): boolean {
  if (value.length < 8) return false;
  if (/\s/.test(value)) return isSalt(value);
  const words = wordShare(value);
  const isMixed = /\d/.test(value) && /[A-Za-z]/.test(value);
  if (isMixed && /^0x[0-9a-f]+$/i.test(value)) return value.length === 66;
  if (isMixed) return variety(value) >= 6 && words < 0.5 && !isCounted(value);
  // Letters alone have to be many.
  return /^[A-Za-z+/=_-]{16,}$/.test(value) && words < 0.4 && entropy(value) > 3;
}

/** Keys of web frameworks are drawn from all printable characters, blanks among them. */
function isSalt(value: string): boolean {
  const marks = value.match(/[^\w\s]/g) ?? [];
  return value.length >= 24 && new Set(marks).size >= 4 && wordShare(value) < 0.4;
}

/** Short words with numbers, as `db-url-2`. */
function isCounted(value: string): boolean {
  const parts = value.split(/[-_.:/]/);
  return parts.length > 1 && parts.every((part) => /^(?:[A-Za-z]{1,8}\d{0,2}|\d{1,4})$/.test(part));
}
