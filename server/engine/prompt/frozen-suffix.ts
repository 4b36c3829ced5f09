/**
 * Decides when the suffix of the previous prompt can be sent again. Codestral and other models read the suffix
 * first: one changed character there makes the whole prompt new to the provider's cache.
 */
import { toLf } from "../document.ts";
import type { CompletionSite } from "../site.ts";

export interface SentSuffix {
  /** LF line ends. */
  readonly suffix: string;
  /** UTF-16 units of the document text that the suffix was made from. */
  readonly suffixLength: number;
}

/** If no more than this share of the suffix changed, the old one is sent again. */
const maxChange = 0.1;
/**
 * This many units right of the cursor must be unchanged. Changes nearby matter, such as a cursor that moved by a
 * line.
 */
const nearLength = 120;
/** Closers that editors insert right of the cursor automatically, also on their own line after Enter. */
const autoInserted = /^[)\]}>"'`;,\s]+$/;
const maxInserted = 24;

/**
 * True if the text right of the cursor equals the sent text, has additional closers before it that an editor
 * inserted, or differs by at most a tenth further down.
 */
export function isNearlySame({ suffix, suffixLength }: SentSuffix, site: CompletionSite): boolean {
  const { text } = site.document;
  const slack = Math.ceil(suffix.length * maxChange);
  const end = site.offset + suffixLength + Math.max(slack, maxInserted);
  const present = toLf(text.slice(site.offset, end));
  const inserted = insertedLength(present, suffix);
  if (present.startsWith(suffix, inserted)) return true;
  return inserted === 0 && isChangedFarDown(present, suffix, slack);
}

/**
 * UTF-16 units that an editor inserted right of the cursor since `suffix` was sent; 0 if none. A window that is cut
 * again also leaves them out; otherwise it would change again when they are typed over.
 */
export function insertedSince({ suffix }: SentSuffix, site: CompletionSite): number {
  const { text } = site.document;
  const raw = text.slice(site.offset, site.offset + maxInserted + nearLength);
  const inserted = insertedLength(toLf(raw), suffix);
  // Counted with LF line ends. If the document has other line ends, the window is cut at the cursor.
  return raw.slice(0, inserted).includes("\r") ? 0 : inserted;
}

function insertedLength(present: string, suffix: string): number {
  const near = suffix.slice(0, nearLength);
  if (near === "" || present.startsWith(near)) return 0;
  const at = present.indexOf(near);
  const isInserted = at > 0 && at <= maxInserted && autoInserted.test(present.slice(0, at));
  return isInserted ? at : 0;
}

function isChangedFarDown(present: string, suffix: string, slack: number): boolean {
  const shorter = Math.min(present.length, suffix.length);
  let same = 0;
  while (same < shorter && present.charCodeAt(same) === suffix.charCodeAt(same)) same++;
  if (same < nearLength) return false;
  // The end of the sent text, near its former place.
  const tail = suffix.slice(Math.max(same, suffix.length - nearLength));
  const from = suffix.length - tail.length - slack;
  const at = present.indexOf(tail, Math.max(same, from));
  const presentEnd = at < 0 ? present.length : at + tail.length;
  let sameEnd = 0;
  const room = Math.min(suffix.length, presentEnd) - same;
  while (
    sameEnd < room &&
    present.charCodeAt(presentEnd - 1 - sameEnd) === suffix.charCodeAt(suffix.length - 1 - sameEnd)
  ) {
    sameEnd++;
  }
  return Math.max(suffix.length, presentEnd) - same - sameEnd <= slack;
}
