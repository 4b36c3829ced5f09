/**
 * How many requests a minute the provider takes. Requests beyond it are skipped, not queued: a late answer
 * to an old position helps nobody. Without a known rate everything passes.
 */
import type { Clock } from "../base/clock.ts";

/** A burst of this many seconds' worth may go out at once; below two a second that is a single request. */
const burstSeconds = 0.5;
/** A limit that was guessed from a refusal is tried again after this time. */
const guessForMs = 120_000;
/** Of what was sent in the minute before the refusal. */
const guessShare = 0.8;
/** Fewer a minute than any plan allows: the refusal had another reason. */
const lowestGuess = 6;
const minuteMs = 60_000;
/** Requests remembered for guessing; more a minute than any plan that refuses. */
const maxRemembered = 600;

export class RateBucket {
  readonly #clock: Clock;
  #configured: number | undefined;
  #learnt: number | undefined;
  #guessed: { readonly perMinute: number; readonly until: number } | undefined;
  #tokens = 1;
  #filledAt: number;
  /** When requests of the last minute were sent. */
  #sentAt: number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** Requests a minute that are allowed now; `undefined` when no limit is known. */
  get perMinute(): number | undefined {
    if (this.#configured !== undefined) return this.#configured;
    const guess = this.#guessed;
    if (guess !== undefined && guess.until > this.#clock.now()) {
      return Math.min(guess.perMinute, this.#learnt ?? Number.POSITIVE_INFINITY);
    }
    return this.#learnt;
  }

  /** The user's own limit wins over everything learnt. */
  configure(perMinute: number | undefined): void {
    this.#configured = perMinute;
    this.#learnt = undefined;
    this.#guessed = undefined;
    this.#tokens = 1;
  }

  /** What the provider's headers say. */
  learn(perMinute: number | undefined): void {
    if (perMinute !== undefined && perMinute > 0) this.#learnt = perMinute;
  }

  /** A request was refused for its rate: what was sent in the last minute was too much. */
  noteRefusal(): void {
    this.#dropOld();
    const perMinute = Math.floor(this.#sentAt.length * guessShare);
    if (perMinute < lowestGuess) return;
    this.#guessed = { perMinute, until: this.#clock.now() + guessForMs };
  }

  /** Takes one request; false when the rate does not allow it now. */
  take(): boolean {
    const { perMinute } = this;
    if (perMinute !== undefined) {
      this.#fill(perMinute);
      if (this.#tokens < 1) return false;
      this.#tokens -= 1;
    }
    this.#dropOld();
    this.#sentAt.push(this.#clock.now());
    if (this.#sentAt.length > maxRemembered) this.#sentAt.shift();
    return true;
  }

  #fill(perMinute: number): void {
    const now = this.#clock.now();
    const burst = Math.max(1, Math.floor((perMinute / 60) * burstSeconds));
    const gained = ((now - this.#filledAt) / minuteMs) * perMinute;
    // The last fraction of a token is rounding, not time: 1 a second must pass after 1,000 ms.
    this.#tokens = Math.min(burst, this.#tokens + gained + 1e-9);
    this.#filledAt = now;
  }

  #dropOld(): void {
    const oldest = this.#clock.now() - minuteMs;
    while ((this.#sentAt[0] ?? Number.POSITIVE_INFINITY) < oldest) this.#sentAt.shift();
  }
}
