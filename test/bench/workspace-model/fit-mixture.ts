/** Fits the mixture's weights: those under which the true next tokens are most likely. */
import {
  columns,
  positions,
  tokenFeatureCount,
} from "../../../server/workspace-model/predict/columns.ts";
import { seededRandom } from "./random.ts";

/** The votes at one place, and which of them name the token that came. */
export interface TokenCase {
  /** Rows of `tokenFeatureCount`. */
  readonly features: Float32Array;
  readonly isRight: readonly boolean[];
  readonly isWithinWord: boolean;
}

const column = positions("token");

const epochs = 10;
const batchSize = 64;
const ridge = 1e-4;
const momentum = 0.9;

export function fitMixture(cases: readonly TokenCase[], start: readonly number[]): number[] {
  const width = columns.token.length;
  const weights = Float64Array.from({ length: width }, (_, at) => start[at] ?? 0);
  const velocity = new Float64Array(width);
  const random = seededRandom(7);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const learningRate = 0.04 / (1 + epoch * 0.5);
    for (let done = 0; done < cases.length; done += batchSize) {
      const gradient = new Float64Array(width);
      for (let at = 0; at < batchSize; at++) {
        const example = cases[Math.floor(random() * cases.length)];
        if (example !== undefined) addGradient(example, weights, gradient);
      }
      for (let at = 0; at < width; at++) {
        const slope = (gradient[at] ?? 0) / batchSize - ridge * (weights[at] ?? 0);
        velocity[at] = momentum * (velocity[at] ?? 0) + learningRate * slope;
        weights[at] = (weights[at] ?? 0) + (velocity[at] ?? 0);
      }
    }
  }
  return [...weights];
}

/** Of the log of the probability that the right votes have together, or the escape where none is right. */
function addGradient(example: TokenCase, weights: Float64Array, gradient: Float64Array): void {
  const { features, isRight } = example;
  const escapeAt = example.isWithinWord ? column.noneWithinWord : column.noneAtWordStart;
  const escape = weights[escapeAt] ?? 0;
  const scores = Float64Array.from(isRight, (_, row) => {
    let sum = 0;
    for (let at = 0; at < tokenFeatureCount; at++) {
      sum += (weights[at] ?? 0) * (features[row * tokenFeatureCount + at] ?? 0);
    }
    return Math.exp(sum);
  });
  const total = scores.reduce((sum, score) => sum + score, Math.exp(escape));
  const rightTotal = scores.reduce(
    (sum, score, row) => sum + (isRight[row] === true ? score : 0),
    0,
  );
  const isEscape = rightTotal === 0;
  for (const [row, score] of scores.entries()) {
    const share = isRight[row] === true ? score / rightTotal : 0;
    const difference = share - score / total;
    for (let at = 0; at < tokenFeatureCount; at++) {
      const feature = features[row * tokenFeatureCount + at] ?? 0;
      gradient[at] = (gradient[at] ?? 0) + difference * feature;
    }
  }
  const escapeDifference = (isEscape ? 1 : 0) - Math.exp(escape) / total;
  gradient[escapeAt] = (gradient[escapeAt] ?? 0) + escapeDifference;
}
