/**
 * Limits calls that may never return. On a disk that hangs, each call blocks a thread forever, so only a few run at
 * once and the wait for each is bounded.
 */
import type { Clock, Timer } from "../base/clock.ts";

export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

export interface BoundedCallLimits {
  /** Calls running at once, including those that were given up. */
  readonly mostCalls: number;
  readonly longestMs: number;
}

export class BoundedCalls {
  readonly #clock: Clock;
  readonly #limits: BoundedCallLimits;
  /** Calls waiting for another call to return. */
  readonly #queue = new Set<() => void>();
  readonly #abandon = new Set<() => void>();
  #calls = 0;
  #lateCalls = 0;
  #isClosed = false;

  constructor(clock: Clock, limits: BoundedCallLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** True if no call can start until one returns. */
  get isExhausted(): boolean {
    return this.#lateCalls >= this.#limits.mostCalls;
  }

  /**
   * The result of `call`, which runs when it is its turn. Rejects with `TookTooLong`; at once if no more calls are
   * accepted.
   */
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

  /** Rejects all waiting calls with `TookTooLong`. */
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
