/**
 * Text right of the cursor that the answer contains is replaced by it, not doubled: the longest equal
 * piece, else closers and quotes that an editor inserted by itself and the answer has among other text.
 * What nothing right of the cursor stands for is cut off.
 */
import { isSubsequence } from "../../syntax/auto-closed.ts";
import {
  isSameInside,
  scanBrackets,
  type BracketScan,
  type Closer,
} from "../../syntax/brackets.ts";
import { excessClosers, isCrossing, stateAt } from "../../syntax/closers.ts";
import { plainText } from "../../languages/language-of.ts";
import type { DropReason } from "../../outcome.ts";
import { pairedMark, unmatchedAngles } from "../../syntax/pairs.ts";
import type { AnswerFacts } from "../facts.ts";
import type { Draft, EditStep } from "../step.ts";

export const overlapSuffix: EditStep = {
  kind: "edit",
  name: "suffix overlap",
  apply(draft, facts) {
    const { isMidLine, lineSuffix } = facts.site;
    if (!isMidLine || draft.text.includes("\n")) return draft;
    // Blanks at the line's end stand there too.
    const given = /\s$/.test(lineSuffix) ? { ...draft, text: draft.text.trimEnd() } : draft;
    const fitted = fit(given, facts);
    const marked = aroundMark(given, fitted, facts);
    if (marked !== undefined) return marked;
    if (fitted !== undefined) return fitted;
    const bare = withoutComment(given, facts);
    const fittedBare = bare.text === given.text ? undefined : fit(bare, facts);
    return fittedBare ?? withoutExcess(bare, facts);
  },
};

/** The answer in the place of as much of the line's rest as it stands for; `undefined` where it fits none. */
function fit(draft: Draft, facts: AnswerFacts): Draft | DropReason | undefined {
  const answer: Answer = { text: draft.text, scan: scanAt(draft.text, facts) };
  const length = equalLength(answer, facts) ?? subsequenceLength(answer, facts);
  if (length === undefined) return undefined;
  const { lineSuffix } = facts.site;
  const isAll = length > 0 && draft.text === lineSuffix.slice(0, length);
  // One more of the same elements of a list.
  if (isAll && /,\s*$/.test(draft.text) && lineSuffix.length > length) return draft;
  if (isAll) return "repeatsSuffix";
  return isLeftOpen(answer.scan, lineSuffix.slice(length))
    ? "bracketUnderflow"
    : { ...draft, replacedLength: length };
}

/** What the answer opens last would be closed by another bracket's closer. */
function isLeftOpen({ open, inside }: BracketScan, rest: string): boolean {
  const innermost = open.at(-1);
  if (innermost === undefined || innermost.index < 0 || inside.kind !== "code") return false;
  const next = rest.trimStart().charAt(0);
  return /[)\]}]/.test(next) && next !== innermost.close;
}

/**
 * A mark that the editor closed ends what the cursor is in: the answer replaces it and goes on where nothing
 * else stands on the line, and ends at it where other text follows. `undefined` where there is no such mark.
 */
function aroundMark(
  draft: Draft,
  fitted: Draft | DropReason | undefined,
  { site, around }: AnswerFacts,
): Draft | undefined {
  const mark = pairedMark(site.linePrefix, site.lineSuffix, around.language);
  const at = mark === "" ? -1 : draft.text.indexOf(mark);
  if (at < 0 || typeof fitted === "string") return undefined;
  if (fitted !== undefined && fitted.replacedLength >= mark.length) return undefined;
  const isLast = site.lineSuffix.slice(mark.length).trim() === "";
  if (isLast) return { ...draft, replacedLength: mark.length };
  return { ...draft, text: draft.text.slice(0, at), rest: "" };
}

interface Answer {
  readonly text: string;
  readonly scan: BracketScan;
}

/**
 * Length of the start of the line's rest that the answer ends with and stands for, 0 where the answer fits as
 * it is. Of several, the one that leaves the fewest brackets open, then the longest.
 */
function equalLength(answer: Answer, facts: AnswerFacts): number | undefined {
  const suffix = facts.site.lineSuffix.trimEnd();
  let best: { length: number; gain: number } | undefined;
  for (let length = Math.min(suffix.length, answer.text.length); length >= 0; length--) {
    const start = suffix.slice(0, length);
    // Half a word is no overlap.
    if (!answer.text.endsWith(start) || /^\w\w/.test(suffix.slice(length - 1, length + 1)))
      continue;
    const gain = closersGained(start, answer, facts);
    if (gain !== undefined && (best === undefined || gain > best.gain)) best = { length, gain };
  }
  return best?.length;
}

/** What editors insert right of the cursor by themselves, and what follows such brackets. */
const autoInserted = /^[)\]}>"'`;,]*$/;

/**
 * Length of the shortest start of such characters that makes the answer fit, with what follows them where the
 * answer ends with that.
 */
function subsequenceLength(answer: Answer, facts: AnswerFacts): number | undefined {
  const suffix = facts.site.lineSuffix.trimEnd();
  const { text } = answer;
  for (let length = 1; length <= suffix.length; length++) {
    const inserted = suffix.slice(0, length);
    if (!autoInserted.test(inserted) || !isSubsequence(inserted, text)) return undefined;
    for (let end = Math.min(suffix.length, length + text.length); end >= length; end--) {
      const same = suffix.slice(length, end);
      const isSame =
        text.endsWith(same) && isSubsequence(inserted, text.slice(0, -same.length || undefined));
      const start = suffix.slice(0, end);
      if (isSame && closersGained(start, answer, facts) !== undefined) return end;
    }
  }
  return undefined;
}

/**
 * How many closers the line has more when the answer replaces `start`; `undefined` when that is more than it
 * lacks, or when what follows would be read as string where it is code.
 */
function closersGained(start: string, answer: Answer, facts: AnswerFacts): number | undefined {
  const replaced = scanAt(start, facts);
  const isLast = facts.site.lineSuffix.slice(start.length).trim() === "";
  const isEndComment = isLast && answer.scan.inside.kind === "lineComment";
  if (!isEndComment && !isSameInside(replaced, answer.scan)) return undefined;
  const { language } = facts.around;
  // The answer's own opener keeps its own closer.
  if (unmatchedAngles(start, language) > unmatchedAngles(answer.text, language)) return undefined;
  const { counts, held, isUnknown } = facts.lacking;
  if (isUnknown || isInsideText(answer, facts)) return closersGainedAnywhere(start, answer.text);
  const { unmatched } = answer.scan;
  if (unmatched.some((closer, index) => isCrossing(closer, index, facts.lacking))) return undefined;
  let gained = 0;
  for (const close of [")", "]", "}"] as const) {
    const gain = balance(answer.scan, close) - balance(replaced, close);
    // What an answer closes before it opens anything must have been open at the cursor.
    const closed = unmatched.filter((bracket) => bracket.close === close).length;
    if (gain > counts[close] || closed > counts[close] + held[close]) return undefined;
    gained += gain;
  }
  return gained;
}

/** Where brackets need no partner, as in prose: an answer never loses a closer that has its opener in it. */
function closersGainedAnywhere(start: string, text: string): number | undefined {
  const own = scanBrackets(text, plainText).unmatched.length;
  return scanBrackets(start, plainText).unmatched.length > own ? undefined : 0;
}

/** The answer begins and ends in the same string or comment. */
function isInsideText({ scan }: Answer, { around }: AnswerFacts): boolean {
  return around.scan.inside.kind !== "code" && isSameInside(scan, stateAt(around));
}

/** Closers without opener, less openers without closer. */
function balance({ unmatched, open }: BracketScan, close: Closer): number {
  const count = (brackets: readonly { readonly close: Closer }[]) =>
    brackets.filter((bracket) => bracket.close === close).length;
  return count(unmatched) - count(open);
}

/** Without a comment at its end, which would take the line's rest with it. */
function withoutComment(draft: Draft, facts: AnswerFacts): Draft {
  const { language, scan } = facts.around;
  const isInside = scan.inside.kind === "lineComment";
  if (isInside || scanAt(draft.text, facts).inside.kind !== "lineComment") return draft;
  for (const open of language.lineComments) {
    const at = draft.text.indexOf(open);
    const text = draft.text.slice(0, Math.max(0, at));
    const isComment = at >= 0 && scanAt(text + open, facts).inside.kind === "lineComment";
    if (isComment) return { ...draft, text: text.trimEnd(), rest: "" };
  }
  return draft;
}

/** No start of the line's rest fits: without the closers that are too many there is nothing to replace. */
function withoutExcess(draft: Draft, facts: AnswerFacts): Draft | "bracketUnderflow" {
  const index = excessClosers(scanAt(draft.text, facts), facts.lacking)[0]?.index;
  if (index === undefined) return draft;
  const text = draft.text.slice(0, index);
  const isInsideSame = isSameInside(scanAt(text, facts), stateAt(facts.around));
  if (text.trim() === "" || !isInsideSame) return "bracketUnderflow";
  return withoutExcess({ ...draft, text, rest: "" }, facts);
}

function scanAt(text: string, { around }: AnswerFacts): BracketScan {
  return scanBrackets(text, around.language, stateAt(around));
}
