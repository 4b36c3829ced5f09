/**
 * How much more or less a model is right than the one that the weights were fitted on, in log-odds. It follows what
 * became of the lines that were shown: slowly, so that a bad hour does not silence a model, and within bounds.
 */

/** What became of a shown first line: `true` where it was accepted, or typed just so. */
export interface Judged {
  /** As it was claimed with the trust of that moment. */
  readonly probability: number;
  readonly isRight: boolean;
}

const rate = 0.05;
/** Further down hardly anything would be shown any more, and nothing would bring the trust back. */
const least = -1.5;
/** A model that is right twice as often needs as much. */
const most = 2.5;

export function nextTrust(trust: number, { probability, isRight }: Judged): number {
  const moved = trust + rate * (Number(isRight) - probability);
  return Math.min(most, Math.max(least, moved));
}
