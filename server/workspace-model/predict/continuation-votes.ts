/**
 * Whole continuations found elsewhere in the workspace. Each match votes, with a fitted probability, for the rest
 * of its line, rewritten with the names used at the cursor. Votes for equal texts are combined.
 */
import {
  agreementAfter,
  continuationEnd,
  findMatches,
  sharedNearby,
  type Match,
} from "./matches.ts";
import type { Query } from "./query.ts";
import { withWord, wordOf, type Token } from "../tokens/tokenizer.ts";
import { columns, positions } from "./columns.ts";
import { flag, logistic, type Weights } from "./weights.ts";

/** Votes for one text. */
export interface VoteGroup {
  readonly tokens: readonly Token[];
  readonly count: number;
  /** Sum of the votes' probabilities. */
  readonly sum: number;
  /** Probability that at least one vote is right, if they were independent. */
  readonly anyRight: number;
  readonly best: Vote;
  /** True if removed lines vote for it too. */
  readonly isRemoved: boolean;
}

export interface Vote {
  readonly match: Match;
  readonly tokens: readonly Token[];
  /** The token that follows the continuation at the found place. */
  readonly end: Token;
  /** Fitted probability that this continuation is the right one. */
  readonly chance: number;
  /** How many words after the continuation equal the words right of the cursor. */
  readonly agreement: number;
  readonly features: Float64Array;
}

const column = positions("continuation");

const limits = { walk: 48, shapeWalk: 48, matchesPerSide: 96 };
const longestContinuation = 60;
const longestAgreement = 12;
const sharedTokens = 40;

/** Best first. Empty continuations do not vote. */
export function voteOnContinuations(query: Query, weights: Weights["continuation"]): VoteGroup[] {
  const groups = new Map<string, MutableGroup>();
  for (const vote of continuationVotes(query, weights)) {
    const key = vote.tokens.join(" ");
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, {
        count: 1,
        sum: vote.chance,
        wrong: 1 - capped(vote.chance),
        best: vote,
        isRemoved: vote.match.source.isRemoved,
      });
    } else {
      group.count++;
      group.isRemoved ||= vote.match.source.isRemoved;
      group.sum += vote.chance;
      group.wrong *= 1 - capped(vote.chance);
      if (vote.chance > group.best.chance) group.best = vote;
    }
  }
  const ranked = Array.from(groups.values(), toVoteGroup);
  return ranked.toSorted((a, b) => rank(b) - rank(a));
}

/** The vote of every match. Fitting reads these too. */
export function continuationVotes(query: Query, weights: Weights["continuation"]): Vote[] {
  const { context, contextLength, partial, vocabulary } = query;
  const accepts =
    partial === ""
      ? undefined
      : (word: number) =>
          vocabulary.text(word).startsWith(partial) || vocabulary.isIdentifier(word);
  const votes: Vote[] = [];
  const matches = findMatches(query, context, contextLength, limits, accepts);
  for (const match of matches) {
    const vote = voteOf(query, match, weights);
    if (vote !== undefined) votes.push(vote);
  }
  return votes;
}

interface MutableGroup {
  count: number;
  sum: number;
  /** Probability that all votes are wrong, if they were independent. */
  wrong: number;
  isRemoved: boolean;
  best: Vote;
}

function toVoteGroup({ count, sum, wrong, best, isRemoved }: MutableGroup): VoteGroup {
  return { tokens: best.tokens, count, sum, anyRight: 1 - wrong, best, isRemoved };
}

function rank(group: VoteGroup): number {
  return group.best.chance * 0.6 + group.anyRight * 0.4;
}

function capped(chance: number): number {
  return Math.min(0.99, chance);
}

function voteOf(query: Query, match: Match, weights: Weights["continuation"]): Vote | undefined {
  const { index, hiddenStart, hiddenEnd } = match.source;
  const { place } = match;
  const end = continuationEnd(query, index.tokens, place, longestContinuation);
  if (end === undefined || end === place) return undefined;
  if (place < hiddenEnd && end >= hiddenStart) return undefined;
  const continuation = adapted(query, match, end);
  if (match.hasTwin && continuation.substituted === 0) return undefined;
  if (query.partial !== "" && !completes(query, continuation.tokens)) return undefined;
  const agreement = agreementAfter(query, match, end, longestAgreement);
  const { foreignNames } = match;
  const isContradicted =
    foreignNames !== undefined &&
    continuation.tokens.some((token) => foreignNames.get(wordOf(token)) !== undefined);
  const features = describe(query, match, continuation, agreement, isContradicted);
  return {
    match,
    tokens: continuation.tokens,
    end: index.tokens[end] as Token,
    agreement,
    features,
    chance: logistic(weights, features),
  };
}

function completes(query: Query, tokens: readonly Token[]): boolean {
  const first = query.vocabulary.text(wordOf(tokens[0] ?? 0));
  return first.startsWith(query.partial) && (tokens.length > 1 || first !== query.partial);
}

interface Continuation {
  readonly tokens: Token[];
  identifiers: number;
  inDocument: number;
  substituted: number;
  /** Identifiers without a binding that do not occur in the document. */
  foreign: number;
}

/** The tokens from the match's place to `end`, with bound names replaced. */
function adapted(query: Query, match: Match, end: number): Continuation {
  const { tokens } = match.source.index;
  const { vocabulary } = query;
  const continuation: Continuation = {
    tokens: [],
    identifiers: 0,
    inDocument: 0,
    substituted: 0,
    foreign: 0,
  };
  for (let at = match.place; at < end; at++) {
    const there = tokens[at] as Token;
    const word = wordOf(there);
    if (!vocabulary.isIdentifier(word)) {
      continuation.tokens.push(there);
      continue;
    }
    const substitution = match.binding?.substitute(word, vocabulary);
    const here = substitution?.word ?? word;
    continuation.tokens.push(here === word ? there : withWord(there, here));
    continuation.identifiers++;
    if (query.isInDocument(here)) continuation.inDocument++;
    if (here !== word) continuation.substituted++;
    else if (!query.isInDocument(word)) continuation.foreign++;
  }
  return continuation;
}

function describe(
  query: Query,
  match: Match,
  continuation: Continuation,
  agreement: number,
  isContradicted: boolean,
): Float64Array {
  const { exactLength, shapeLength, isOwn, reboundCount } = match;
  const { identifiers, inDocument, substituted, foreign, tokens } = continuation;
  const isBound = match.binding !== undefined;
  const row = new Float64Array(columns.continuation.length);
  row[column.bias] = 1;
  row[column.exactLength] = Math.log1p(exactLength);
  row[column.shapeLength] = Math.log1p(shapeLength);
  row[column.exactFillsLine] = flag(exactLength >= query.lineWords);
  row[column.shapeFillsLine] = flag(shapeLength >= query.lineWords);
  row[column.agreement] = Math.log1p(agreement);
  row[column.agreesWell] = flag(agreement >= 3);
  row[column.isOwn] = flag(isOwn);
  row[column.isNearby] = flag(!isOwn && query.isNearby(match.source, match.place));
  row[column.isBound] = flag(isBound);
  row[column.substituted] = isBound ? Math.min(4, substituted) / 2 : 0;
  row[column.foreign] = isBound ? Math.min(4, foreign) / 2 : 0;
  row[column.shareInDocument] = identifiers === 0 ? 1 : inDocument / identifiers;
  row[column.hasNoIdentifier] = flag(identifiers === 0);
  row[column.sharedNearby] = sharedNearby(query, match, sharedTokens);
  row[column.length] = Math.log1p(tokens.length);
  row[column.isLineStart] = flag(query.lineWords === 0);
  row[column.reboundCount] = isBound ? Math.log1p(reboundCount) : 0;
  row[column.recency] = 1 / match.age;
  row[column.isRemoved] = flag(match.source.isRemoved);
  row[column.isContradicted] = flag(isContradicted);
  row[column.isRemovedBeyondLine] = flag(match.source.isRemoved && exactLength > query.lineWords);
  return row;
}
