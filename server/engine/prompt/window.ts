/**
 * The part of prefix and suffix that fits a token budget. The previously sent window is kept while it is good
 * enough: a provider bills known tokens at a tenth of the price and answers sooner.
 */
import { detached, toLf, utf8Length, type Offset } from "../document.ts";
import { insertedSince, isNearlySame } from "./frozen-suffix.ts";
import type { ByteRange, PromptShape } from "./prompt.ts";
import type { CompletionSite } from "../site.ts";
import { estimateTokens, plannedShare } from "./tokens.ts";
import { boundaryAt, cutBackward, cutForward, reachOf } from "./window-cut.ts";

export interface WindowOptions {
  /** Budget for prefix and suffix together. */
  readonly tokenBudget: number;
  /** The prefix's share of the budget, 0 to 1. If one side needs less, the other gets the rest. */
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
  /** LF line ends. Starts at the cursor, or is the suffix of the previous prompt. */
  readonly suffix: string;
  readonly prefixBytes: ByteRange;
  /** Of the current text at the cursor, even if an older, slightly different suffix is sent. */
  readonly suffixBytes: ByteRange;
  readonly tokens: number;
  /** To be passed to the next prompt of the same document. */
  readonly state: WindowState;
}

/** The windows of a document's previous prompt. */
export interface WindowState {
  readonly uri: string;
  readonly prefixStart: Offset;
  /** Text at `prefixStart`. It identifies the place after edits above it. */
  readonly prefixHead: string;
  readonly documentLength: number;
  /** UTF-16 units of the document text that the suffix was made from. */
  readonly suffixLength: number;
  readonly suffix: string;
}

/** A window may grow to this multiple of its budget before it is cut again. */
export const windowGrowth = 1.25;
/** A window is cut again if less than this share of its budget remains. */
const shrinkage = 0.5;
/** Prefix-first models read the suffix again at each key. This size keeps it below a tenth of the prompt. */
const prefixFirstSuffixShare = 0.08;
const headLength = 256;

/** Cuts the windows. `previous` is the value returned by the last call for this document. */
export function cutWindows(
  site: CompletionSite,
  options: WindowOptions,
  previous?: WindowState,
): Windows {
  const { text, uri } = site.document;
  const { calibration } = options;
  const known = previous?.uri === uri ? previous : undefined;
  const budgets = withinLimits(budgetsAt(site, options), options);
  const prefixStart = startOfPrefix(site, budgets.prefix, calibration, known);
  const suffix = suffixAt(site, budgets.suffix, calibration, known);
  const rawPrefix = text.slice(prefixStart, site.offset);
  const prefix = toLf(rawPrefix);
  const suffixBytes = utf8Length(text, site.offset, site.offset + suffix.length);
  return {
    prefix,
    suffix: suffix.text,
    prefixBytes: { start: site.byteOffset - utf8Length(rawPrefix), end: site.byteOffset },
    suffixBytes: { start: site.byteOffset, end: site.byteOffset + suffixBytes },
    tokens: estimateTokens(prefix, calibration) + estimateTokens(suffix.text, calibration),
    state: {
      uri,
      prefixStart,
      prefixHead: detached(rawPrefix.slice(0, headLength)),
      documentLength: text.length,
      suffixLength: suffix.length,
      suffix: suffix.text,
    },
  };
}

interface Budgets {
  readonly prefix: number;
  readonly suffix: number;
}

/** The prefix's part of a budget. */
export function prefixShareOf(
  { prefixShare }: Pick<WindowOptions, "prefixShare">,
  order: PromptShape["order"],
): number {
  return order === "prefixFirst" ? Math.max(prefixShare, 1 - prefixFirstSuffixShare) : prefixShare;
}

/** Tokens for each side. If one side needs less at an end of the file, the other gets the rest. */
function budgetsAt(
  site: CompletionSite,
  { tokenBudget, prefixShare, order, calibration }: WindowOptions,
): Budgets {
  const isPrefixFirst = order === "prefixFirst";
  const prefix = tokenBudget * prefixShareOf({ prefixShare }, order);
  const suffix = tokenBudget - prefix;
  const before = tokensUpTo(site, "before", prefix, calibration);
  // A long suffix that is read again at each key costs more than it helps.
  if (before < prefix && !isPrefixFirst) return { prefix, suffix: tokenBudget - before };
  const after = tokensUpTo(site, "after", suffix, calibration);
  return after < suffix ? { prefix: tokenBudget - after, suffix } : { prefix, suffix };
}

/** Stays below the size at which the server crops silently, with room for growth and for a wrong estimate. */
function withinLimits(
  { prefix, suffix }: Budgets,
  { prefixLimit = Infinity, suffixLimit = Infinity }: WindowOptions,
): Budgets {
  const within = plannedShare / windowGrowth;
  return {
    prefix: Math.min(prefix, prefixLimit * within),
    suffix: Math.min(suffix, suffixLimit * within),
  };
}

/** Tokens before or after the cursor, counted only as far as `limit` can reach. */
function tokensUpTo(
  { document: { text }, offset }: CompletionSite,
  side: "before" | "after",
  limit: number,
  calibration: number,
): number {
  const length = side === "before" ? offset : text.length - offset;
  if (length > reachOf(limit, calibration)) return Number.POSITIVE_INFINITY;
  return side === "before"
    ? estimateTokens(text, calibration, 0, offset)
    : estimateTokens(text, calibration, offset);
}

function startOfPrefix(
  site: CompletionSite,
  budget: number,
  calibration: number,
  previous: WindowState | undefined,
): Offset {
  const { text } = site.document;
  const kept = previous === undefined ? undefined : keptStart(site, previous);
  if (kept !== undefined && site.offset - kept <= reachOf(budget * windowGrowth, calibration)) {
    const tokens = estimateTokens(text, calibration, kept, site.offset);
    const isEnough = kept === 0 || tokens >= budget * shrinkage;
    if (isEnough && tokens <= budget * windowGrowth) return kept;
  }
  return cutBackward(text, site.offset, budget, calibration);
}

/** Where the previous window starts in the current text, after edits above it moved it. */
function keptStart(site: CompletionSite, previous: WindowState): Offset | undefined {
  const { text } = site.document;
  const moved = previous.prefixStart + text.length - previous.documentLength;
  for (const start of [previous.prefixStart, moved]) {
    if (start === 0) return start as Offset;
    const head = previous.prefixHead.slice(0, Math.max(0, site.offset - start));
    if (start > 0 && head !== "" && text.slice(start, start + head.length) === head)
      return start as Offset;
  }
  return undefined;
}

/** The suffix to send, and how much of the document it covers. */
function suffixAt(
  site: CompletionSite,
  budget: number,
  calibration: number,
  previous: WindowState | undefined,
): { text: string; length: number } {
  const { text } = site.document;
  if (previous !== undefined && previous.suffix !== "") {
    const tokens = estimateTokens(previous.suffix, calibration);
    const isWhole = site.offset + previous.suffixLength >= text.length;
    const isEnough = isWhole || tokens >= budget * shrinkage;
    if (isEnough && tokens <= budget * windowGrowth && isNearlySame(previous, site)) {
      const end = Math.min(text.length, site.offset + previous.suffixLength);
      return { text: previous.suffix, length: boundaryAt(text, end) - site.offset };
    }
  }
  const inserted = previous === undefined ? 0 : insertedSince(previous, site);
  const start = (site.offset + inserted) as Offset;
  const end = cutForward(text, start, budget, calibration);
  return { text: detached(toLf(text.slice(start, end))), length: end - site.offset };
}
