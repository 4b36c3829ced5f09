/** The counts from the replay of one commit, and totals over many, with intervals from resampling commits. */
import type { PlaceKind } from "../../../server/next-edit/texts.ts";
import { seeded } from "./seeded.ts";

export interface Shown {
  readonly kind: PlaceKind;
  readonly probability: number;
  readonly isFirst: boolean;
  readonly isReversal: boolean;
  readonly isExact: boolean;
  readonly isUseful: boolean;
  readonly isPlace: boolean;
  readonly lines: number;
}

export interface Tally {
  lines: number;
  replacedLines: number;
  doneLines: number;
  doneReplacedLines: number;
  keys: number;
  handEdits: number;
  readonly shown: Shown[];
  readonly proposeMs: number[];
}

export function newTally(): Tally {
  return {
    lines: 0,
    replacedLines: 0,
    doneLines: 0,
    doneReplacedLines: 0,
    keys: 0,
    handEdits: 0,
    shown: [],
    proposeMs: [],
  };
}

export type Count = (tally: Tally) => number;

export const countShown: Count = ({ shown }) => shown.length;
export const countUseful: Count = ({ shown }) => shown.filter((each) => each.isUseful).length;
export const countExact: Count = ({ shown }) => shown.filter((each) => each.isExact).length;
export const countReversals: Count = ({ shown }) => shown.filter((each) => each.isReversal).length;

export function sum(tallies: readonly Tally[], count: Count): number {
  return tallies.reduce((total, tally) => total + count(tally), 0);
}

/** `90.2 [87.8–92.5]` */
export function share(tallies: readonly Tally[], part: Count, whole: Count, decimals = 1): string {
  const all = sum(tallies, whole);
  if (all === 0) return "–";
  const pairs = tallies.map((tally) => [part(tally), whole(tally)] as const);
  const random = seeded(7);
  const samples: number[] = [];
  for (let round = 0; round < 400; round++) {
    let parts = 0;
    let wholes = 0;
    for (let index = 0; index < pairs.length; index++) {
      const [one, other] = pairs[Math.floor(random() * pairs.length)] ?? [0, 0];
      parts += one;
      wholes += other;
    }
    if (wholes > 0) samples.push((100 * parts) / wholes);
  }
  const at = (place: number): string => quantile(samples, place).toFixed(decimals);
  return `${((100 * sum(tallies, part)) / all).toFixed(decimals)} [${at(0.025)}–${at(0.975)}]`;
}

export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0;
}
