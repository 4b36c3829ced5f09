/** The start of the likeliest line that is sure enough, where the whole is not. */
import type { Hypothesis } from "./beam.ts";
import { insertTextOf } from "./insert-text.ts";
import type { Query } from "./query.ts";
import { wordOf } from "./tokenizer.ts";
import { newlineWord } from "./vocabulary.ts";
import { logistic, type Weights } from "./weights.ts";

export interface SurePrefix {
  readonly insertText: string;
  /** That the line goes on with exactly this. */
  readonly probability: number;
}

/** A shorter prefix is not worth the reader's glance. */
const shortestPrefix = 2;
/** Who is typing a word reads on at each key: what is wrong there is in the way more often. */
const doubtWithinWord = 2 / 3;
/** A product of token probabilities below this is never sure. */
const hopeless = 0.2;

/** The longest start of the hypothesis with at least `minProbability`; within a word, with more. */
export function surePrefix(
  query: Query,
  hypothesis: Hypothesis,
  weights: Weights["prefix"],
  minProbability: number,
): SurePrefix | undefined {
  const doubt = (1 - minProbability) * (query.partial === "" ? 1 : doubtWithinWord);
  for (let count = hopefulCount(hypothesis); count > 0; count--) {
    const probability = logistic(weights, prefixFeatures(query, hypothesis, count));
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

/** Of the hypothesis' first `count` tokens; the order is that of `weights.prefix`. */
export function prefixFeatures(query: Query, hypothesis: Hypothesis, count: number): Float64Array {
  const kept = hypothesis.probabilities.slice(0, count);
  const product = kept.reduce((sum, probability) => sum * probability, 1);
  const last = wordOf(hypothesis.tokens[count - 1] ?? 0);
  return Float64Array.of(
    1,
    product,
    Math.log(product + 1e-4),
    Math.log(1 - product + 1e-3),
    Math.min(...kept),
    Math.log1p(count),
    query.vocabulary.isIdentifier(last) ? 1 : 0,
    query.partial === "" ? 0 : 1,
    Math.min(query.partial.length, 8) / 8,
    query.lineWords === 0 ? 1 : 0,
    query.stopWord === newlineWord ? 0 : 1,
    query.isProse ? 1 : 0,
  );
}
