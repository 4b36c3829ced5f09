/**
 * Fits the ranking: a logistic function by Newton steps with a ridge, on the places that the current ranking
 * produces. A commit counts at most `mostSamples`; the first place after a step counts twice.
 */
import { featureNames, type Features } from "../../../server/next-edit/ranking/features.ts";
import { fittedRanking } from "../../../server/next-edit/ranking/fitted-ranking.ts";
import { replay } from "./replay.ts";
import type { Order } from "./steps.ts";

interface Sample {
  readonly values: Float64Array;
  readonly isUseful: boolean;
  readonly commit: string;
  readonly isFirst: boolean;
}

/** At which the ranking in force shows places while samples are collected. */
const threshold = 0.6;
const keptPlaces = 8;
const mostSamples = 40;
const ridge = 3;
const mostSteps = 15;

export function fit(
  checkouts: readonly string[],
  options: { readonly limit: number; readonly order: Order; readonly seed: number },
): void {
  const samples: Sample[] = [];
  for (const checkout of checkouts) {
    replay(checkout, {
      ...options,
      threshold,
      ranking: fittedRanking,
      onFound(found, commit) {
        for (const [rank, { place, verdict }] of found.slice(0, keptPlaces).entries()) {
          const { isUseful } = verdict;
          samples.push({ values: valuesOf(place.features), isUseful, commit, isFirst: rank === 0 });
        }
      },
    });
    console.log(`${checkout}: ${samples.length} samples`);
  }
  const weights = logistic(samples);
  for (const [index, name] of featureNames.entries()) {
    console.log(`  ${name}: ${(weights[index] ?? 0).toFixed(2)},`);
  }
}

function valuesOf(features: Features): Float64Array {
  return Float64Array.from(featureNames, (name) => features.get(name));
}

function logistic(samples: readonly Sample[]): Float64Array {
  const counts = new Map<string, number>();
  for (const { commit } of samples) counts.set(commit, (counts.get(commit) ?? 0) + 1);
  const weights = new Float64Array(featureNames.length);
  for (let step = 0; step < mostSteps; step++) {
    const { gradient, curvature } = slopes(samples, counts, weights);
    const moves = solve(curvature, gradient);
    let largest = 0;
    for (const [index, move] of moves.entries()) {
      weights[index] = (weights[index] ?? 0) + move;
      largest = Math.max(largest, Math.abs(move));
    }
    if (largest < 1e-3) break;
  }
  return weights;
}

function slopes(
  samples: readonly Sample[],
  counts: ReadonlyMap<string, number>,
  weights: Float64Array,
) {
  const size = weights.length;
  const gradient = weights.map((weight) => -ridge * weight);
  const curvature = Array.from({ length: size }, (_, row) => {
    const values = new Float64Array(size);
    values[row] = ridge;
    return values;
  });
  for (const { values, isUseful, commit, isFirst } of samples) {
    const used = [...values.keys()].filter((index) => values[index] !== 0);
    const sum = used.reduce((total, at) => total + (weights[at] ?? 0) * (values[at] ?? 0), 0);
    const probability = 1 / (1 + Math.exp(-sum));
    const share = Math.min(1, mostSamples / (counts.get(commit) ?? 1)) * (isFirst ? 2 : 1);
    const error = (Number(isUseful) - probability) * share;
    const bend = Math.max(1e-4, probability * (1 - probability)) * share;
    for (const at of used) {
      const value = values[at] ?? 0;
      gradient[at] = (gradient[at] ?? 0) + error * value;
      const row = curvature[at];
      if (row === undefined) continue;
      for (const other of used) {
        row[other] = (row[other] ?? 0) + bend * value * (values[other] ?? 0);
      }
    }
  }
  return { gradient, curvature };
}

/** By elimination; the matrix is positive definite thanks to the ridge. */
function solve(matrix: readonly Float64Array[], right: Float64Array): Float64Array {
  const rows = matrix.map((row, index) => Float64Array.from([...row, right[index] ?? 0]));
  const size = rows.length;
  for (const [index, pivot] of rows.entries()) {
    for (const row of rows.slice(index + 1)) {
      const factor = (row[index] ?? 0) / (pivot[index] ?? 1);
      if (factor === 0) continue;
      for (let at = index; at <= size; at++) row[at] = (row[at] ?? 0) - factor * (pivot[at] ?? 0);
    }
  }
  const solution = new Float64Array(size);
  for (let index = size - 1; index >= 0; index--) {
    const row = rows[index] ?? new Float64Array(size + 1);
    let value = row[size] ?? 0;
    for (let at = index + 1; at < size; at++) value -= (row[at] ?? 0) * (solution[at] ?? 0);
    solution[index] = value / (row[index] ?? 1);
  }
  return solution;
}
