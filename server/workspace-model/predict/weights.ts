/** The fitted numbers of the models, and how features become a probability. */
import { toRow, type Model, type Named } from "./columns.ts";

/** In the order of `columns`. */
export type Weights = Readonly<Record<Model, readonly number[]>>;

/** The weights as they are stored. */
export type NamedWeights = { readonly [M in Model]: Named<M> };

export function toWeights(named: NamedWeights): Weights {
  return {
    token: [...toRow("token", named.token)],
    continuation: [...toRow("continuation", named.continuation)],
    rerank: [...toRow("rerank", named.rerank)],
    prefix: [...toRow("prefix", named.prefix)],
    removedRerank: [...toRow("removedRerank", named.removedRerank)],
    removedPrefix: [...toRow("removedPrefix", named.removedPrefix)],
  };
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

/** A condition as a feature. */
export function flag(claim: boolean): number {
  return claim ? 1 : 0;
}
