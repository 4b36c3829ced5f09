/** Finds the part of the most likely line that is sure enough when the whole line is not. */
import type { Hypothesis } from "./beam.ts";
import { insertTextOf } from "./insert-text.ts";
import type { Query } from "./query.ts";
import { wordOf } from "../tokens/tokenizer.ts";
import { newlineWord } from "../tokens/vocabulary.ts";
import { toRow } from "./columns.ts";
import { flag, logistic, scoreOf, type Weights } from "./weights.ts";

export interface SurePrefix {
  readonly insertText: string;
  /** Probability that the line continues with exactly this text. */
  readonly probability: number;
}

/** A shorter prefix is not worth a glance. */
const shortestPrefix = 2;
/** A user in the middle of a word reads along at each key, so a wrong suggestion disturbs more often there. */
const doubtWithinWord = 2 / 3;
/** A product of token probabilities below this is never sure enough. */
const hopeless = 0.2;

/** The longest start of the hypothesis with at least `minProbability`. Within a word the bound is higher. */
export function surePrefix(
  query: Query,
  hypothesis: Hypothesis,
  weights: Weights,
  minProbability: number,
): SurePrefix | undefined {
  const doubt = (1 - minProbability) * (query.partial === "" ? 1 : doubtWithinWord);
  for (let count = hopefulCount(hypothesis); count > 0; count--) {
    const { features, removed } = prefixFeatures(query, hypothesis, count, weights.prefix);
    const probability =
      removed === undefined
        ? logistic(weights.prefix, features)
        : logistic(weights.removedPrefix, removed);
    if (probability < 1 - doubt) continue;
    const insertText = insertTextOf(query, hypothesis.tokens.slice(0, count));
    return insertText.trim().length < shortestPrefix ? undefined : { insertText, probability };
  }
  return undefined;
}

function hopefulCount({ probabilities }: Hypothesis): number {
  let product = 1;
  let count = 0;
  for (const probability of probabilities) {
    product *= probability;
    if (product < hopeless) break;
    count++;
  }
  return count;
}

export interface PrefixFeatures {
  readonly features: Float64Array;
  /** For a hypothesis that removed lines propose. */
  readonly removed: Float64Array | undefined;
}

/** Probability of the first `count` tokens of the hypothesis. */
export function prefixFeatures(
  query: Query,
  hypothesis: Hypothesis,
  count: number,
  weights: Weights["prefix"],
): PrefixFeatures {
  const kept = hypothesis.probabilities.slice(0, count);
  const product = kept.reduce((sum, probability) => sum * probability, 1);
  const last = wordOf(hypothesis.tokens[count - 1] ?? 0);
  const length = Math.log1p(count);
  const features = toRow("prefix", {
    bias: 1,
    product,
    logProduct: Math.log(product + 1e-4),
    logDoubt: Math.log(1 - product + 1e-3),
    leastProbability: Math.min(...kept),
    length,
    endsWithIdentifier: flag(query.vocabulary.isIdentifier(last)),
    isWithinWord: flag(query.partial !== ""),
    partialLength: Math.min(query.partial.length, 8) / 8,
    isLineStart: flag(query.lineWords === 0),
    hasTextAfter: flag(query.stopWord !== newlineWord),
    isProse: flag(query.isProse),
  });
  if (hypothesis.removedTokens === 0) return { features, removed: undefined };
  const insertText = insertTextOf(query, hypothesis.tokens.slice(0, count));
  const start = (query.lineStartText + query.partial + insertText).trim();
  const isRestored = beginsSome(query.removedLines, start);
  const score = scoreOf(weights, features);
  return {
    features,
    removed: toRow("removedPrefix", {
      bias: 1,
      score,
      isRestored: flag(isRestored),
      length,
      restoredLength: isRestored ? length : 0,
    }),
  };
}

function beginsSome(lines: Iterable<string>, start: string): boolean {
  for (const line of lines) if (line.startsWith(start)) return true;
  return false;
}
