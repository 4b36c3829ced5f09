/**
 * The part of prefix and suffix that fits a token budget. What was sent before is kept as long as it serves:
 * a provider bills tokens that it has seen at a tenth, and answers sooner.
 */
import { detached, toLf, utf8Length, type Offset } from "../document.ts";
import { insertedSince, isNearlySame } from "./frozen-suffix.ts";
import type { ByteRange, PromptShape } from "./prompt.ts";
import type { CompletionSite } from "../site.ts";
import { estimateTokens, plannedShare } from "./tokens.ts";
import { boundaryAt, cutBackward, cutForward, reachOf } from "./window-cut.ts";

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
  /** LF line ends; starts at the cursor, or is what the previous prompt sent. */
  readonly suffix: string;
  readonly prefixBytes: ByteRange;
  /** Of the text at the cursor, also where an older suffix is sent that differs a little. */
  readonly suffixBytes: ByteRange;
  readonly tokens: number;
  /** To be given back for the next prompt of the same document. */
  readonly state: WindowState;
}

/** What the previous prompt of a document sent. */
export interface WindowState {
  readonly uri: string;
  readonly prefixStart: Offset;
  /** Text at `prefixStart`, by which the place is recognised after edits above it. */
  readonly prefixHead: string;
  readonly documentLength: number;
  /** UTF-16 units of the document that the suffix was made of. */
  readonly suffixLength: number;
  readonly suffix: string;
}

/** A window may grow to this multiple of its budget before it is cut again. */
export const windowGrowth = 1.25;
/** And is cut again when less than this part of its budget is left of it. */
const shrinkage = 0.5;
/** Prefix-first models read the suffix again with every key: so much keeps that below a tenth of the prompt. */
const prefixFirstSuffixShare = 0.08;
const headLength = 256;

/** Cuts the windows; `previous` is what the last call for this document gave back. */
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

/** Tokens for either side; what a side cannot use at an end of the file goes to the other. */
function budgetsAt(
  site: CompletionSite,
  { tokenBudget, prefixShare, order, calibration }: WindowOptions,
): Budgets {
  const isPrefixFirst = order === "prefixFirst";
  const prefix = tokenBudget * prefixShareOf({ prefixShare }, order);
  const suffix = tokenBudget - prefix;
  const before = tokensUpTo(site, "before", prefix, calibration);
  // A long suffix that is read again with every key costs more than it tells.
  if (before < prefix && !isPrefixFirst) return { prefix, suffix: tokenBudget - before };
  const after = tokensUpTo(site, "after", suffix, calibration);
  return after < suffix ? { prefix: tokenBudget - after, suffix } : { prefix, suffix };
}

/** A server that crops without a word is given what it takes, with room for growth and for a wrong estimate. */
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

/** Tokens before or after the cursor, counted no farther than `limit` can reach. */
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

/** Where the previous window started, in the present text: edits above have moved it. */
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

/** The suffix to send, and how much of the document it stands for. */
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
