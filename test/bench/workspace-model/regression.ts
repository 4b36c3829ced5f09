/** Logistic regression, small and plain: full-batch gradient with momentum on standardised features. */
export interface RegressionOptions {
  readonly iterations: number;
  readonly weightOf?: (row: number) => number;
  /** How much large weights are held against; more where samples are few. */
  readonly ridge?: number;
}

const learningRate = 0.5;
const momentum = 0.9;
const usualRidge = 1e-4;

/**
 * Weights that make `1 / (1 + e^-(weights . row))` the chance of a true label. The first feature is the
 * constant 1; a feature that does not vary gets no weight.
 */
export function fitLogistic(
  rows: readonly Float64Array[],
  labels: readonly boolean[],
  { iterations, weightOf = () => 1, ridge = usualRidge }: RegressionOptions,
): number[] {
  const width = rows[0]?.length ?? 0;
  const { means, deviations } = moments(rows, width);
  const standardised = rows.map((row) =>
    row.map((value, at) => (value - (means[at] ?? 0)) / (deviations[at] ?? 1)),
  );
  const rowWeights = Float64Array.from(rows, (_, row) => weightOf(row));
  const total = rowWeights.reduce((sum, weight) => sum + weight, 0);
  const weights = new Float64Array(width);
  const velocity = new Float64Array(width);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gradient = new Float64Array(width);
    for (const [row, features] of standardised.entries()) {
      let sum = 0;
      for (let at = 0; at < width; at++) sum += (weights[at] ?? 0) * (features[at] ?? 0);
      const error = 1 / (1 + Math.exp(-sum)) - (labels[row] === true ? 1 : 0);
      const scaled = error * (rowWeights[row] ?? 0);
      for (let at = 0; at < width; at++)
        gradient[at] = (gradient[at] ?? 0) + scaled * (features[at] ?? 0);
    }
    for (let at = 0; at < width; at++) {
      const slope = (gradient[at] ?? 0) / total + ridge * (weights[at] ?? 0);
      velocity[at] = momentum * (velocity[at] ?? 0) - learningRate * slope;
      weights[at] = (weights[at] ?? 0) + (velocity[at] ?? 0);
    }
  }
  return unstandardised(weights, means, deviations);
}

function moments(rows: readonly Float64Array[], width: number) {
  const means = new Float64Array(width);
  const deviations = new Float64Array(width);
  for (let at = 0; at < width; at++) {
    let sum = 0;
    let squares = 0;
    for (const row of rows) {
      const value = row[at] ?? 0;
      sum += value;
      squares += value * value;
    }
    const mean = sum / rows.length;
    const deviation = Math.sqrt(Math.max(0, squares / rows.length - mean * mean));
    means[at] = at === 0 ? 0 : mean;
    deviations[at] = at === 0 || deviation < 1e-9 ? 1 : deviation;
  }
  return { means, deviations };
}

function unstandardised(
  weights: Float64Array,
  means: Float64Array,
  deviations: Float64Array,
): number[] {
  const plain = Array.from(weights, (weight, at) => weight / (deviations[at] ?? 1));
  const shift = plain.reduce((sum, weight, at) => sum + weight * (means[at] ?? 0), 0);
  return plain.map((weight, at) => (at === 0 ? weight - shift : weight));
}
