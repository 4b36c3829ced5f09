/**
 * Simulates the trust in a model that is right more or less often than the model the weights were fitted on. The
 * user accepts right suggestions and types on against wrong ones.
 */
import { lineProbabilities } from "../../../server/engine/confidence/line-probabilities.ts";
import { defaultBounds } from "../../../server/engine/confidence/likely-text.ts";
import { nextTrust } from "../../../server/engine/confidence/trust.ts";
import type { RecordedAnswer } from "../../support/recorded-answers.ts";
import { seededRandom } from "../workspace-model/random.ts";
import { readWith } from "./read.ts";

const stretches = [100, 200, 400, 800];

export function printSimulation(answers: readonly RecordedAnswer[]): void {
  const claims = answers.flatMap((answer) => {
    const { text, evidence } = readWith(answer, { bounds: undefined, isTold: true });
    const [first] = evidence === undefined ? [] : lineProbabilities(text, evidence);
    return first === undefined ? [] : [first.probability];
  });
  console.log("\n| model, right first lines in % | shown lines | trust | claim / truth in % |");
  console.log("| --- | --: | --: | --: |");
  for (const [title, factor] of [
    ["half as good", 0.5],
    ["as good", 1],
    ["twice as good", 2],
  ] as const) {
    simulate(title, claims, shiftFor(claims, factor));
  }
}

/** The log-odds that make the mean of the claims `factor` times as large. */
function shiftFor(claims: readonly number[], factor: number): number {
  const mean = (shift: number): number => meanOf(claims.map((claim) => shifted(claim, shift)));
  const wanted = mean(0) * factor;
  let low = -6;
  let high = 6;
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (mean(middle) < wanted) low = middle;
    else high = middle;
  }
  return low;
}

function simulate(title: string, claims: readonly number[], shift: number): void {
  const random = seededRandom(1);
  const truth = 100 * meanOf(claims.map((claim) => shifted(claim, shift)));
  let trust = 0;
  for (const count of stretches) {
    const shown: { readonly claim: number; readonly isRight: boolean }[] = [];
    while (shown.length < count) {
      const place = claims[Math.floor(random() * claims.length)] ?? 0;
      const claim = shifted(place, trust);
      if (claim < defaultBounds.told) continue;
      const isRight = random() < shifted(place, shift);
      shown.push({ claim, isRight });
      trust = nextTrust(trust, { probability: claim, isRight });
    }
    const claimed = 100 * meanOf(shown.map(({ claim }) => claim));
    const right = 100 * meanOf(shown.map(({ isRight }) => Number(isRight)));
    console.log(
      `| ${title}, ${truth.toFixed(0)} | next ${count} | ${trust.toFixed(2)} of ${shift.toFixed(2)} | ${claimed.toFixed(0)} / ${right.toFixed(0)} |`,
    );
  }
}

function shifted(probability: number, shift: number): number {
  const odds = Math.log(probability / (1 - probability)) + shift;
  return 1 / (1 + Math.exp(-odds));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
