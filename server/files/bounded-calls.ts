/**
 * Calls that may never come back. To a disk that hangs each takes a thread for good, so only a few are let out
 * at once, and the wait for each is bounded.
 */
import type { Clock, Timer } from "../base/clock.ts";

export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

export interface BoundedCallLimits {
  /** Calls under way at once, those that were given up included. */
  readonly mostCalls: number;
  readonly longestMs: number;
}

export class BoundedCalls {
  readonly #clock: Clock;
  readonly #limits: BoundedCallLimits;
  /** Those that wait for another call to come back. */
  readonly #queue = new Set<() => void>();
  readonly #abandon = new Set<() => void>();
  #calls = 0;
  #lateCalls = 0;
  #isClosed = false;

  constructor(clock: Clock, limits: BoundedCallLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Nothing is called any more until something comes back. */
  get isExhausted(): boolean {
    return this.#lateCalls >= this.#limits.mostCalls;
  }

  /** What `call` brings, when it is its turn; rejects with `TookTooLong`, and at once when all is closed. */
  async wait<T>(call: () => Promise<T>): Promise<T> {
    while (this.#calls >= this.#limits.mostCalls && !this.#isClosed) {
      await new Promise<void>((resolve) => this.#queue.add(resolve));
    }
    if (this.#isClosed) throw new TookTooLong();
    this.#calls++;
    return await new Promise<T>((resolve, reject) => {
      let isLate = false;
      const abandon = (): void => {
        isLate = true;
        this.#lateCalls++;
        this.#abandon.delete(abandon);
        timer.cancel();
        reject(new TookTooLong());
      };
      const timer: Timer = this.#clock.setTimer(abandon, this.#limits.longestMs);
      this.#abandon.add(abandon);
      void call()
        .then(resolve, reject)
        .finally(() => {
          timer.cancel();
          this.#abandon.delete(abandon);
          this.#calls--;
          if (isLate) this.#lateCalls--;
          this.#wakeNext();
        });
    });
  }

  /** Every call that waits is rejected with `TookTooLong`. */
  close(): void {
    this.#isClosed = true;
    for (const abandon of this.#abandon) abandon();
    for (const resume of this.#queue) resume();
    this.#queue.clear();
  }

  #wakeNext(): void {
    const [next] = this.#queue;
    if (next === undefined) return;
    this.#queue.delete(next);
    next();
  }
}
