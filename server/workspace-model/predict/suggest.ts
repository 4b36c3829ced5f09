/**
 * Turns proposals into suggestions: whole lines that are sure enough, or else the sure prefix of the most likely
 * line.
 */
import type { Query } from "./query.ts";
import { propose } from "./rerank.ts";
import { surePrefix } from "./sure-prefix.ts";
import type { Weights } from "./weights.ts";

export interface WorkspaceSuggestion {
  /** Text on one line, from the cursor on; never empty. */
  readonly insertText: string;
  /** Calibrated: of the suggestions made with 0.8, four in five are right. */
  readonly probability: number;
  /** The start of a line whose rest is not sure. It counts as right if the line continues with it. */
  readonly isSurePrefix: boolean;
}

export interface SuggestOptions {
  /** Most suggestions per query: a fourth is not worth offering. */
  readonly limit: number;
  readonly minProbability: number;
}

/** Most probable first. Empty if none reaches `minProbability`. */
export function suggestFrom(
  query: Query,
  weights: Weights,
  { limit, minProbability }: SuggestOptions,
): WorkspaceSuggestion[] {
  const { proposals, beam } = propose(query, weights);
  const offered: WorkspaceSuggestion[] = proposals
    .filter(({ probability }) => probability >= minProbability)
    .map(({ insertText, probability }) => ({ insertText, probability, isSurePrefix: false }));
  if (offered.length === 0) {
    const likeliest = beam.finished[0] ?? beam.unfinished;
    const prefix = likeliest && surePrefix(query, likeliest, weights, minProbability);
    if (prefix !== undefined) offered.push({ ...prefix, isSurePrefix: true });
  }
  return offered.slice(0, limit);
}
