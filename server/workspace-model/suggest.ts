/** From proposals to what is offered: sure wholes, else the sure prefix of the likeliest line. */
import { insertTextOf } from "./insert-text.ts";
import type { Query } from "./query.ts";
import { propose } from "./rerank.ts";
import type { Hypothesis } from "./beam.ts";
import type { Weights } from "./weights.ts";

export interface WorkspaceSuggestion {
  /** One line, from the cursor on; never empty. */
  readonly insertText: string;
  /** Calibrated: of the suggestions made with 0.8, four in five are right. */
  readonly probability: number;
  /** The start of a line whose rest is not sure; right means that the line goes on so. */
  readonly isSurePrefix: boolean;
}

export interface SuggestOptions {
  /** Suggestions at most; three are worth offering. */
  readonly limit: number;
  readonly minProbability: number;
}

/** A shorter sure prefix is not worth the reader's glance. */
const shortestPrefix = 2;

/** Most probable first; empty when nothing reaches `minProbability`. */
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
    const prefix = likeliest && surePrefix(query, likeliest, minProbability);
    if (prefix !== undefined) offered.push(prefix);
  }
  return offered.slice(0, limit);
}

/** The longest start of the hypothesis whose probability stays above the threshold. */
function surePrefix(
  query: Query,
  hypothesis: Hypothesis,
  minProbability: number,
): WorkspaceSuggestion | undefined {
  let probability = 1;
  let count = 0;
  for (const next of hypothesis.probabilities) {
    if (probability * next < minProbability) break;
    probability *= next;
    count++;
  }
  const insertText = insertTextOf(query, hypothesis.tokens.slice(0, count));
  if (insertText.trim().length < shortestPrefix) return undefined;
  return { insertText, probability, isSurePrefix: true };
}
