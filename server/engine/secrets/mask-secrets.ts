/**
 * Takes out of a text what looks like a secret, before the text is sent (`prompt.maskSecrets`). Each character of
 * a secret becomes one `*`, so that no offset moves and a window keeps its size. The forms of tokens are those
 * that their issuers document and that gitleaks and GitHub's secret scanning look for. A safety net with
 * holes: a secret that looks like ordinary text is not found.
 */
import { privateKeyRanges } from "./private-keys.ts";

export interface Masked {
  /** As long as the text given. */
  readonly text: string;
  /** Secrets found. */
  readonly count: number;
}

export interface MaskOptions {
  /** The text is of a language where values stand without quotes, as in a shell or in YAML. */
  readonly hasBareValues?: boolean | undefined;
  /** Only secrets in this part are counted; by default the whole text. */
  readonly counted?: { readonly start: number; readonly end: number };
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Every pattern runs in time linear in the text: repetitions are bounded, alternatives begin differently. */
export function maskSecrets(text: string, options: MaskOptions = {}): Masked {
  const ranges: Range[] = [
    ...privateKeyRanges(text),
    ...matches(text, token, () => true),
    ...(text.includes("://") ? urlRanges(text) : []),
    ...matches(text, authorization, hasDigit),
    ...namedRanges(text, options.hasBareValues === true),
  ];
  return ranges.length === 0 ? { text, count: 0 } : replaced(text, ranges, options.counted);
}

/** What is a secret by its own form, whichever service it belongs to. */
const token = new RegExp(
  String.raw`(?<![A-Za-z0-9_])(?:${[
    "(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}", // AWS
    "AIza[\\w-]{35}|GOCSPX-[\\w-]{20,40}|ya29\\.[\\w-]{20,400}", // Google
    "gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_\\w{40,255}", // GitHub
    "gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|oas|soat)-[\\w.-]{16,300}|glsa_\\w{30,80}", // GitLab, Grafana
    "xox[abeoprs]-[\\w-]{10,300}|xapp-\\d-[\\w-]{10,300}", // Slack
    "sk-[\\w-]{20,300}|sk_[A-Za-z0-9]{32,128}", // OpenAI, Anthropic and others
    "[sr]k_(?:live|test|prod)_\\w{10,200}|whsec_[A-Za-z0-9+/=]{20,100}", // Stripe
    "npm_[A-Za-z0-9]{30,60}|pypi-AgE[\\w-]{40,300}|hf_[A-Za-z0-9]{30,60}|nvapi-[\\w-]{40,100}",
    "eyJ[\\w-]{10,2000}\\.eyJ[\\w-]{10,4000}\\.[\\w-]{10,2000}", // JSON Web Token
    "SG\\.[\\w-]{16,40}\\.[\\w-]{16,80}|SK[0-9a-f]{32}|AC[0-9a-f]{32}|key-[0-9a-f]{32}", // mail and phone
    "do[opr]_v1_[a-f0-9]{64}|dapi[a-f0-9]{32}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "hv[bsr]\\.[\\w-]{24,400}|AGE-SECRET-KEY-1[A-Z0-9]{58}|ATATT3[\\w=-]{100,300}", // Vault, age, Atlassian
    "\\d{8,10}:AA[\\w-]{33}|[MNO][\\w-]{23,27}\\.[\\w-]{6}\\.[\\w-]{27,45}", // Telegram, Discord
    "[A-Za-z0-9_~.]{3}\\dQ~[A-Za-z0-9_~.-]{31,34}", // Azure
    "lin_api_\\w{32,64}|ntn_\\w{40,60}|PMAK-[a-f0-9-]{40,70}|NRAK-[A-Z0-9]{27}|dp\\.[a-z]{2}\\.[\\w.-]{40,60}",
    "pscale_\\w{2,10}_[\\w=.-]{32,64}|dckr_pat_[\\w-]{20,60}|rubygems_[a-f0-9]{48}|AKCp[A-Za-z0-9]{60,80}",
  ].join("|")})(?![A-Za-z0-9])`,
  "gd",
);

/** The password in `scheme://user:password@host`, up to the last `@`: not everybody encodes one. */
const urlPassword =
  /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>]{0,100}:([^\s/"'`<>]{1,200})@/dgi;

/** The same while its host is not written yet, for schemes that are seldom without a user. */
const unfinishedUrlPassword =
  /(?<![a-z0-9+.-])(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|s?ftps?|smtps?|ldaps?)(?:\+[a-z0-9]{1,20})?:\/\/[^\s:/@"'`<>]{0,100}:([^\s/@"'`<>]{3,200})(?=["'`\s<>]|$)/dgi;

const webhook =
  /\b(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks\/\d{10,30})\/([\w/-]{20,200})/dgi;

const authorization = /\b(?:bearer|basic|token)[ \t]{1,4}([A-Za-z0-9+/_~.=-]{16,2000})/dgi;

/** What is called like a secret. Its value stands behind it in one of the forms below. */
const secretName =
  /(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|account[_-]?key|auth[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|credential|authorization(?![a-z])|(?<![a-z])pass(?![a-z]))[\w-]{0,40}/gi;

/** `name = "value"`, `"name": "value"`, `name: string = "value"`, `set("name", "value")`. */
const quotedValue =
  /["'`\]]{0,2}[ \t]{0,8}(?::[ \t]{0,4}[a-z][\w.<>[\]| ]{0,30}?[ \t]{0,4})?(?:=>|:=|={1,3}|[:,])[ \t]{0,8}[bfru]?["'`]([^"'`\r\n]{6,400})(?=["'`\r\n]|$)/diy;

/** `NAME=value`, `name: value`, alone on a line. */
const bareValue = /[ \t]{0,8}[:=][ \t]{0,8}([^\s"'#;]{6,400})(?=[ \t]{0,8}(?:[\r\n#;]|$))/dy;

/** `key="name" value="…"`, and `name: NAME` with `value: …` on the next line. */
const valueBeside =
  /["'`]?[,\s]{1,40}["']?value["']?[ \t]{0,4}[:=][ \t]{0,4}["'`]?([^\s"'`<>#,]{6,400})/diy;

/** `<name>…</name>` */
const elementValue = />([^<>\s]{6,400})<\//dy;

/** A part of a URL's query or of a connection string, behind what begins one. */
const partValue = /=([^\s;&#"'`()[\]<>]{6,400})(?=[\s;&#"'`()[\]<>]|$)/dy;
const partStart = /([;?&"'`])[ \t]?[\w-]{0,20}$/;

/** `Authorization: Basic …`: whatever stands there. */
const headerValue =
  /["'`\]]{0,2}[ \t]{0,4}[:=,][ \t]{0,4}["'`]?(?:bearer|basic|token|apikey)[ \t]{1,4}([^\s"'`<>$%{}()]{6,2000})/diy;

function urlRanges(text: string): Range[] {
  return [
    ...matches(text, urlPassword, isUrlPassword),
    ...matches(text, unfinishedUrlPassword, isUnfinishedPassword),
    ...matches(text, webhook, () => true),
  ];
}

function namedRanges(text: string, hasBare: boolean): Range[] {
  const found: Range[] = [];
  let quotedEnd = 0;
  for (const { 0: name, index } of text.matchAll(secretName)) {
    /** Returns the end of the value. */
    const add = (pattern: RegExp, isSecret: (value: string, name: string) => boolean): number => {
      pattern.lastIndex = index + name.length;
      const match = pattern.exec(text);
      const [start, end] = match?.indices?.[1] ?? [0, 0];
      if (end > 0 && isSecret(text.slice(start, end), name)) found.push({ start, end });
      return end;
    };
    // In a list of names each is no value of the one before.
    if (index >= quotedEnd) quotedEnd = add(quotedValue, isSecretValue);
    if (hasBare) add(bareValue, isSecretValue);
    add(valueBeside, isSecretValue);
    add(elementValue, isSecretValue);
    add(headerValue, isCredential);
    const [, mark] = partStart.exec(text.slice(Math.max(0, index - 22), index)) ?? [];
    if (mark === undefined) continue;
    // Outside of a string code without blanks looks the same: there a plain word is a name.
    const isCode = (value: string): boolean => /[;?&]/.test(mark) && /^[A-Za-z_$.:]+$/.test(value);
    add(partValue, (value) => !isCode(value) && isSecretValue(value, name));
  }
  return found;
}

function matches(text: string, pattern: RegExp, isSecret: (value: string) => boolean): Range[] {
  const found: Range[] = [];
  for (const match of text.matchAll(pattern)) {
    const [whole, value] = match;
    const [start, end] = match.indices?.[value === undefined ? 0 : 1] ?? [0, 0];
    if (isSecret(value ?? whole)) found.push({ start, end });
  }
  return found;
}

/** What people write where a secret will stand, and how programs name where it comes from. */
const placeholder =
  /^(?:x+|\*+|\.+|-+|<.*>|\[.*\]|%.*%|\$.*|.*\$\{.*|\{.*\}|@.*@|your.*|change.?me.*|example.*|placeholder|(?:my)?passw(?:or)?d|pass|secret|token|string|none|null|nil|undefined|true|false|required|optional|(?:process|os|env|config|vault|secrets|var|vars|local|data)\..*)$/i;

function isNoPlaceholder(value: string): boolean {
  return !placeholder.test(value);
}

/** In a URL a plain word is one, too: it stands where it is used. */
function isUrlPassword(value: string): boolean {
  const isReference = /^(?:x+|\*+|\.+|-+|[$#].*|.*[$#]\{.*|\[.*\]|\{.*\}|%.*%|%[a-z]|your.*)$/i;
  // `host:80?by=me@example.org` has a port there.
  return !isReference.test(value) && !/^\d{1,5}[?#&,;)\\]/.test(value);
}

function isUnfinishedPassword(value: string): boolean {
  return isUrlPassword(value) && !/^(?:\d+$|port\b)/i.test(value);
}

function isCredential(value: string): boolean {
  return (
    isNoPlaceholder(value) && !/^(?:auth\w*|realm=.*|credentials?|access[_-]?token)$/i.test(value)
  );
}

function hasDigit(value: string): boolean {
  return /\d/.test(value);
}

function isSecretValue(value: string, name: string): boolean {
  if (/\s/.test(value) || !isNoPlaceholder(value)) return false;
  // A place where a secret lies is none.
  if (/^(?:[a-z]+:\/\/|\.{0,2}\/|~\/|[A-Za-z]:\\)/.test(value)) return false;
  if (/passw|pwd|passphrase/i.test(name)) return !isLabel(value);
  return value.length >= 8 && hasDigit(value) && /[A-Za-z]/.test(value) && variety(value) >= 6;
}

/** The name of a field rather than what is typed into it, as `current-password`. */
function isLabel(value: string): boolean {
  return /^[A-Za-z_.:-]*(?:passw(?:or)?d|pwd|passphrase)[A-Za-z_.:-]*$/i.test(value);
}

function variety(value: string): number {
  return new Set(value).size;
}

function replaced(
  text: string,
  ranges: readonly Range[],
  counted: Range = { start: 0, end: text.length },
): Masked {
  let masked = "";
  let done = 0;
  let count = 0;
  for (const { start, end } of ranges.toSorted((one, two) => one.start - two.start)) {
    // Found by two patterns, it is one secret.
    if (start >= done && end > counted.start && start < counted.end) count += 1;
    if (end <= done) continue;
    const from = Math.max(start, done);
    masked += text.slice(done, from) + text.slice(from, end).replaceAll(/[^\s]/g, "*");
    done = end;
  }
  return { text: masked + text.slice(done), count };
}
