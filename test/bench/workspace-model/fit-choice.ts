/**
 * Fits the probability of a suggestion that is shown only because it was chosen. Choosing the highest of several,
 * or the longest above a threshold, favors those rated too high. A second fit on only the chosen ones corrects
 * that.
 */
import { logistic } from "../../../server/workspace-model/predict/weights.ts";
import { fitLogistic } from "./regression.ts";

/** What could be shown at one place, and what of it would be right. */
export interface Choice {
  readonly rows: readonly Float64Array[];
  readonly labels: readonly boolean[];
  readonly isWithinWord: boolean;
  readonly weight: number;
}

/** The number of the row that is shown, given each row's probability; -1 for none. */
export type Chooser = (probabilities: readonly number[], threshold: number) => number;

export const likeliestOf: Chooser = (probabilities, threshold) => {
  const best = Math.max(0, ...probabilities);
  return best >= threshold ? probabilities.indexOf(best) : -1;
};

export const longestOf: Chooser = (probabilities, threshold) =>
  probabilities.findLastIndex((probability) => probability >= threshold);

const thresholds = [0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];
const rounds = 2;
const iterations = 800;

export function fitChoice(
  choices: readonly Choice[],
  chooser: Chooser,
  withinWordFeature: number,
): number[] {
  const rows = choices.flatMap((choice) => choice.rows);
  const labels = choices.flatMap((choice) => choice.labels);
  const rowWeights = choices.flatMap(({ rows: own, weight }) =>
    own.map((_, at) => weight / Math.sqrt(at + 1)),
  );
  let weights = fitLogistic(rows, labels, { iterations, weightOf: (row) => rowWeights[row] ?? 0 });
  for (let round = 0; round < rounds; round++) {
    weights = corrected(weights, choices, chooser, withinWordFeature);
  }
  return weights;
}

function corrected(
  weights: readonly number[],
  choices: readonly Choice[],
  chooser: Chooser,
  withinWordFeature: number,
): number[] {
  const rows: Float64Array[] = [];
  const labels: boolean[] = [];
  const rowWeights: number[] = [];
  for (const { rows: own, labels: ownLabels, isWithinWord, weight } of choices) {
    const probabilities = own.map((row) => logistic(weights, row));
    const chosen = new Set(thresholds.map((threshold) => chooser(probabilities, threshold)));
    chosen.delete(-1);
    for (const at of chosen) {
      const probability = probabilities[at] ?? 0.5;
      rows.push(
        Float64Array.of(1, Math.log(probability / (1 - probability)), Number(isWithinWord)),
      );
      labels.push(ownLabels[at] === true);
      rowWeights.push(weight);
    }
  }
  const [shift = 0, scale = 1, wordShift = 0] = fitLogistic(rows, labels, {
    iterations,
    weightOf: (row) => rowWeights[row] ?? 0,
  });
  return weights.map((weight, at) => {
    const added = (at === 0 ? shift : 0) + (at === withinWordFeature ? wordShift : 0);
    return weight * scale + added;
  });
}
