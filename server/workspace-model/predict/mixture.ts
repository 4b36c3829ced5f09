/**
 * Predicts the next token as a distribution. Each matched place votes for the token that followed it, with a weight
 * that is log-linear in the features of the match.
 */
import { positions, tokenFeatureCount } from "./columns.ts";
import { flag, type Weights } from "./weights.ts";
import {
  agreementAfter,
  continuationEnd,
  findMatches,
  sharedNearby,
  type Acceptance,
  type Match,
} from "./matches.ts";
import type { Query } from "./query.ts";
import { gapBits, withWord, wordOf, type Token } from "../tokens/tokenizer.ts";
import { newlineWord, type WordId } from "../tokens/vocabulary.ts";

export interface NextToken {
  readonly token: Token;
  readonly probability: number;
  /** The token follows similar context in removed lines. */
  readonly isRemoved: boolean;
}

const column = positions("token");

const limits = { walk: 16, shapeWalk: 8, matchesPerSide: 24 };
/** How many tokens to search for the end of the place's line. */
const endLookahead = 40;
const longestAgreement = 10;
const sharedTokens = 30;
/** At this distance a place in the cursor's own document counts as half as near. */
const nearCharacters = 700;

/** The matches of a context as votes, before weighting. */
export interface TokenVotes {
  readonly tokens: readonly Token[];
  /** `tokens.length` rows of `tokenFeatureCount`. */
  readonly features: Float64Array;
  /** True if all tokens begin with the word being typed. */
  readonly isWithinWord: boolean;
}

/** Votes for what follows `words[0, length)`. The last `lineWords` of these words are on the cursor's line. */
export function tokenVotes(
  query: Query,
  words: Int32Array,
  length: number,
  lineWords: number,
): TokenVotes {
  const isWithinWord = length === query.contextLength && query.partial !== "";
  const accepts = isWithinWord ? acceptanceOf(query) : undefined;
  const matches = findMatches(query, words, length, limits, accepts);
  const fallbacks = isWithinWord ? documentCompletions(query) : [];
  const features = new Float64Array((matches.length + fallbacks.length) * tokenFeatureCount);
  const company = companyOf(matches);
  const tokens: Token[] = [];
  for (const match of matches) {
    const start = tokens.length * tokenFeatureCount;
    const token = describe(query, match, lineWords, company, features, start);
    const isCounted = match.hasTwin && token === match.source.index.tokens[match.place];
    // Otherwise the next row is written over this one.
    if (!isCounted && (!isWithinWord || completes(query, wordOf(token)))) tokens.push(token);
  }
  for (const word of fallbacks) {
    const start = tokens.length * tokenFeatureCount;
    features.fill(0, start, start + tokenFeatureCount);
    describeFallback(query, word, features, start);
    tokens.push(word << gapBits);
  }
  return { tokens, features, isWithinWord };
}

/** Most probable first. What is missing to a sum of 1 is the probability that none of them comes next. */
export function nextTokens(votes: TokenVotes, weights: Weights["token"]): NextToken[] {
  const { tokens, features, isWithinWord } = votes;
  const scores = new Map<Token, number>();
  const removed = new Set<Token>();
  let total = Math.exp(weights[isWithinWord ? column.noneWithinWord : column.noneAtWordStart] ?? 0);
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
    if (features[start + column.isRemoved] === 1) removed.add(token);
  }
  const next: NextToken[] = [];
  for (const [token, score] of scores) {
    next.push({ token, probability: score / total, isRemoved: removed.has(token) });
  }
  return next.toSorted((a, b) => b.probability - a.probability);
}

function completes(query: Query, word: WordId): boolean {
  return query.vocabulary.text(word).startsWith(query.partial);
}

/** Accepts words that begin with the word being typed; by shape also names, which such a word may replace. */
function acceptanceOf(query: Query): Acceptance {
  return (word, isExact) =>
    completes(query, word) || (!isExact && query.vocabulary.isIdentifier(word));
}

/** A shorter start of a word says too little without context. */
const shortestFallback = 2;
const mostFallbacks = 12;

/** Names in the document that begin with the word being typed, at any place, the most recently added first. */
function documentCompletions(query: Query): WordId[] {
  if (query.partial.length < shortestFallback) return [];
  const words: WordId[] = [];
  for (const word of query.documentWords()) if (completes(query, word)) words.push(word);
  return words.slice(-mostFallbacks);
}

/** What all matches say together. */
interface Company {
  readonly exact: number;
  readonly shape: number;
}

function companyOf(matches: readonly Match[]): Company {
  let exact = 0;
  let shape = 0;
  for (const { exactLength, shapeLength } of matches) {
    if (exactLength > exact) exact = exactLength;
    if (shapeLength > shape) shape = shapeLength;
  }
  return { exact, shape };
}

/** Writes the features of one match and returns the token that it votes for. */
function describe(
  query: Query,
  match: Match,
  lineWords: number,
  company: Company,
  rows: Float64Array,
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
  rows[start + column.exactLength] = Math.log1p(exactLength);
  rows[start + column.shapeLength] = Math.log1p(shapeLength);
  rows[start + column.exactFillsLine] = flag(exactLength >= lineWords);
  rows[start + column.shapeFillsLine] = flag(shapeLength >= lineWords);
  rows[start + column.isOwn] = flag(isOwn);
  rows[start + column.sharedNearby] = sharedNearby(query, match, sharedTokens);
  rows[start + column.agreement] = Math.log1p(agreement);
  rows[start + column.agreesWell] = flag(agreement >= 3);
  rows[start + column.isInDocument] = flag(isIdentifier && query.isInDocument(word));
  rows[start + column.isIdentifier] = flag(isIdentifier);
  rows[start + column.isNewline] = flag(word === newlineWord);
  rows[start + column.isBound] = flag(binding !== undefined);
  rows[start + column.bindsName] = flag(substituted?.kind === "name");
  rows[start + column.bindsParts] = flag(substituted?.kind === "parts");
  rows[start + column.isUnbound] = flag(substituted?.kind === "unbound");
  rows[start + column.reboundCount] = Math.log1p(match.reboundCount);
  rows[start + column.nearness] = isOwn ? 1 / (1 + query.distanceTo(place) / nearCharacters) : 0;
  rows[start + column.isLongMatch] = flag(exactLength >= 8);
  rows[start + column.isVeryLongMatch] = flag(exactLength >= 16);
  rows[start + column.isNearWord] = flag(isIdentifier && query.nearWords.has(word));
  rows[start + column.recency] = 1 / match.age;
  rows[start + column.isRemoved] = flag(match.source.isRemoved);
  rows[start + column.isLongestExact] = flag(exactLength === company.exact);
  rows[start + column.isLongestShape] = flag(shapeLength === company.shape);
  rows[start + column.isForeign] = flag(match.foreignNames?.get(word) !== undefined);
  rows[start + column.isProse] = flag(query.isProse);
  rows[start + column.isRemovedBeyondLine] = flag(
    match.source.isRemoved && exactLength > lineWords,
  );
  return substituted === undefined ? there : withWord(there, word);
}

/** A match without context, anywhere in the document. */
function describeFallback(query: Query, word: WordId, rows: Float64Array, start: number): void {
  rows[start + column.isOwn] = 1;
  rows[start + column.isInDocument] = 1;
  rows[start + column.isIdentifier] = 1;
  rows[start + column.isNearWord] = flag(query.nearWords.has(word));
}
