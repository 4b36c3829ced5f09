/**
 * Runs background work in time slices on the event loop: one worker at a time, each slice short, with requests
 * served between any two slices. While the user types or waits, the slices are further apart.
 */
import type { Clock } from "../base/clock.ts";

/**
 * Part of the time that a request may be delayed. The rest is reserved for a step that overruns and for garbage
 * collection.
 */
const turnMs = 2;

export class TimeSlices {
  readonly #clock: Clock;
  readonly #restMs: () => number;
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;
  #startedAt = 0;

  /** `restMs`: how long to leave the event loop to other work before the next slice. */
  constructor(clock: Clock, restMs: () => number = () => 0) {
    this.#clock = clock;
    this.#restMs = restMs;
  }

  /** Ends the caller's slice. Resolves at the start of its next one. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  /** Whether the current slice has used up its time. */
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
