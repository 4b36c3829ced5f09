/**
 * What comes next, as a distribution: each matched place votes for the token that followed there, with a
 * weight that is log-linear in what is known of the match.
 */
import type { Weights } from "./weights.ts";
import {
  agreementAfter,
  continuationEnd,
  findMatches,
  sharedNearby,
  type Match,
} from "./matches.ts";
import type { Query } from "./query.ts";
import { withWord, wordOf, type Token } from "./tokenizer.ts";
import { newlineWord, type WordId } from "./vocabulary.ts";

export interface NextToken {
  readonly token: Token;
  readonly probability: number;
}

/** Features of a match; the order is that of `weights.token`, which has one number more: the escape's. */
export const tokenFeatureCount = 20;

const limits = { walk: 16, shapeWalk: 8, matchesPerSide: 24 };
/** Tokens looked through for the end of the place's line. */
const endLookahead = 40;
const longestAgreement = 10;
const sharedTokens = 30;

/** One instance per query: keeps what does not depend on the step. */
export interface TokenVotes {
  readonly tokens: readonly Token[];
  /** `tokens.length` rows of `tokenFeatureCount`. */
  readonly features: Float64Array;
}

/** The matches of a context as votes, before weighting; also what fitting reads. */
export function tokenVotes(
  query: Query,
  words: Int32Array,
  length: number,
  lineWords: number,
  accepts: ((word: WordId) => boolean) | undefined,
): TokenVotes {
  const matches = findMatches(query, words, length, limits, accepts);
  const features = new Float64Array(matches.length * tokenFeatureCount);
  const tokens = matches.map((match, row) =>
    describe(query, match, lineWords, features, row * tokenFeatureCount),
  );
  return { tokens, features };
}

/** Most probable first; what is missing to 1 is the chance that none of these comes. */
export function nextTokens(votes: TokenVotes, weights: Weights["token"]): NextToken[] {
  const { tokens, features } = votes;
  const scores = new Map<Token, number>();
  let total = Math.exp(weights[tokenFeatureCount] ?? 0);
  for (let row = 0; row < tokens.length; row++) {
    let sum = 0;
    const start = row * tokenFeatureCount;
    for (let at = 0; at < tokenFeatureCount; at++) {
      sum += (weights[at] as number) * (features[start + at] as number);
    }
    const score = Math.exp(sum);
    total += score;
    const token = tokens[row] as Token;
    scores.set(token, (scores.get(token) ?? 0) + score);
  }
  const next: NextToken[] = [];
  for (const [token, score] of scores) next.push({ token, probability: score / total });
  return next.toSorted((a, b) => b.probability - a.probability);
}

/** Writes the features of one match and returns the token that it votes for. */
function describe(
  query: Query,
  match: Match,
  lineWords: number,
  features: Float64Array,
  start: number,
): Token {
  const { exactLength, shapeLength, binding, isOwn, place } = match;
  const { tokens } = match.source.index;
  const there = tokens[place] as Token;
  const substituted = binding?.substitute(wordOf(there), query.vocabulary);
  const word = substituted?.word ?? wordOf(there);
  const isIdentifier = query.vocabulary.isIdentifier(word);
  const end = continuationEnd(query, tokens, place, endLookahead);
  const agreement = end === undefined ? 0 : agreementAfter(query, match, end, longestAgreement);
  const row = features.subarray(start, start + tokenFeatureCount);
  row[0] = Math.log1p(exactLength);
  row[1] = Math.log1p(shapeLength);
  row[2] = flag(exactLength >= lineWords);
  row[3] = flag(shapeLength >= lineWords);
  row[4] = flag(isOwn);
  row[5] = sharedNearby(query, match, sharedTokens);
  row[6] = Math.log1p(agreement);
  row[7] = flag(agreement >= 3);
  row[8] = flag(isIdentifier && query.isInDocument(word));
  row[9] = flag(isIdentifier);
  row[10] = flag(word === newlineWord);
  row[11] = flag(binding !== undefined);
  row[12] = flag(substituted?.kind === "name");
  row[13] = flag(substituted?.kind === "parts");
  row[14] = flag(substituted?.kind === "unbound");
  row[15] = Math.log1p(match.reboundCount);
  row[16] = isOwn ? nearness(query, place) : 0;
  row[17] = flag(exactLength >= 8);
  row[18] = flag(exactLength >= 16);
  row[19] = flag(isIdentifier && query.nearWords.has(word));
  return substituted === undefined ? there : withWord(there, word);
}

function nearness(query: Query, place: number): number {
  return 1 / (1 + Math.abs(place - (query.own?.hiddenStart ?? 0)) / 200);
}

function flag(claim: boolean): number {
  return claim ? 1 : 0;
}
