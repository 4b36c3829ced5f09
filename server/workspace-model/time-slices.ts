/**
 * Background work in turns on the event loop: one worker at a time, each turn short, and requests are served
 * between any two turns. While the user types or waits the turns come far apart.
 */
import type { Clock } from "../base/clock.ts";

/** Some of what a request may be held up; the rest is for a step that overruns and for the collector. */
const turnMs = 2;

export class TimeSlices {
  readonly #clock: Clock;
  readonly #restMs: () => number;
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;
  #startedAt = 0;

  /** `restMs`: how long to leave the event loop to others before the next turn. */
  constructor(clock: Clock, restMs: () => number = () => 0) {
    this.#clock = clock;
    this.#restMs = restMs;
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
    const restMs = this.#restMs();
    if (restMs > 0) this.#clock.setTimer(() => this.#run(), restMs);
    else setImmediate(() => this.#run());
  }

  #run(): void {
    this.#isScheduled = false;
    const resolve = this.#waiting.shift();
    if (this.#waiting.length > 0) this.#schedule();
    this.#startedAt = this.#clock.now();
    resolve?.();
  }
}
