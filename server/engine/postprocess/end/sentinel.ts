/**
 * Ends an answer at a model's special token: servers leak them, and nothing after one is meant for the user. A
 * program that speaks of such tokens, in a string or as an index, is text.
 */
import { ambiguousToken, distinctToken } from "../../prompt/special-tokens.ts";
import { scanBrackets } from "../../syntax/brackets.ts";
import { stateAt } from "../../syntax/closers.ts";
import type { AnswerFacts } from "../facts.ts";
import type { CutStep } from "../step.ts";

export const stopAtSentinel: CutStep = {
  kind: "cut",
  name: "sentinel",
  dropReason: "sentinel",
  findCut(text, facts, isComplete) {
    const found: (readonly [sentinel: string, end: number, needed: number])[] = [];
    for (const { 0: sentinel, index } of text.matchAll(distinctToken))
      found.push([sentinel, index, 0]);
    for (const sentinel of facts.sentinels) found.push([sentinel, text.indexOf(sentinel), 0]);
    for (const { 0: sentinel, index } of text.matchAll(ambiguousToken)) {
      const needed = neededAfter(text.slice(index + sentinel.length), isComplete);
      if (needed === undefined || !isToken(text, index, sentinel)) continue;
      found.push([sentinel, index, needed]);
    }
    let first: { end: number; decidedAt: number } | undefined;
    for (const [sentinel, end, needed] of found) {
      if (end < 0 || isSpokenOf(text, end, sentinel, facts)) continue;
      const decidedAt = end + sentinel.length + needed;
      if (first === undefined || decidedAt < first.decidedAt) first = { end, decidedAt };
    }
    return first === undefined ? undefined : { ...first, isContinued: false };
  },
};

/** A tokenizer's own source speaks of them, in strings and comments: of the same one, or of one of its family. */
function isSpokenOf(
  text: string,
  index: number,
  sentinel: string,
  { around }: AnswerFacts,
): boolean {
  const { before, after, language } = around;
  const isQuoted = scanBrackets(text.slice(0, index), language, stateAt(around)).inside.kind;
  if (isQuoted === "code" && !language.isProse) return false;
  const family = /^(?:<\||<｜|<fim_|<\[fim-|\[)/.exec(sentinel)?.[0] ?? sentinel;
  const shown = family === "[" ? sentinel : family;
  return before.includes(shown) || after.includes(shown);
}

/** What goes on with an expression behind an index, or a tag's text. */
const expressionGoesOn = /^(?:\s*[-.,;:)\]}+*/=<>?!&|]|\s+(?:in|is|and|or|not|if|else)\b)/;

/** How much of the text after an ambiguous token decides what it is; `undefined` while that has not come. */
function neededAfter(after: string, isComplete: boolean): number | undefined {
  const decisive = /^[ \t]*(?:\n|[^\s\w]|\w+\W)/.exec(after);
  return decisive === null && !isComplete ? undefined : (decisive?.[0].length ?? after.length);
}

/** Where a program has an index or a list, the same characters are no token. */
function isToken(text: string, index: number, sentinel: string): boolean {
  const after = text.slice(index + sentinel.length);
  const isAtEnd = /^[ \t]*(?:\n|$)/.test(after);
  if (sentinel.startsWith("<")) return isAtEnd || /^\s*\w/.test(after);
  const isIndex = /[\w)\]"'`]$/.test(text.slice(0, index));
  return !(isIndex && isAtEnd) && !expressionGoesOn.test(after);
}

/** A quick test on what has just come: whether a special token may be complete now. */
export function mayEndInSentinel(
  raw: string,
  piece: string,
  sentinels: readonly string[],
): boolean {
  const tail = raw.slice(-piece.length - maxSentinelLength);
  if (/[>\]]/.test(piece) && /<[|｜[f]|\[[PSM]/.test(tail)) return true;
  return sentinels.some((sentinel) => tail.includes(sentinel));
}

const maxSentinelLength = 40;
