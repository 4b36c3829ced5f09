/**
 * Text right of the cursor that the answer contains is replaced by it, not doubled: the longest equal
 * piece, else closers and quotes that an editor inserted by itself and the answer has among other text.
 * What nothing right of the cursor stands for is cut off.
 */
import { isSameInside, scanBrackets, type BracketScan } from "../brackets.ts";
import { excessClosers, stateAt } from "../closers.ts";
import type { AnswerFacts, Draft, EditStep } from "./step.ts";

export const overlapSuffix: EditStep = {
  kind: "edit",
  name: "suffix overlap",
  apply(draft, facts) {
    if (!facts.site.isMidLine || draft.text.includes("\n")) return draft;
    const answer = scanAt(draft.text, facts);
    const excess = excessClosers(answer.unmatched, facts.lacking);
    const length =
      equalLength(draft.text, answer, excess.length, facts) ??
      subsequenceLength(draft.text, answer, excess.length, facts);
    if (length !== undefined) {
      const isAll = draft.text === facts.site.lineSuffix.slice(0, length);
      return isAll && length > 0 ? "repeatsSuffix" : { ...draft, replacedLength: length };
    }
    return withoutExcess(draft, excess[0]?.index, facts);
  },
};

/** Length of the longest start of the line's rest that the answer ends with and may stand for. */
function equalLength(
  text: string,
  answer: BracketScan,
  excess: number,
  facts: AnswerFacts,
): number | undefined {
  const suffix = facts.site.lineSuffix.trimEnd();
  for (let length = Math.min(suffix.length, text.length); length > 0; length--) {
    if (!text.endsWith(suffix.slice(0, length))) continue;
    // Half a word is no overlap.
    if (/^\w\w/.test(suffix.slice(length - 1, length + 1))) continue;
    if (standsFor(suffix.slice(0, length), answer, excess, facts)) return length;
  }
  return undefined;
}

/** What editors insert right of the cursor by themselves, and what follows such brackets. */
const autoInserted = /^[)\]}>"'`;,]*$/;

/** Length of the shortest such start that has as many closers as the answer has too many; 0 if none. */
function subsequenceLength(
  text: string,
  answer: BracketScan,
  excess: number,
  facts: AnswerFacts,
): number | undefined {
  const suffix = facts.site.lineSuffix;
  for (let length = 0; length <= suffix.length; length++) {
    const start = suffix.slice(0, length);
    if (!autoInserted.test(start) || !isSubsequence(start, text)) return undefined;
    if (standsFor(start, answer, excess, facts)) return length;
  }
  return undefined;
}

/** Replacing `start` by the answer leaves what follows in the same string and the same brackets. */
function standsFor(
  start: string,
  answer: BracketScan,
  excess: number,
  facts: AnswerFacts,
): boolean {
  const replaced = scanAt(start, facts);
  if (!isSameInside(replaced, answer)) return false;
  if (facts.lacking.isUnknown) return replaced.unmatched.length <= answer.unmatched.length;
  return replaced.unmatched.length === excess && replaced.open.length <= answer.open.length;
}

/** No start of the line's rest fits: without the closers that are too many there is nothing to replace. */
function withoutExcess(
  draft: Draft,
  index: number | undefined,
  facts: AnswerFacts,
): Draft | "bracketUnderflow" {
  if (index === undefined) return draft;
  const text = draft.text.slice(0, index);
  if (text.trim() === "") return "bracketUnderflow";
  const isInsideSame = isSameInside(scanAt(text, facts), stateAt(facts.around));
  return isInsideSame ? { ...draft, text, rest: "" } : "bracketUnderflow";
}

function scanAt(text: string, { around }: AnswerFacts): BracketScan {
  return scanBrackets(text, around.language, stateAt(around));
}

function isSubsequence(part: string, text: string): boolean {
  let index = 0;
  for (const character of text) if (character === part.charAt(index)) index++;
  return index >= part.length;
}
