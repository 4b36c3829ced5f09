/**
 * The columns of the fitted models, by name. This list is used to fit the weights, to write and load them, and to
 * compute the features. No other code knows a column by its number.
 */
export const columns = {
  /** One match that votes for the next token (mixture.ts), then the scores of "none of these". */
  token: [
    "exactLength",
    "shapeLength",
    "exactFillsLine",
    "shapeFillsLine",
    "isOwn",
    "sharedNearby",
    "agreement",
    "agreesWell",
    "isInDocument",
    "isIdentifier",
    "isNewline",
    "isBound",
    "bindsName",
    "bindsParts",
    "isUnbound",
    "reboundCount",
    "nearness",
    "isLongMatch",
    "isVeryLongMatch",
    "isNearWord",
    "recency",
    "isRemoved",
    "isLongestExact",
    "isLongestShape",
    "isForeign",
    "isProse",
    "isRemovedBeyondLine",
    "noneAtWordStart",
    "noneWithinWord",
  ],
  /** One whole continuation (continuation-votes.ts). */
  continuation: [
    "bias",
    "exactLength",
    "shapeLength",
    "exactFillsLine",
    "shapeFillsLine",
    "agreement",
    "agreesWell",
    "isOwn",
    "isNearby",
    "isBound",
    "substituted",
    "foreign",
    "shareInDocument",
    "hasNoIdentifier",
    "sharedNearby",
    "length",
    "isLineStart",
    "reboundCount",
    "recency",
    "isRemoved",
    "isContradicted",
    "isRemovedBeyondLine",
  ],
  /** One hypothesis (rerank.ts). */
  rerank: [
    "bias",
    "logProbability",
    "isUnknownToBeam",
    "beamShare",
    "isBeamBest",
    "probability",
    "hasVotes",
    "bestChance",
    "groupShare",
    "isGroupBest",
    "anyVoteRight",
    "voteCount",
    "agreement",
    "exactLength",
    "tokenCount",
    "isNearLine",
    "isLineStart",
    "leastProbability",
    "isBound",
    "isWithinWord",
    "partialLength",
    "emptyProbability",
    "hasTextAfter",
    "textLength",
    "isProse",
  ],
  /** One start of a line (sure-prefix.ts). */
  prefix: [
    "bias",
    "product",
    "logProduct",
    "logDoubt",
    "leastProbability",
    "length",
    "endsWithIdentifier",
    "isWithinWord",
    "partialLength",
    "isLineStart",
    "hasTextAfter",
    "isProse",
  ],
  /** A hypothesis proposed by removed lines. `score` is its score by `rerank`. */
  removedRerank: ["bias", "score", "isRestored"],
  /** A line start proposed by removed lines. `score` is its score by `prefix`. */
  removedPrefix: ["bias", "score", "isRestored", "length", "restoredLength"],
} as const;

export type Model = keyof typeof columns;
export type Column<M extends Model> = (typeof columns)[M][number];

/** A number for each column: features, or weights. */
export type Named<M extends Model> = Readonly<Record<Column<M>, number>>;

/** The columns of a match. The columns after them in `columns.token` have no features. */
export const tokenFeatureCount = columns.token.indexOf("noneAtWordStart");

/** Where the columns of `model` stand in a row. */
export function positions<M extends Model>(model: M): Named<M> {
  return Object.fromEntries(columns[model].map((name, at) => [name, at])) as Named<M>;
}

/** The numbers in the order of the columns. */
export function toRow<M extends Model>(model: M, named: Named<M>): Float64Array {
  const names: readonly Column<M>[] = columns[model];
  return Float64Array.from(names, (name) => named[name]);
}

/** The numbers of a row by the names of their columns. */
export function toNamed<M extends Model>(model: M, row: ArrayLike<number>): Named<M> {
  return Object.fromEntries(columns[model].map((name, at) => [name, row[at] ?? 0])) as Named<M>;
}
