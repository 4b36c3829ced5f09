/**
 * How many requests and tokens a minute the provider takes. Requests beyond it are skipped, not queued: a late
 * answer to an old position is useless. A request whose turn is near may wait for it. Without a known
 * rate everything passes.
 */
import type { Clock } from "../../base/clock.ts";

/** What a provider takes in a minute; `undefined`: not known. */
export interface RateLimits {
  readonly requestsPerMinute?: number | undefined;
  /** Of prompts and answers together. */
  readonly tokensPerMinute?: number | undefined;
}

/** A burst of this many seconds' worth may go out at once; below two a second that is a single request. */
const burstSeconds = 0.5;
/** A limit that was guessed from a refusal is tried again after this time, doubled with each refusal. */
const guessForMs = 120_000;
const maxDoublings = 5;
/** Of what was sent in the minute before the refusal. */
const guessShare = 0.8;
/** Fewer a minute than any plan allows: the refusal had another reason. */
const lowestGuess = 6;
/**
 * A request that was refused so soon after the one before had a limit by the second against it. From then on
 * they go out that far apart: on their way they come closer together.
 */
const secondMs = 1100;
const minuteMs = 60_000;
/** Of the tokens that a minute allows: what a prompt costs is estimated. */
const tokenShare = 0.95;
/** Requests remembered for guessing; more a minute than any plan that refuses. */
const maxRemembered = 600;

interface Spent {
  readonly at: number;
  readonly tokens: number;
}

export class RequestRate {
  readonly #clock: Clock;
  #configured: number | undefined;
  #learnt: RateLimits = {};
  #guessed: { readonly perMinute: number; readonly until: number } | undefined;
  #refusals = 0;
  #fill = 1;
  #filledAt: number;
  /** When requests of the last minute were sent, and the tokens that they took. */
  #sentAt: number[] = [];
  #spent: Spent[] = [];
  /** Of the last prompt: the next one is about as long. */
  #promptTokens = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#filledAt = clock.now();
  }

  /** Requests a minute that are allowed now; `undefined` when no limit is known. */
  get perMinute(): number | undefined {
    if (this.#configured !== undefined) return this.#configured;
    const guess = this.#guessed;
    const { requestsPerMinute: learnt } = this.#learnt;
    if (guess !== undefined && guess.until > this.#clock.now()) {
      return Math.min(guess.perMinute, learnt ?? Number.POSITIVE_INFINITY);
    }
    return learnt;
  }

  /** The user's own limit wins over everything learned. */
  configure(perMinute: number | undefined): void {
    this.#configured = perMinute;
    this.#learnt = {};
    this.#guessed = undefined;
    this.#refusals = 0;
    this.#fill = 1;
  }

  /** What the provider's headers say. */
  learn({ requestsPerMinute = 0, tokensPerMinute = 0 }: RateLimits): void {
    this.#learnt = {
      requestsPerMinute: requestsPerMinute > 0 ? requestsPerMinute : this.#learnt.requestsPerMinute,
      tokensPerMinute: tokensPerMinute > 0 ? tokensPerMinute : this.#learnt.tokensPerMinute,
    };
  }

  /** A request was refused for its rate: it came too soon, or after too many in the last minute. */
  noteRefusal(): void {
    this.#dropOld();
    const [before, last] = this.#sentAt.slice(-2);
    const isTooSoon = before !== undefined && last !== undefined && last - before < secondMs;
    const perMinute = isTooSoon
      ? minuteMs / secondMs
      : Math.floor(this.#sentAt.length * guessShare);
    if (perMinute < lowestGuess) return;
    const forMs = guessForMs * 2 ** Math.min(this.#refusals, maxDoublings);
    this.#guessed = { perMinute, until: this.#clock.now() + forMs };
    this.#refusals += 1;
  }

  /** Milliseconds until the rate allows one more; 0: now. */
  waitMs(): number {
    this.#dropOld();
    const { perMinute } = this;
    if (perMinute === undefined) return this.#tokensWaitMs();
    this.#refill(perMinute);
    const missing = Math.max(0, 1 - this.#fill);
    return Math.max(Math.ceil((missing / perMinute) * minuteMs), this.#tokensWaitMs());
  }

  /** Takes one request; false when the rate does not allow it now. */
  take(): boolean {
    if (this.waitMs() > 0) return false;
    if (this.perMinute !== undefined) this.#fill -= 1;
    this.#sentAt.push(this.#clock.now());
    if (this.#sentAt.length > maxRemembered) this.#sentAt.shift();
    return true;
  }

  notePrompt(tokens: number): void {
    this.#promptTokens = tokens;
    this.noteTokens(tokens);
  }

  /** Tokens that were sent or came back now. */
  noteTokens(tokens: number): void {
    this.#spent.push({ at: this.#clock.now(), tokens });
    if (this.#spent.length > maxRemembered) this.#spent.shift();
  }

  /** Until so much of the last minute has passed that the next prompt fits in. */
  #tokensWaitMs(): number {
    const { tokensPerMinute } = this.#learnt;
    if (tokensPerMinute === undefined) return 0;
    const spent = this.#spent.reduce((sum, { tokens }) => sum + tokens, 0);
    let excess = spent + this.#promptTokens - tokensPerMinute * tokenShare;
    let freeAt = 0;
    for (const { at, tokens } of this.#spent) {
      if (excess <= 0) break;
      excess -= tokens;
      freeAt = at + minuteMs;
    }
    return Math.max(0, Math.ceil(freeAt - this.#clock.now()));
  }

  #refill(perMinute: number): void {
    const now = this.#clock.now();
    const burst = Math.max(1, Math.floor((perMinute / 60) * burstSeconds));
    const gained = ((now - this.#filledAt) / minuteMs) * perMinute;
    // The last fraction of a request is rounding, not time: 1 a second must pass after 1,000 ms.
    this.#fill = Math.min(burst, this.#fill + gained + 1e-9);
    this.#filledAt = now;
  }

  #dropOld(): void {
    const oldest = this.#clock.now() - minuteMs;
    while ((this.#sentAt[0] ?? Number.POSITIVE_INFINITY) < oldest) this.#sentAt.shift();
    while ((this.#spent[0]?.at ?? Number.POSITIVE_INFINITY) <= oldest) this.#spent.shift();
  }
}
