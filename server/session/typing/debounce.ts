/**
 * How long to wait after a key before asking. The base is the setting. It shrinks a little with a slow
 * provider, whose answer is kept anyway; it grows with answers that what was typed next contradicted, and
 * most right after such a contradiction: one key in twenty is a slip that is about to be taken back.
 */
export interface DebounceFacts {
  /** The cursor's line is blank so far. */
  readonly isFreshLine: boolean;
  /** The text before the cursor is a suggestion that was accepted just now. */
  readonly hasJustAccepted: boolean;
  /** Changes since one that contradicted what was shown, itself included; 0 when none did. */
  readonly changesSinceContradiction: number;
}

const minMs = 50;
const maxMs = 1000;
/** Bounds of the factor by which rejections multiply the base. */
const maxFactor = 2;
const rejectedFactor = 1.15;
const confirmedFactor = 0.7;
/** Gaps between keys beyond this are pauses, not rhythm. */
const longestGapMs = 1000;
const usualGapMs = 170;
/** Slips are seen within about this many usual gaps: the first backspace comes after 250 ms (median). */
const contradictedGaps = 2;
/** Wrong keys in a row, rarely more. */
const longestSlip = 3;
/** Of a provider's latency this part is taken off the wait. */
const latencyShare = 0.05;

export class Debounce {
  #factor = 1;
  #latencyMs = 0;
  #gapMs = usualGapMs;

  /** Milliseconds between two keys. */
  noteGap(ms: number): void {
    if (ms > 0 && ms < longestGapMs) this.#gapMs += (ms - this.#gapMs) / 32;
  }

  /** Milliseconds from sending to the answer. */
  noteLatency(ms: number): void {
    this.#latencyMs += (ms - this.#latencyMs) / 4;
  }

  noteRejected(): void {
    this.#factor = Math.min(maxFactor, this.#factor * rejectedFactor);
  }

  noteConfirmed(): void {
    this.#factor = Math.max(1, this.#factor * confirmedFactor);
  }

  /** Milliseconds after the last key; `baseMs` 0 switches all waiting off. */
  delayMs(baseMs: number, facts: DebounceFacts): number {
    if (baseMs <= 0 || facts.isFreshLine || facts.hasJustAccepted) return 0;
    const usual = baseMs * this.#factor - this.#latencyMs * latencyShare;
    const { changesSinceContradiction: changes } = facts;
    const mayBeSlip = changes > 0 && changes <= longestSlip;
    const wait = mayBeSlip ? Math.max(usual, contradictedGaps * this.#gapMs) : usual;
    return Math.min(Math.max(minMs, wait), Math.max(maxMs, baseMs));
  }
}
