/** The fitted numbers of the model: their shape, and how features become a chance. */
export interface Weights {
  /** Per token feature, then the scores of "none of these": at a word's start, within a word (mixture.ts). */
  readonly token: readonly number[];
  /** Per feature of one continuation, bias first (continuation-votes.ts). */
  readonly continuation: readonly number[];
  /** Per feature of a hypothesis, bias first (rerank.ts). */
  readonly rerank: readonly number[];
  /** Per feature of a line's start, bias first (sure-prefix.ts). */
  readonly prefix: readonly number[];
  /** Of a hypothesis that removed lines propose: bias, share of the score by `rerank`, the line is restored. */
  readonly removedRerank: readonly number[];
  /** Of a line's start that removed lines propose: bias, share of the score by `prefix`, then its features. */
  readonly removedPrefix: readonly number[];
}

/** `weights . features`. */
export function scoreOf(weights: readonly number[], features: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += (weights[at] as number) * (features[at] ?? 0);
  return sum;
}

/** `1 / (1 + e^-(weights . features))`. */
export function logistic(weights: readonly number[], features: ArrayLike<number>): number {
  return 1 / (1 + Math.exp(-scoreOf(weights, features)));
}

/** A claim as a feature. */
export function flag(claim: boolean): number {
  return claim ? 1 : 0;
}
