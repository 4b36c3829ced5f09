/** The features of a place, by name: the numbers of `fitted-ranking.ts` weigh them, `next-edit --explain` prints them. */

export const featureNames = [
  "bias",
  // What the edit is.
  "isRename",
  "isWords",
  "isNameParts",
  "isAlike",
  "areLinesAdded",
  "areLinesDeleted",
  "isImportDeleted",
  // What stands there, against where the edit was made.
  "hasSameShape",
  "sharedLeft",
  "hasSharedContext",
  "lacksSharedContext",
  "hasSameIndent",
  "hasSameLineBelow",
  "hasSameLinesAround",
  "anchorShare",
  // Where it is.
  "isNear",
  "distance",
  "isOtherFile",
  "isUneditedFile",
  "isInBlock",
  "isOutsideBlock",
  "isOnward",
  "keepsStride",
  // What speaks for the rule, and against it.
  "isPassedBy",
  "isPassedByRepeated",
  "refusals",
  "acceptance",
  "age",
  "places",
  "doneShare",
  "isLongChain",
  "isNearInChain",
  "odds",
  // What is written.
  "coverage",
  "newLength",
  "nameLength",
  "bringsFreshName",
  "filesWithName",
] as const;

export type FeatureName = (typeof featureNames)[number];

export type Ranking = Readonly<Record<FeatureName, number>>;

const columns = new Map<string, number>(featureNames.map((name, column) => [name, column]));

/** The features of one place; what is not set is 0. Numbers in a row, as there are hundreds of places to weigh. */
export class Features {
  readonly #values = new Float64Array(featureNames.length);

  set(values: Readonly<Partial<Record<FeatureName, number | boolean>>>): this {
    for (const name in values) {
      const value = values[name as FeatureName];
      this.#values[columns.get(name) ?? -1] = Number(value);
    }
    return this;
  }

  get(name: FeatureName): number {
    return this.#values[columns.get(name) ?? -1] ?? 0;
  }

  /** The logarithm of the odds by a ranking's numbers in the order of `featureNames`. */
  weighed(numbers: Float64Array): number {
    let sum = 0;
    for (let column = 0; column < numbers.length; column++) {
      sum += (this.#values[column] as number) * (numbers[column] as number);
    }
    return sum;
  }
}

export function numbersOf(ranking: Ranking): Float64Array {
  return Float64Array.from(featureNames, (name) => ranking[name]);
}

export function probabilityOf(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** A count as a feature. */
export function scaled(count: number): number {
  return Math.log1p(count) / 3;
}
