/** Looks for a model server on this machine: at once, and again while the user types, for it may be started later. */
import type { Clock } from "../../base/clock.ts";

/** Between two looks. */
const lookAgainAfterMs = 30_000;

export class LocalSearch {
  readonly #clock: Clock;
  #look: (() => Promise<void>) | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #ended: Promise<void> = Promise.resolve();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the last look has ended. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** From now on `look`; `undefined`: nothing is looked for. */
  start(look: (() => Promise<void>) | undefined): void {
    this.#look = look;
    this.#lookedAt = Number.NEGATIVE_INFINITY;
    this.again();
  }

  again(): void {
    const now = this.#clock.now();
    if (this.#look === undefined || now - this.#lookedAt < lookAgainAfterMs) return;
    this.#lookedAt = now;
    this.#ended = this.#look();
  }

  stop(): void {
    this.#look = undefined;
  }
}
