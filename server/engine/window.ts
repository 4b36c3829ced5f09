/**
 * The part of prefix and suffix that fits a token budget. Everything is found by walking outward from the
 * cursor, so that a document of 10 MB, on one line or many, costs what a small one costs; and what was
 * sent before is kept as long as it serves, because a provider bills unchanged tokens at a tenth.
 */
import type { CompletionSite } from "./site.ts";
import { splitsSurrogatePair, toLf, utf8Length, type Offset } from "./document.ts";
import type { ByteRange, PromptShape } from "./prompt.ts";
import { estimateTokens, maxUnitsPerToken } from "./tokens.ts";

export interface WindowOptions {
  /** For prefix and suffix together. */
  readonly tokenBudget: number;
  /** The prefix's part of the budget, 0 to 1; what one side cannot use goes to the other. */
  readonly prefixShare: number;
  readonly order: PromptShape["order"];
  /** As in `PromptShape`. */
  readonly prefixLimit?: number | undefined;
  readonly suffixLimit?: number | undefined;
  /** As in `estimateTokens`. */
  readonly calibration: number;
}

export interface Windows {
  /** LF line ends; ends at the cursor. */
  readonly prefix: string;
  /** LF line ends; starts at the cursor, or is the frozen one of the previous prompt. */
  readonly suffix: string;
  readonly prefixBytes: ByteRange;
  readonly suffixBytes: ByteRange;
  readonly tokens: number;
  /** To be given back for the next prompt of the same document. */
  readonly state: WindowState;
}

/** What the previous prompt of a document sent. */
export interface WindowState {
  readonly uri: string;
  readonly prefixStart: Offset;
  /** Raw text at `prefixStart`, by which the place is recognised after edits above it. */
  readonly prefixHead: string;
  readonly documentLength: number;
  /** Raw length and sent text of the suffix. */
  readonly suffixLength: number;
  readonly suffix: string;
}

/** A window may grow to this multiple of its budget before it is cut again. */
const growth = 1.25;
/** Of a limit this part is used: the estimate's p95 error is 11 %. */
const limitUse = 0.85;
/** And is cut again when less than this part of its budget is left of it. */
const shrinkage = 0.5;
/** A suffix that changed by no more than this part is sent as it was. */
const frozenChange = 0.1;
/** Prefix-first models read the suffix anew with every key: so much keeps that below a tenth of the prompt. */
const prefixFirstSuffixShare = 0.08;
const headLength = 256;

/** Cuts the windows; `previous` is what the last call for this document gave back. */
export function cutWindows(
  site: CompletionSite,
  options: WindowOptions,
  previous?: WindowState,
): Windows {
  const known = previous?.uri === site.document.uri ? previous : undefined;
  const budget = limited(shares(site, options), options);
  const start = prefixStart(site, budget.prefix, options.calibration, known);
  const suffix = suffixWindow(site, budget.suffix, options.calibration, known);
  const { text } = site.document;
  const rawPrefix = text.slice(start, site.offset);
  const prefix = toLf(rawPrefix);
  return {
    prefix,
    suffix: suffix.text,
    prefixBytes: { start: site.byteOffset - utf8Length(rawPrefix), end: site.byteOffset },
    suffixBytes: {
      start: site.byteOffset,
      end: site.byteOffset + utf8Length(text, site.offset, site.offset + suffix.length),
    },
    tokens:
      estimateTokens(prefix, options.calibration) +
      estimateTokens(suffix.text, options.calibration),
    state: {
      uri: site.document.uri,
      prefixStart: start,
      prefixHead: rawPrefix.slice(0, headLength),
      documentLength: text.length,
      suffixLength: suffix.length,
      suffix: suffix.text,
    },
  };
}

/** A server that crops without a word is given what it takes, with room for growth and for a wrong estimate. */
function limited(
  { prefix, suffix }: { prefix: number; suffix: number },
  { prefixLimit = Infinity, suffixLimit = Infinity }: WindowOptions,
): { prefix: number; suffix: number } {
  const within = limitUse / growth;
  return {
    prefix: Math.min(prefix, prefixLimit * within),
    suffix: Math.min(suffix, suffixLimit * within),
  };
}

/** Token budgets of the two sides, with the hand-over of what a file end leaves unused. */
function shares(
  site: CompletionSite,
  { tokenBudget, prefixShare, order, calibration }: WindowOptions,
): { prefix: number; suffix: number } {
  const { text } = site.document;
  const share =
    order === "prefixFirst" ? Math.max(prefixShare, 1 - prefixFirstSuffixShare) : prefixShare;
  let prefix = tokenBudget * share;
  let suffix = tokenBudget - prefix;
  const reach = Math.ceil((tokenBudget * maxUnitsPerToken) / calibration);
  if (site.offset < reach) {
    const needed = estimateTokens(text, calibration, 0, site.offset);
    // Prefix-first: a long suffix would be read anew with every key, so that nothing is handed to it.
    if (needed < prefix && order === "suffixFirst") suffix = tokenBudget - needed;
  }
  if (text.length - site.offset < reach) {
    const needed = estimateTokens(text, calibration, site.offset);
    if (needed < suffix) {
      // The suffix keeps its share: cut line by line, its estimates add up to more than that of the whole.
      prefix = tokenBudget - needed;
    }
  }
  return { prefix, suffix };
}

function prefixStart(
  site: CompletionSite,
  budget: number,
  calibration: number,
  previous: WindowState | undefined,
): Offset {
  const { text } = site.document;
  const kept = previous === undefined ? undefined : keptStart(site, previous);
  if (
    kept !== undefined &&
    site.offset - kept <= (budget * growth * maxUnitsPerToken) / calibration
  ) {
    const tokens = estimateTokens(text, calibration, kept, site.offset);
    const isEnough = kept === 0 || tokens >= budget * shrinkage;
    if (isEnough && tokens <= budget * growth) return kept;
  }
  return cutBackward(text, site.offset, budget, calibration);
}

/** Where the previous window started, in the present text; text edited above it has moved it. */
function keptStart(site: CompletionSite, previous: WindowState): Offset | undefined {
  const { text } = site.document;
  for (const start of [
    previous.prefixStart,
    previous.prefixStart + text.length - previous.documentLength,
  ]) {
    if (start < 0 || start > site.offset) continue;
    // The cursor may stand inside what was the head: then its part of it decides.
    const head = previous.prefixHead.slice(0, Math.max(0, site.lineStart - start));
    if (!isLineStart(text, start) && previous.prefixHead !== "") {
      if (!text.startsWith(previous.prefixHead, start)) continue;
    }
    if (text.startsWith(head, start) && (head !== "" || start === 0)) return start as Offset;
  }
  return undefined;
}

/** The farthest line start from which at most `budget` tokens lead to `offset`. */
function cutBackward(text: string, offset: Offset, budget: number, calibration: number): Offset {
  let start: number = offset;
  let remaining = budget;
  while (start > 0) {
    const lineStart = lineStartBefore(
      text,
      start,
      Math.ceil((remaining * maxUnitsPerToken) / calibration) + 1,
    );
    if (lineStart === undefined) {
      // Only the cursor's own line is cut inside: farther lines are whole or not there.
      return start === offset
        ? cutInsideBackward(text, offset, remaining, calibration)
        : (start as Offset);
    }
    const tokens = estimateTokens(text, calibration, lineStart, start);
    if (tokens > remaining) {
      return start === offset
        ? cutInsideBackward(text, offset, remaining, calibration)
        : (start as Offset);
    }
    remaining -= tokens;
    start = lineStart;
  }
  return start as Offset;
}

/** Start of the line that ends at `end` (which may be a line start itself); undefined beyond `reach` units. */
function lineStartBefore(text: string, end: number, reach: number): number | undefined {
  let index = end - 1;
  if (text.charCodeAt(index) === 10 && text.charCodeAt(index - 1) === 13) index--;
  const limit = Math.max(0, end - reach);
  while (index > limit && !isLineEnd(text.charCodeAt(index - 1))) index--;
  return index <= 0 ? 0 : isLineEnd(text.charCodeAt(index - 1)) ? index : undefined;
}

const pieceLength = 64;

function cutInsideBackward(
  text: string,
  offset: Offset,
  budget: number,
  calibration: number,
): Offset {
  let start: number = offset;
  let remaining = budget;
  while (start > 0) {
    const next = Math.max(0, start - pieceLength);
    remaining -= estimateTokens(text, calibration, next, start);
    if (remaining < 0) break;
    start = next;
  }
  if (splitsSurrogatePair(text, start) || splitsCrLf(text, start)) start++;
  return Math.min(start, offset) as Offset;
}

function suffixWindow(
  site: CompletionSite,
  budget: number,
  calibration: number,
  previous: WindowState | undefined,
): { text: string; length: number } {
  const { text } = site.document;
  if (previous !== undefined && previous.suffix !== "") {
    const present = toLf(text.slice(site.offset, site.offset + previous.suffixLength));
    const tokens = estimateTokens(previous.suffix, calibration);
    const isInBounds =
      tokens <= budget * growth &&
      (tokens >= budget * shrinkage || present.length < previous.suffix.length);
    if (isInBounds && isNearlySame(previous.suffix, present)) {
      const end = Math.min(text.length, site.offset + previous.suffixLength);
      return { text: previous.suffix, length: onBoundary(text, end) - site.offset };
    }
  }
  const end = cutForward(text, site.offset, budget, calibration);
  return { text: toLf(text.slice(site.offset, end)), length: end - site.offset };
}

/** Characters that editors insert and remove by themselves right of the cursor. */
const autoInserted = /^[)\]}>"'`;,\s]*$/;

/**
 * True when `present` may be answered with the prompt of `old`: equal but for closers at its start or for a
 * change of at most a tenth after the first line. Both start at the cursor; their ends may differ by as much.
 */
function isNearlySame(old: string, present: string): boolean {
  if (old === present) return true;
  const limit = old.length * frozenChange;
  const tail = old.length - Math.floor(limit);
  // What the document has lost at its end is not there to be answered for.
  if (present.length < tail) return false;
  for (let extra = 0; extra <= Math.min(limit, 8); extra++) {
    if (autoInserted.test(present.slice(0, extra)) && present.startsWith(old.slice(0, tail), extra))
      return true;
    if (autoInserted.test(old.slice(0, extra)) && old.startsWith(present.slice(0, tail), extra))
      return true;
  }
  return changedPart(old, present) <= limit;
}

function changedPart(old: string, present: string): number {
  const length = Math.min(old.length, present.length);
  let same = 0;
  while (same < length && old.charCodeAt(same) === present.charCodeAt(same)) same++;
  if (!old.slice(0, same).includes("\n")) return Number.POSITIVE_INFINITY;
  let sameEnd = 0;
  while (
    sameEnd < length - same &&
    old.charCodeAt(old.length - 1 - sameEnd) === present.charCodeAt(present.length - 1 - sameEnd)
  )
    sameEnd++;
  return Math.max(old.length, present.length) - same - sameEnd;
}

/** The farthest line end up to which at most `budget` tokens follow `offset`. */
function cutForward(text: string, offset: Offset, budget: number, calibration: number): Offset {
  let end: number = offset;
  let remaining = budget;
  while (end < text.length) {
    const next = lineEndAfter(
      text,
      end,
      Math.ceil((remaining * maxUnitsPerToken) / calibration) + 1,
    );
    const tokens =
      next === undefined ? Number.POSITIVE_INFINITY : estimateTokens(text, calibration, end, next);
    if (next === undefined || tokens > remaining) {
      return end === offset
        ? cutInsideForward(text, offset, remaining, calibration)
        : (end as Offset);
    }
    remaining -= tokens;
    end = next;
  }
  return end as Offset;
}

/** End of the line that starts at `start`, with its line end; undefined beyond `reach` units. */
function lineEndAfter(text: string, start: number, reach: number): number | undefined {
  const limit = Math.min(text.length, start + reach);
  for (let index = start; index < limit; index++) {
    if (!isLineEnd(text.charCodeAt(index))) continue;
    return splitsCrLf(text, index + 1) ? index + 2 : index + 1;
  }
  return limit === text.length ? text.length : undefined;
}

function cutInsideForward(
  text: string,
  offset: Offset,
  budget: number,
  calibration: number,
): Offset {
  let end: number = offset;
  let remaining = budget;
  while (end < text.length) {
    const next = Math.min(text.length, end + pieceLength);
    remaining -= estimateTokens(text, calibration, end, next);
    if (remaining < 0) break;
    end = next;
  }
  return onBoundary(text, end) as Offset;
}

/** Steps back off the middle of a surrogate pair or of a CRLF. */
function onBoundary(text: string, index: number): number {
  return splitsSurrogatePair(text, index) || splitsCrLf(text, index) ? index - 1 : index;
}

function splitsCrLf(text: string, index: number): boolean {
  return index > 0 && text.charCodeAt(index) === 10 && text.charCodeAt(index - 1) === 13;
}

function isLineStart(text: string, index: number): boolean {
  return index === 0 || (isLineEnd(text.charCodeAt(index - 1)) && !splitsCrLf(text, index));
}

function isLineEnd(unit: number): boolean {
  return unit === 10 || unit === 13;
}
