/** How long a request waits: before it is sent, and before its answer is shown. */
import type { Clock } from "../../base/clock.ts";
import type { RequestSender } from "../provider/request-sender.ts";
import type { Ask } from "../request/ask.ts";
import type { Offer } from "../request/suggestion-cache.ts";
import type { InForce } from "../types.ts";
import type { Typing } from "../typing/typing.ts";

export interface WaitsDependencies {
  readonly clock: Clock;
  readonly typing: Typing;
  readonly sender: Pick<RequestSender, "turnMs">;
  readonly inForce: InForce;
}

export class Waits {
  readonly #dependencies: WaitsDependencies;

  constructor(dependencies: WaitsDependencies) {
    this.#dependencies = dependencies;
  }

  /** Milliseconds until a new suggestion may be shown: another decision than when to ask. */
  displayMs({ request }: Ask, { answer }: Offer): number {
    if (request.trigger === "invoked" || request.surface === "menu") return 0;
    const { typing, inForce } = this.#dependencies;
    const delayMs = inForce.settings["trigger.displayDelayMs"];
    const { shown } = typing.of(request.uri);
    const isNew = shown === undefined || shown.isOver || shown.offer.answer.id !== answer.id;
    return delayMs > 0 && isNew ? this.#leftOf(delayMs, request.uri) : 0;
  }

  /** Milliseconds until the last key is old enough to ask, and it is its turn; 0 for a request by key. */
  askMs(ask: Ask): number {
    const { trigger, uri } = ask.request;
    if (trigger === "invoked") return 0;
    const { typing, sender, inForce } = this.#dependencies;
    const delayMs = typing.debounceMs(inForce.settings["trigger.debounceMs"], ask);
    return Math.max(this.#leftOf(delayMs, uri), sender.turnMs());
  }

  /** Milliseconds until a menu that was asked for at `enteredAt` has to be answered. */
  budgetMs(enteredAt: number): number {
    const { clock, inForce } = this.#dependencies;
    return inForce.settings["completion.latencyBudgetMs"] - (clock.now() - enteredAt);
  }

  #leftOf(delayMs: number, uri: string): number {
    const { clock, typing } = this.#dependencies;
    const { lastChange } = typing.of(uri);
    if (lastChange === undefined) return 0;
    const leftMs = lastChange.at + delayMs - clock.now();
    // Timers come up to a millisecond early; what is left then is not worth another one.
    return leftMs > 1 ? leftMs : 0;
  }
}
