/**
 * How long to wait after a key before asking. The base is the setting; it grows with every answer that what
 * was typed next contradicted, and shrinks with every one that was typed along or accepted, so that a model
 * that knows the code is asked early and one that does not is asked in pauses only.
 */
export interface DebounceFacts {
  /** The cursor's line is blank so far. */
  readonly isFreshLine: boolean;
  /** The text before the cursor is a suggestion that was accepted just now. */
  readonly hasJustAccepted: boolean;
}

const minMs = 50;
const maxMs = 1000;

export class Debounce {
  /** Multiplies the base. */
  #factor = 1;
  #latencyMs = 0;

  noteRejected(): void {
    this.#factor = Math.min(maxMs / minMs, this.#factor * 1.5);
  }

  /** Milliseconds from sending to the answer. */
  noteLatency(ms: number): void {
    this.#latencyMs += (ms - this.#latencyMs) / 4;
  }

  noteConfirmed(): void {
    this.#factor = Math.max(1, this.#factor * 0.8);
  }

  /** Milliseconds after the last key; `baseMs` 0 switches all waiting off. */
  delayMs(baseMs: number, facts: DebounceFacts): number {
    if (baseMs <= 0 || facts.isFreshLine || facts.hasJustAccepted) return 0;
    return Math.min(Math.max(minMs, baseMs * this.#factor), Math.max(maxMs, baseMs));
  }
}
