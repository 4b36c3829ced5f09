/** Ends an answer at a model's special token: servers leak them, and nothing after one is meant for the user. */
import { distinctToken } from "../prompt/special-tokens.ts";
import { scanBrackets } from "../syntax/brackets.ts";
import { stateAt } from "../syntax/closers.ts";
import type { CutStep } from "./step.ts";

export const stopAtSentinel: CutStep = {
  kind: "cut",
  name: "sentinel",
  dropReason: "sentinel",
  findCut(text, { sentinels, around }) {
    const { before, after, language } = around;
    const found = [...text.matchAll(distinctToken)].map(
      (match) => [match[0], match.index] as const,
    );
    for (const sentinel of sentinels) found.push([sentinel, text.indexOf(sentinel)]);
    let first: { end: number; decidedAt: number } | undefined;
    for (const [sentinel, end] of found) {
      if (end < 0) continue;
      // A tokenizer's own source speaks of them, in strings and comments.
      const isSpokenOf = before.includes(sentinel) || after.includes(sentinel);
      const { inside } = scanBrackets(text.slice(0, end), language, stateAt(around));
      if (isSpokenOf && (language.isProse || inside.kind !== "code")) continue;
      const decidedAt = end + sentinel.length;
      if (first === undefined || decidedAt < first.decidedAt) first = { end, decidedAt };
    }
    return first === undefined ? undefined : { ...first, isContinued: false };
  },
};

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
