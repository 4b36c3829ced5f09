/**
 * Finds places whose left context matches the words before the cursor, longest contexts and newest places first.
 * The fences of `ChainIndex` keep the loop indices inside the arrays; hence the casts.
 */
import { Binding } from "./binding.ts";
import { contextOrders, hashContext } from "../index/context-hash.ts";
import { KeySet } from "./key-set.ts";
import type { Query, Source } from "./query.ts";
import { gapBits } from "../tokens/tokenizer.ts";
import { newlineWord, type WordId } from "../tokens/vocabulary.ts";

export interface Match {
  readonly source: Source;
  /** True if the place is in the cursor's own document. */
  readonly isOwn: boolean;
  /** The token that followed there. */
  readonly place: number;
  /** Number of equal words of context, counted back from the place. */
  readonly exactLength: number;
  /** The same, with identifiers bound consistently. Equals `exactLength` for an exact match. */
  readonly shapeLength: number;
  /** Number of identifiers in the context that differ. */
  readonly reboundCount: number;
  /** For a match by shape: the names to replace. */
  readonly binding: Binding | undefined;
  /** For an exact match whose context also matches further back by shape: the names that differ there. */
  readonly foreignNames: Binding | undefined;
  /** How many places of its chain were visited before it. Small for recently written text. */
  readonly age: number;
  /** The place is also an exact match. It then counts a second time only where its names are replaced. */
  readonly hasTwin: boolean;
}

/** Tells whether a token is of interest. If not `isExact`, the token's word may still be substituted. */
export type Acceptance = (word: WordId, isExact: boolean) => boolean;

export interface MatchLimits {
  /** Places visited per order and side. */
  readonly walk: number;
  /** The same for orders by shape. */
  readonly shapeWalk: number;
  /** Matches kept per side, for exact matches and for matches by shape. */
  readonly matchesPerSide: number;
}

/** Most words of context that are compared. */
const longestMatch = 32;
/** Skipping a dead place or a word that is not accepted is cheaper than a visit: this many count as one. */
const passedPerLook = 8;

const hashes = new Int32Array(contextOrders.length);
const seen = new KeySet();

/**
 * The matches of `words[0, length)`, the cursor's own document first. Tokens that `accepts` rejects take little of
 * the limit.
 */
export function findMatches(
  query: Query,
  words: Int32Array,
  length: number,
  limits: MatchLimits,
  accepts: Acceptance | undefined,
): Match[] {
  const matches: Match[] = [];
  hashContext(words, length, query.vocabulary, hashes);
  const finder = { query, words, length, limits, accepts, matches };
  if (query.own !== undefined) collect(finder, [query.own], true);
  collect(finder, query.others, false);
  return matches;
}

interface Finder {
  readonly query: Query;
  readonly words: Int32Array;
  readonly length: number;
  readonly limits: MatchLimits;
  readonly accepts: Acceptance | undefined;
  readonly matches: Match[];
}

function collect(finder: Finder, sources: readonly Source[], isOwn: boolean): void {
  const { matches, limits, length } = finder;
  seen.clear();
  let room = matches.length + limits.matchesPerSide;
  for (let order = 0; order < contextOrders.length; order++) {
    const { isExact, length: orderLength } = contextOrders[order] ?? { isExact: true, length: 0 };
    if (!isExact && length < orderLength) continue;
    if (!isExact && contextOrders[order - 1]?.isExact === true) room += limits.matchesPerSide;
    let looks = isExact ? limits.walk : limits.shapeWalk;
    for (let at = 0; at < sources.length && looks > 0 && matches.length < room; at++) {
      looks -= walk(finder, sources[at] as Source, at, isOwn, order, looks, room);
    }
  }
}

/** Walks one chain. Returns how many places it visited. */
function walk(
  finder: Finder,
  source: Source,
  sourceNumber: number,
  isOwn: boolean,
  order: number,
  mostLooks: number,
  room: number,
): number {
  const { length, accepts, matches } = finder;
  const { index, hiddenStart, hiddenEnd } = source;
  const { tokens } = index;
  const { isExact, length: orderLength } = contextOrders[order] ?? { isExact: true, length: 0 };
  const olderPlaces = index.olderPlaces[order] as Int32Array;
  const head = index.heads[order] as Int32Array;
  const needed = Math.min(orderLength, length);
  let looks = 0;
  let passes = mostLooks * passedPerLook;
  let next = head[(hashes[order] as number) & index.bucketMask] as number;
  while (next > 0 && looks < mostLooks && passes-- > 0 && matches.length < room) {
    const place = next - 1;
    next = olderPlaces[place] as number;
    const token = tokens[place] as number;
    if (token === 0 || (place >= hiddenStart && place < hiddenEnd)) continue;
    if (accepts !== undefined && !accepts(token >> gapBits, isExact)) continue;
    looks++;
    // A place may match in both ways: as it is, and with its names replaced.
    const exactKey = (place * 64 + sourceNumber) * 2;
    const key = isExact ? exactKey : exactKey + 1;
    if (seen.has(key)) continue;
    const match = matchAt(finder, source, isOwn, place, isExact, needed, looks, seen.has(exactKey));
    if (match === undefined) continue;
    seen.add(key);
    matches.push(match);
  }
  return looks;
}

/**
 * Compares backwards from a place while words are equal or identifiers bind consistently. An exact match also
 * continues by shape, to measure how similar the places are, but replaces no names.
 */
function matchAt(
  finder: Finder,
  source: Source,
  isOwn: boolean,
  place: number,
  isExact: boolean,
  needed: number,
  age: number,
  hasTwin: boolean,
): Match | undefined {
  const { words, length, query } = finder;
  const { vocabulary } = query;
  const { tokens } = source.index;
  const most = Math.min(longestMatch, length);
  let same = 0;
  while (
    same < most &&
    (tokens[place - 1 - same] as number) >> gapBits === (words[length - 1 - same] as number)
  ) {
    same++;
  }
  if (isExact && same < needed) return undefined;
  let binding: Binding | undefined;
  let shapeLength = same;
  for (; shapeLength < most; shapeLength++) {
    const there = (tokens[place - 1 - shapeLength] as number) >> gapBits;
    const here = words[length - 1 - shapeLength] as number;
    const bound = binding?.get(there);
    if (there === here ? bound !== undefined : bound !== undefined && bound !== here) break;
    if (there === here || bound === here) continue;
    if (!vocabulary.isIdentifier(there) || !vocabulary.isIdentifier(here)) break;
    (binding ??= new Binding()).add(there, here);
  }
  if (!isExact && (shapeLength < needed || binding === undefined)) return undefined;
  return {
    source,
    isOwn,
    place,
    exactLength: same,
    shapeLength,
    reboundCount: binding?.size ?? 0,
    binding: isExact ? undefined : binding,
    foreignNames: isExact ? binding : undefined,
    age,
    hasTwin,
  };
}

/**
 * Where the continuation from `place` ends: at the end of its line or, in the middle of a line, at the query's stop
 * word outside brackets opened on the way. `undefined` if that is further than `mostTokens`.
 */
export function continuationEnd(
  query: Query,
  tokens: Int32Array,
  place: number,
  mostTokens: number,
): number | undefined {
  const { stopWord, vocabulary } = query;
  const limit = Math.min(tokens.length, place + mostTokens);
  let depth = 0;
  for (let at = place; at < limit; at++) {
    const word = (tokens[at] as number) >> gapBits;
    if (word === stopWord && depth <= 0) return at;
    if (word === newlineWord || word === 0) return undefined;
    if (stopWord !== newlineWord) depth += vocabulary.bracketStep(word);
  }
  return undefined;
}

/** How many words after `end` equal the words right of the cursor. */
export function agreementAfter(query: Query, match: Match, end: number, most: number): number {
  const { suffix } = query;
  const { tokens } = match.source.index;
  const limit = Math.min(most, suffix.length, tokens.length - end - 1);
  let same = 0;
  while (same < limit) {
    const there = (tokens[end + 1 + same] as number) >> gapBits;
    const here = suffix[same] as number;
    if (there !== here && match.binding?.get(there) !== here) break;
    same++;
  }
  return same;
}

/** Share of the identifiers in the `count` tokens before the place that also occur near the cursor. */
export function sharedNearby(query: Query, match: Match, count: number): number {
  const { tokens } = match.source.index;
  const { vocabulary, nearWords } = query;
  let identifiers = 0;
  let shared = 0;
  for (let at = match.place - 1; at >= Math.max(0, match.place - count); at--) {
    const word = (tokens[at] as number) >> gapBits;
    if (word === 0) break;
    if (!vocabulary.isIdentifier(word)) continue;
    identifiers++;
    if (nearWords.has(word)) shared++;
  }
  return identifiers === 0 ? 0 : shared / identifiers;
}
