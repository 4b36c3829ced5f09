/**
 * Background work in turns on the event loop: one worker at a time, each turn short, and requests are served
 * between any two turns.
 */
import type { Clock } from "../base/clock.ts";

/** Half of what a request may be held up; the rest is for a step that overruns and for the collector. */
const turnMs = 3;

export class Turns {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;
  #startedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the caller's turn; resolves at the start of its next one. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  /** Whether the running turn has used its time up. */
  get isOver(): boolean {
    return this.#clock.now() - this.#startedAt >= turnMs;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const resolve = this.#waiting.shift();
      if (this.#waiting.length > 0) this.#schedule();
      this.#startedAt = this.#clock.now();
      resolve?.();
    });
  }
}
