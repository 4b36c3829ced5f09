/**
 * How probable it is that the author wants an answer's text up to the end of each of its lines. Pure: what the
 * server reported about tokens, or plain facts where it reported nothing, and the fitted weights.
 */
import {
  plainColumns,
  probabilityBy,
  tokenColumns,
  type AnswerEnding,
  type LineFacts,
} from "./columns.ts";
import { plainWeights, tokenWeights } from "./fitted-weights.ts";
import type { ShownTokens } from "./shown-tokens.ts";

/** What is known about an answer's text beside the text. */
export interface Evidence {
  readonly tokens: ShownTokens | undefined;
  /** Starts of names that the document does not have. */
  readonly newWords: readonly number[];
  readonly ending: AnswerEnding;
  readonly isMidLine: boolean;
  readonly isProse: boolean;
}

export interface LineProbability {
  /** Index in the text, before the line's end. */
  readonly end: number;
  /** Of all text up to there; never more than the line before. */
  readonly probability: number;
  /** By the probabilities of its tokens; else by plain facts. */
  readonly isTold: boolean;
}

/**
 * The lines of `text` behind `from`, up to which the user has typed it already. `trust` is added to the log-odds: how
 * much more or less this model is right than the one that the weights were fitted on.
 */
export function lineProbabilities(
  text: string,
  evidence: Evidence,
  from = 0,
  trust = 0,
): readonly LineProbability[] {
  const lines: LineProbability[] = [];
  let joint = 1;
  for (let start = from; start <= text.length;) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    const isTold = evidence.tokens !== undefined && end <= evidence.tokens.knownLength;
    const facts = factsOf(evidence, { from, start, end });
    joint = isTold
      ? Math.min(joint, probabilityBy(tokenColumns, tokenWeights, facts, trust))
      : joint * probabilityBy(plainColumns, plainWeights, facts, trust);
    lines.push({ end, probability: joint, isTold });
    start = end + 1;
  }
  return lines;
}

/** What text with tokens of this sum reaches; every token more makes it less. */
export function probabilityOfSum(logprob: number, trust: number): number {
  const { modelOdds, constant } = tokenColumns;
  return probabilityBy({ constant, modelOdds }, tokenWeights, { ...noFacts, logprob }, trust);
}

const noFacts: LineFacts = {
  logprob: 0,
  length: 0,
  newWords: 0,
  isFirst: true,
  ending: "unknown",
  isMidLine: false,
  isProse: false,
};

interface Line {
  /** The cursor's place in the text. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

/** What the columns see of a line; exported for the script that fits the weights. */
export function factsOf(evidence: Evidence, { from, start, end }: Line): LineFacts {
  const { tokens, newWords, ending, isMidLine, isProse } = evidence;
  return {
    logprob: tokens === undefined ? 0 : sumBefore(tokens, end) - sumBefore(tokens, from),
    length: end - start,
    newWords: newWords.filter((at) => at >= start && at < end).length,
    isFirst: start === from,
    ending,
    isMidLine,
    isProse,
  };
}

/** Of the tokens that start before `offset`. */
function sumBefore({ starts }: ShownTokens, offset: number): number {
  let sum = 0;
  for (const start of starts) {
    if (start.offset >= offset) break;
    ({ sum } = start);
  }
  return sum;
}
