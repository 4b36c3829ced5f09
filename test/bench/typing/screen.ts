/** One editor window: sends a request after each change, shows the answer, and counts what a user sees. */
import type { Clock, Timer } from "../../../server/base/clock.ts";
import type { Policy } from "./policy.ts";
import type { Tally } from "./tally.ts";

export interface ScreenParts {
  readonly clock: Clock;
  readonly policy: Policy;
  readonly tally: Tally;
  readonly uri: string;
  /** What the user is going to type at the cursor; `undefined` behind a slip. */
  readonly wanted: () => string | undefined;
  /** The present state, by a number that no other state has. */
  readonly state: () => number;
  /** The user reads again after every key, even where the same text stays on the screen. */
  readonly rereads: boolean;
  /** How long the user reads at this place before accepting. */
  readonly readingMs: () => number;
  /** Inserts an accepted text. */
  readonly accept: (text: string) => void;
}

const shortestAccepted = 3;

export class Screen {
  readonly #parts: ScreenParts;
  #controller = new AbortController();
  #visible: string | undefined;
  /** What has to be shown next, when the user has just typed along what was shown. */
  #expected: string | undefined;
  #keyAt = 0;
  /** When what is shown was first seen, and how long it takes to read. */
  #seenAt = 0;
  #readingMs = 0;
  #reading: Timer | undefined;

  constructor(parts: ScreenParts) {
    this.#parts = parts;
  }

  /** The text has changed by typing `typed` (right text) or otherwise; the cursor is at `offset`. */
  changed(typed: string | undefined, offset: number): void {
    const { tally, clock } = this.#parts;
    if (this.#expected !== undefined) tally.changes += 1;
    const shown = this.#visible;
    const isAlong = typed !== undefined && shown?.startsWith(typed) === true && shown !== typed;
    this.#expected = isAlong ? shown.slice(typed.length) : undefined;
    this.#visible = undefined;
    this.#reading?.cancel();
    this.#keyAt = clock.now();
    this.#controller.abort();
    this.#controller = new AbortController();
    void this.#ask(offset, this.#controller.signal);
  }

  close(): void {
    this.#reading?.cancel();
    this.#controller.abort();
  }

  async #ask(offset: number, signal: AbortSignal): Promise<void> {
    const { policy, uri, state, tally, clock } = this.#parts;
    const asked = state();
    const text = await policy.suggest(uri, offset, signal);
    if (text === undefined || signal.aborted) return;
    if (state() !== asked) tally.disagreeing += 1;
    else this.#show(text, clock.now() - this.#keyAt);
  }

  #show(text: string, waitMs: number): void {
    const { tally, clock, wanted, readingMs, accept } = this.#parts;
    const goal = wanted();
    if (this.#expected !== text || this.#parts.rereads) {
      this.#seenAt = clock.now();
      this.#readingMs = readingMs();
    }
    tally.waitsMs.push(waitMs);
    if (this.#expected === undefined) {
      tally.shown += 1;
      if (goal === undefined || goal.charAt(0) !== text.charAt(0)) tally.wrong += 1;
    } else if (this.#expected !== text) tally.changes += 1;
    this.#expected = undefined;
    this.#visible = text;
    if (text.length < shortestAccepted || goal?.startsWith(text) !== true) return;
    const readAt = this.#seenAt + this.#readingMs;
    this.#reading = clock.setTimer(() => {
      tally.accepted += 1;
      tally.acceptedCharacters += text.length;
      accept(text);
    }, readAt - clock.now());
  }
}
