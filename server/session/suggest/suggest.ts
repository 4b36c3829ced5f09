/**
 * How a request finds its answer. `seek` is the algorithm: what is known, else what is on its way, else the
 * provider; what holds state, time or cancellation for it is in the other files of this folder.
 */
import { placeAt } from "../../engine/cursor-text.ts";
import type { CompletionOutcome, SkipReason } from "../../engine/outcome.ts";
import { toAsk, type Ask } from "../request/ask.ts";
import { noteContradiction } from "../typing/debounce.ts";
import { whyNeverHere, whyNotWorthAsking } from "./eligibility.ts";
import type { InFlightRequest } from "../provider/in-flight-request.ts";
import { isStandIn, sureProbability } from "./instant.ts";
import { Offering } from "./offers.ts";
import type { SessionParts } from "../session-state.ts";
import type { PendingRequest } from "../request/request-gate.ts";
import {
  brokenSearch,
  finishedLines,
  isProvidersFault,
  isWithdrawn,
  originOf,
  outcomeOf,
  skipped,
  type Awaited,
} from "./outcomes.ts";
import { isCurrent } from "./still-true.ts";
import { offerOf } from "../request/suggestion-cache.ts";
import { askWaitMs, displayWaitMs } from "./waits.ts";

export class Search {
  readonly #parts: SessionParts;
  readonly #offering: Offering;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#offering = new Offering(parts);
  }

  /** Settles `pending`, now or later. The snapshot is taken before the first wait. */
  answer(pending: PendingRequest): void {
    const { request } = pending;
    const { settings, dependencies } = this.#parts;
    const reason = whyNeverHere(request, settings, dependencies.documents);
    if (reason !== undefined) return pending.settle(skipped(reason));
    const snapshot = dependencies.documents.get(request.uri, request.offset);
    const ask = snapshot && toAsk(request, snapshot);
    if (ask === undefined) return pending.settle(skipped("selectedItemMismatch"));
    this.#start(ask, pending);
    if (!pending.isSettled) this.#guard(pending, this.#limitLatency(ask, pending));
  }

  #start(ask: Ask, pending: PendingRequest): void {
    this.#guard(pending, this.#seek(ask, pending));
  }

  /** A search that breaks is a bug; its request is answered all the same (invariant 1). */
  #guard(pending: PendingRequest, search: Promise<void>): void {
    search.catch((error: unknown) => {
      pending.settle({ kind: "failed", failure: brokenSearch(error) });
    });
  }

  /** The algorithm: what is known, else what is on its way, else the provider; again while answers disagree. */
  async #seek(ask: Ask, pending: PendingRequest): Promise<void> {
    const { sender, dependencies } = this.#parts;
    const { documents, whenExclusionKnown } = dependencies;
    const { uri } = ask.request;
    // What the disk has told is remembered: most requests need not wait for it.
    const disk = whenExclusionKnown?.(uri);
    if (disk !== undefined && !(await disk)) return pending.settle(skipped("exclusionUnknown"));
    if (!sender.mayLeave(uri)) return pending.settle(skipped("excludedFile"));
    let awaited: Awaited | undefined;
    while (!pending.isSettled) {
      const offers = this.#offering.known(ask, pending);
      const [first] = offers;
      if (first !== undefined) {
        const holdMs = displayWaitMs(this.#parts, ask, first);
        if (holdMs <= 0) {
          this.#offering.leave(ask, pending, offers, originOf(first, awaited));
          if (offers.every(isStandIn)) this.#seekUnseen(ask);
          return;
        }
        await this.#parts.gate.pause(pending, holdMs);
        continue;
      }
      if (!isCurrent(ask, documents)) return pending.settle({ kind: "superseded" });
      if (awaited?.origin === "network" && !isWithdrawn(awaited.inFlightRequest)) {
        return this.#endUnanswered(ask, pending, awaited.inFlightRequest);
      }

      let inFlightRequest = this.#agreeing(ask);
      if (inFlightRequest === undefined) {
        // Since the wait began the file may have been excluded.
        const lookUp = whenExclusionKnown?.(uri);
        if (lookUp !== undefined && (await lookUp)) continue;
        const reason = lookUp === undefined ? this.#whyNotAsk(ask) : "exclusionUnknown";
        if (reason !== undefined) return this.#withhold(ask, pending, this.#refusal(ask, reason));
        if (this.#offerSure(ask, pending)) return;
        const waitMs = askWaitMs(this.#parts, ask);
        if (waitMs > 0) {
          await this.#parts.gate.pause(pending, waitMs);
          continue;
        }
        inFlightRequest = sender.send(this.#parts.documentStates.of(uri), ask);
        if (inFlightRequest === undefined)
          return this.#withhold(ask, pending, skipped("rateLimited"));
        awaited = { inFlightRequest, origin: "network" };
      } else {
        awaited = { inFlightRequest, origin: "joined" };
      }

      const news = await inFlightRequest.wait(ask.at, pending);
      if (news === "diverged") {
        noteContradiction(this.#parts.documentStates.of(uri), this.#parts.debounce);
      }
      const outcome = news === "ended" ? outcomeOf(inFlightRequest, ask) : undefined;
      if (outcome !== undefined) return this.#withhold(ask, pending, outcome);
    }
  }

  /** The request's own request in flight was given up, or brought what changes nothing: it is not sent twice. */
  #endUnanswered({ request, at }: Ask, pending: PendingRequest, { ending }: InFlightRequest): void {
    if (ending?.kind !== "kept") return pending.settle({ kind: "superseded" });
    const { cache, sender, dependencies } = this.#parts;
    cache.addEmpty(request.uri, sender.source, placeAt(at), dependencies.clock.now());
    pending.settle({ kind: "dropped", reason: "empty" });
  }

  /** The request in flight whose answer may still fit. */
  #agreeing(ask: Ask): InFlightRequest | undefined {
    const { inFlightRequest } = this.#parts.documentStates.of(ask.request.uri);
    return inFlightRequest?.agrees(ask.at) === true ? inFlightRequest : undefined;
  }

  #whyNotAsk(ask: Ask): SkipReason | undefined {
    const { uri, trigger } = ask.request;
    const { settings, documentStates, dependencies } = this.#parts;
    const now = dependencies.clock.now();
    const isReadOnly = dependencies.isReadOnly?.(uri) === true;
    const reason = whyNotWorthAsking(ask, settings, documentStates.of(uri), isReadOnly);
    if (reason !== undefined) return reason;
    const isKnownEmpty = this.#parts.cache.isEmptyAt(uri, this.#parts.sender.source, ask.at, now);
    if (isKnownEmpty && trigger === "automatic") return "recentlyEmpty";
    return this.#parts.sender.whyNot(uri, trigger);
  }

  /** A user who asks by key hears again what keeps the provider off. */
  #refusal({ request }: Ask, reason: SkipReason): CompletionOutcome {
    const failure = this.#parts.sender.health.offFailure;
    const isAsked = request.trigger === "invoked" && reason === "providerOff";
    return isAsked && failure !== undefined ? { kind: "failed", failure } : skipped(reason);
  }

  /** A menu waits no longer than its budget, whatever for: it gets what there is, and the search goes on unseen. */
  async #limitLatency(ask: Ask, pending: PendingRequest): Promise<void> {
    if (ask.request.surface !== "menu") return;
    const { gate, sender, settings, dependencies } = this.#parts;
    const spentMs = dependencies.clock.now() - pending.enteredAt;
    await gate.pause(pending, settings["completion.latencyBudgetMs"] - spentMs);
    if (pending.isSettled) return;
    // Another request may have had the provider's answer meanwhile.
    const known = this.#offering.known(ask, pending);
    if (known.length > 0) return this.#offering.leave(ask, pending, known, "cache");
    const inFlightRequest = this.#agreeing(ask);
    const answer = inFlightRequest && finishedLines(inFlightRequest);
    const offer = answer && offerOf(answer, ask.at);
    if (offer !== undefined) return this.#offering.leave(ask, pending, [offer], "joined");
    if (inFlightRequest === undefined) this.#seekUnseen(ask);
    const isOver = skipped("latencyBudget");
    // Nothing stands in where the disk has not told yet: the file may be excluded.
    if (sender.mayLeave(ask.request.uri)) this.#withhold(ask, pending, isOver);
    else pending.settle(isOver);
  }

  /** In the role `first` the workspace model goes ahead where it is sure; the provider's answer comes later. */
  #offerSure(ask: Ask, pending: PendingRequest): boolean {
    if (this.#parts.settings["workspaceModel.role"] !== "first" || pending.isUnseen) return false;
    const offers = this.#offering.instant(ask, sureProbability);
    if (offers.length === 0) return false;
    this.#offering.leave(ask, pending, offers, "workspace");
    this.#seekUnseen(ask);
    return true;
  }

  #seekUnseen(ask: Ask): void {
    this.#start(ask, this.#parts.gate.enterUnseen(ask.request));
  }

  /** No answer of the provider: the workspace model's where that may stand in, else the reason. */
  #withhold(ask: Ask, pending: PendingRequest, outcome: CompletionOutcome): void {
    const isAlone = this.#parts.sender.provider === undefined;
    const mayStandIn = isAlone || this.#parts.settings["workspaceModel.role"] !== "off";
    if (!mayStandIn || !isProvidersFault(outcome) || pending.isUnseen) {
      return pending.settle(outcome);
    }
    const offers = this.#offering.instant(
      ask,
      this.#parts.settings["workspaceModel.minConfidence"],
    );
    if (offers.length > 0) return this.#offering.leave(ask, pending, offers, "workspace");
    const hasSource = this.#parts.localSource !== undefined;
    pending.settle(isAlone && hasSource ? { kind: "dropped", reason: "nothingKnown" } : outcome);
  }
}
