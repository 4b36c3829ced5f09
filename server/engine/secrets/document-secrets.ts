/** Secrets that the document around them tells: manifests of Kubernetes, login files, key files, tables of users. */
import { rangesOf, type SecretRange } from "./secret-range.ts";
import { isPassword, isPlaceholder } from "./secret-values.ts";
import { secretName } from "./secret-names.ts";

export function documentRanges(text: string): SecretRange[] {
  return [
    ...(/kind["']?\s{0,4}:\s{0,4}["']?Secret\b/.test(text) ? manifestRanges(text) : []),
    ...(text.includes('"kty"') ? rangesOf(text, jwkMember, () => true) : []),
    ...(text.includes("Private-Lines") ? rangesOf(text, puttyLines, () => true) : []),
    ...(text.includes("LS0tLS1CRUdJTi") ? rangesOf(text, encodedPem, isEncodedKey) : []),
    ...(/auth/.test(text) ? rangesOf(text, registryAuth, isEncodedLogin) : []),
    ...rangesOf(
      text,
      passwordFileLine,
      (value) => isPassword(value, true) && !isPlaceholder(value),
    ),
    ...tableRanges(text),
  ];
}

/** Members of a JSON Web Key that are private; `n`, `e`, `x` and `y` are public. */
const jwkMember = /"(?:d|p|q|dp|dq|qi|k)"\s{0,4}:\s{0,4}"([\w-]{16,2000})"/dg;
const puttyLines = /Private-Lines:[ \t]{0,4}\d{1,4}\r?\n((?:[A-Za-z0-9+/=]{4,80}\r?\n?){1,200})/dg;
const encodedPem = /LS0tLS1CRUdJTi[A-Za-z0-9+/]{16,20000}={0,2}/dg;
/** `"auth": "…"` of a registry's login, `_auth=…` of npm. */
const registryAuth =
  /(?<![\w-])["']?_?auth["']?[ \t]{0,4}[:=][ \t]{0,4}["']?([A-Za-z0-9+/]{8,800}={0,2})/dg;
/** `host:port:database:user:password` of a pgpass file. */
const passwordFileLine =
  /^(?:[\w.*-]{1,100}):(?:\d{1,5}|\*):(?:[\w.*-]{1,60}):(?:[\w.*-]{1,60}):([^\s:]{4,200})$/dgm;

function isEncodedKey(value: string): boolean {
  return decoded(value.slice(0, 80)).includes("PRIVATE KEY");
}

function isEncodedLogin(value: string): boolean {
  return /^[\x20-\x7E]{1,200}:[\x20-\x7E]{2,}$/.test(decoded(value));
}

/** Text of base64; "" where it is none. */
function decoded(value: string): string {
  try {
    return atob(value.slice(0, value.length - (value.replace(/=+$/, "").length % 4 === 1 ? 1 : 0)));
  } catch {
    return "";
  }
}

const manifestPart = /^([ \t]*)(?:data|stringData)[ \t]*:[ \t]*\r?$/;
const entry = /^([ \t]+)["']?[\w.-]{1,200}["']?[ \t]*:[ \t]*(["']?)(.*?)["']?[ \t]*\r?$/;

/** The values below `data` and `stringData`, whatever their names are. */
function manifestRanges(text: string): SecretRange[] {
  const found: SecretRange[] = [];
  let part: number | undefined;
  let block: number | undefined;
  let isSecret = false;
  let offset = 0;
  // `kind` may stand below `data`, and may have been left out by a window.
  const isOnlySecret = !/^kind[ \t]*:[ \t]*["']?(?!Secret)\w/m.test(text);
  for (const line of text.split("\n")) {
    if (line.startsWith("---")) isSecret = false;
    if (/^[ \t-]*["']?kind["']?[ \t]*:/.test(line)) isSecret = /:[ \t]*["']?Secret\b/.test(line);
    const indentation = /^[ \t]*/.exec(line)?.[0].length ?? 0;
    const begins = manifestPart.exec(line);
    if (line.trim() === "") {
      // Blank lines end nothing.
    } else if (begins !== null) [part, block] = [begins[1]?.length ?? 0, undefined];
    else if (part !== undefined && indentation <= part) part = undefined;
    else if (part !== undefined && (isSecret || isOnlySecret)) {
      if (block !== undefined && indentation > block) {
        found.push({ start: offset + indentation, end: offset + line.trimEnd().length });
      } else {
        block = undefined;
        const [, , quote = "", value = ""] = entry.exec(line) ?? [];
        if (/^[|>]/.test(value)) block = indentation;
        else if (value.length >= 4 && !isPlaceholder(value)) {
          const start = offset + line.indexOf(value, line.indexOf(":") + 1 + quote.length);
          found.push({ start, end: start + value.length });
        }
      }
    }
    offset += line.length + 1;
  }
  return found;
}

const header = /^[\w "'-]{2,40}(?:([,;\t])[\w "'-]{2,40}){1,20}\r?$/;

/** A table whose first line names a column of passwords. */
function tableRanges(text: string): SecretRange[] {
  const firstEnd = text.indexOf("\n");
  const first = text.slice(0, firstEnd < 0 ? 0 : firstEnd);
  const separator = header.exec(first)?.[1];
  if (separator === undefined || first.length > 400) return [];
  const columns = first.split(separator).map((name) => name.trim().replaceAll(/["']/g, ""));
  const secret = columns.findIndex((name) => secretName(name)?.kind === "password");
  if (secret < 0) return [];
  const found: SecretRange[] = [];
  let offset = first.length + 1;
  for (const line of text.slice(offset).split("\n")) {
    const cells = line.split(separator);
    const value = cells[secret]?.trim() ?? "";
    if (cells.length === columns.length && value.length >= 4 && !isPlaceholder(value)) {
      const start = offset + cells.slice(0, secret).join(separator).length + (secret > 0 ? 1 : 0);
      found.push({ start, end: start + (cells[secret]?.length ?? 0) });
    }
    offset += line.length + 1;
  }
  return found;
}
