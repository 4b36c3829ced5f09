/** Answers as the figures of the benchmark's tables. */
import type { Answer } from "./ask.ts";

export interface TaskFigures {
  readonly corpus: string;
  readonly mode: string;
  readonly task: string;
  readonly cases: number;
  /** All in percent. */
  readonly exact: number;
  readonly shownAt50: number;
  readonly rightAt50: number;
  readonly shownAt70: number;
  readonly rightAt70: number;
  readonly prefixShown: number;
  readonly prefixRight: number;
  /** What users see at 0.7, sure prefixes included. */
  readonly userShown: number;
  readonly userRight: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

export function taskFigures(
  corpus: string,
  mode: string,
  task: string,
  answers: readonly Answer[],
): TaskFigures {
  const [shownAt50, rightAt50] = shownAt(answers, 0.5);
  const [shownAt70, rightAt70] = shownAt(answers, 0.7);
  const prefixes = answers.filter(({ isPrefixShown }) => isPrefixShown);
  const seen = answers.filter(({ isShown }) => isShown);
  const times = answers.map(({ milliseconds }) => milliseconds);
  return {
    corpus,
    mode,
    task,
    cases: answers.length,
    exact: share(answers, ({ isExact }) => isExact),
    shownAt50,
    rightAt50,
    shownAt70,
    rightAt70,
    prefixShown: share(answers, ({ isPrefixShown }) => isPrefixShown),
    prefixRight: share(prefixes, ({ isPrefixRight }) => isPrefixRight),
    userShown: share(answers, ({ isShown }) => isShown),
    userRight: share(seen, ({ isShownRight }) => isShownRight),
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    p99Ms: percentile(times, 0.99),
  };
}

export interface CalibrationBin {
  readonly from: number;
  readonly cases: number;
  /** In percent. */
  readonly claimed: number;
  readonly right: number;
}

/** Tenths of the claimed probability. */
export function calibration(answers: readonly Answer[]): CalibrationBin[] {
  return Array.from({ length: 10 }, (_, tenth) => {
    const bin = answers.filter(
      ({ probability }) => probability > 0 && Math.min(9, Math.floor(probability * 10)) === tenth,
    );
    const claimed = bin.reduce((sum, { probability }) => sum + probability, 0);
    return {
      from: tenth / 10,
      cases: bin.length,
      claimed: rounded((100 * claimed) / Math.max(1, bin.length)),
      right: share(bin, ({ isExact }) => isExact),
    };
  });
}

/** Points between claim and truth in the worst tenth with at least 100 cases. */
export function worstBin(bins: readonly CalibrationBin[]): number {
  const gaps = bins
    .filter(({ cases }) => cases >= 100)
    .map(({ claimed, right }) => Math.abs(claimed - right));
  return rounded(Math.max(0, ...gaps));
}

function shownAt(answers: readonly Answer[], threshold: number): [shown: number, right: number] {
  const shown = answers.filter(({ probability }) => probability > 0 && probability >= threshold);
  return [rounded((100 * shown.length) / Math.max(1, answers.length)), share(shown, exact)];
}

function exact({ isExact }: Answer): boolean {
  return isExact;
}

function share(answers: readonly Answer[], holds: (answer: Answer) => boolean): number {
  return rounded((100 * answers.filter(holds).length) / Math.max(1, answers.length));
}

export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(rank * sorted.length));
  return Math.round((sorted[at] ?? 0) * 100) / 100;
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
