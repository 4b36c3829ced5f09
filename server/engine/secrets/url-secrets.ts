/** Passwords and tokens in URLs, and webhooks, whose path is the secret. */
import { wordShare } from "./randomness.ts";
import { rangesOf, type SecretRange } from "./secret-range.ts";

/** The password in `scheme://user:password@host`, up to the last `@`: not everybody encodes one. */
const urlPassword =
  /(?<![a-z0-9+.-])(?!https?:)[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:/@"'`<>]{0,100}:([^\s/"'`<>]{1,200})@/dgi;

/** In addresses of the web documentation writes short words. */
const webPassword = /https?:\/\/[^\s:/@"'`<>]{0,100}:([^\s/"'`<>]{1,200})@/dgi;

/** The same while its host is not written yet, for schemes that are seldom without a user. */
const unfinishedUrlPassword =
  /(?<![a-z0-9+.-])(?:postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|s?ftps?|smtps?|ldaps?)(?:\+[a-z0-9]{1,20})?:\/\/[^\s:/@"'`<>]{0,100}:([^\s/@"'`<>]{3,200})(?=["'`\s<>]|$)/dgi;

/** A token alone before the host. */
const urlToken = /https?:\/\/([A-Za-z0-9_-]{20,200})@/dg;

const webhook =
  /\b(?:hooks\.slack\.com\/(?:services|workflows|triggers)|discord(?:app)?\.com\/api\/webhooks\/\d{10,30}|[a-z0-9-]{1,60}\.webhook\.office\.com\/webhookb2|chat\.googleapis\.com\/v1\/spaces\/\w{6,20}\/messages|hooks\.zapier\.com\/hooks\/catch\/\d{4,12}|hook\.(?:eu\d|us\d)\.make\.com|maker\.ifttt\.com\/trigger\/\w{1,40}\/with\/key)[/?]([\w/@=&%-]{16,300})/dgi;

export function urlRanges(text: string): SecretRange[] {
  if (!text.includes("://") && !/\b(?:hooks|discord|webhook)\b/.test(text)) return [];
  return [
    ...rangesOf(text, urlPassword, isUrlPassword),
    ...rangesOf(text, webPassword, isWebPassword),
    ...rangesOf(text, unfinishedUrlPassword, isUnfinishedPassword),
    ...rangesOf(text, urlToken, (value) => /\d/.test(value)),
    ...rangesOf(text, webhook, (value) => /\d/.test(value) && !/x{4,}/i.test(value)),
  ];
}

const reference =
  /^(?:x+|\*+|\.+|-+|[$#].*|.*[$#][{(].*|\[.*\]|\{.*\}|%.*%|%[a-z]|your.*|<.*|[A-Z_]*(?:PASS|PWD|SECRET|TOKEN)[A-Z_]*)$/;
const spokenOf =
  /^(?:pass(?:word|wd)?|pwd|pw|passw|secret|token|p|x-oauth-basic|user(?:name)?|key|api_?key)$/i;

/** A plain word may be one; what documentation writes in its place is none. */
function isUrlPassword(value: string): boolean {
  // `host:80?by=me@example.org` has a port there.
  return !reference.test(value) && !spokenOf.test(value) && !/^\d{1,5}[?#&,;)\\]/.test(value);
}

function isWebPassword(value: string): boolean {
  return (
    isUrlPassword(value) && value.length >= 4 && /[^A-Za-z]/.test(value) && wordShare(value) < 0.9
  );
}

function isUnfinishedPassword(value: string): boolean {
  return isUrlPassword(value) && !/^(?:[-\d.]+$|port\b|\w{1,4}$)/i.test(value);
}
