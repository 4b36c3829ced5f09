/**
 * How a request finds its answer. `seek` is the algorithm: what is known, else what is on its way, else the
 * provider; what holds state, time or cancellation for it is in the other files of this folder.
 */
import type { Clock } from "../../base/clock.ts";
import { placeAt } from "../../engine/cursor-text.ts";
import type { CompletionOutcome, SkipReason, SuggestionOrigin } from "../../engine/outcome.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import type { InFlightRequest } from "../provider/in-flight-request.ts";
import type { RequestSender } from "../provider/request-sender.ts";
import { toAsk, type Ask } from "../request/ask.ts";
import type { PendingRequest, PendingRequests } from "../request/pending-requests.ts";
import { offerOf, type Offer, type SuggestionCache } from "../request/suggestion-cache.ts";
import type { InForce } from "../types.ts";
import { lastEditOf, type Typing } from "../typing/typing.ts";
import type { Eligibility } from "./eligibility.ts";
import { isStandIn, type Offers } from "./offers.ts";
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
import type { Waits } from "./wait-before-asking.ts";

export interface SearchDependencies {
  readonly documents: DocumentStore;
  readonly gate: PendingRequests;
  readonly cache: SuggestionCache;
  readonly sender: RequestSender;
  readonly typing: Typing;
  readonly eligibility: Eligibility;
  readonly offers: Offers;
  readonly waits: Waits;
  readonly inForce: InForce;
  readonly clock: Clock;
}

export class Search {
  readonly #dependencies: SearchDependencies;

  constructor(dependencies: SearchDependencies) {
    this.#dependencies = dependencies;
  }

  /** Settles `pending`, now or later. The snapshot is taken before the first wait. */
  answer(pending: PendingRequest): void {
    const { request } = pending;
    const { documents, eligibility, offers } = this.#dependencies;
    const reason = eligibility.whyNeverHere(request);
    if (reason !== undefined) return pending.settle(skipped(reason));
    const snapshot = documents.get(request.uri, request.offset);
    const ask = snapshot && toAsk(request, snapshot);
    if (ask === undefined) return pending.settle(skipped("selectedItemMismatch"));
    const unwanted = eligibility.whyNotInText(ask);
    if (unwanted !== undefined && !offers.isShownAt(ask)) return pending.settle(skipped(unwanted));
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
    const { gate, typing, eligibility, offers, waits } = this.#dependencies;
    const { uri } = ask.request;
    // The verdict is remembered: most requests need not wait for the disk.
    const disk = eligibility.whenKnown(uri);
    if (disk !== undefined && !(await disk)) return pending.settle(skipped("exclusionUnknown"));
    if (!eligibility.maySend(uri)) return pending.settle(skipped("excludedFile"));
    let awaited: Awaited | undefined;
    while (!pending.isSettled) {
      const { offers: known, withheld } = offers.known(ask, pending);
      const [first] = known;
      if (first !== undefined) {
        const holdMs = waits.displayMs(ask, first);
        if (holdMs <= 0) return this.#leave(ask, pending, known, originOf(first, awaited));
        await gate.pause(pending, holdMs);
        continue;
      }
      if (!offers.isCurrent(ask)) return pending.settle({ kind: "superseded" });
      if (withheld === "unlikely") {
        return this.#withhold(ask, pending, { kind: "dropped", reason: "unlikely" });
      }
      if (withheld === "unfinished") awaited = undefined;
      if (awaited?.origin === "network" && !isWithdrawn(awaited.inFlightRequest)) {
        return this.#endUnanswered(ask, pending, awaited.inFlightRequest);
      }

      let inFlightRequest = this.#agreeing(ask);
      if (inFlightRequest === undefined) {
        // Since the wait began the file may have been excluded.
        const lookUp = eligibility.whenKnown(uri);
        if (lookUp !== undefined && (await lookUp)) continue;
        const reason = lookUp === undefined ? this.#whyNotAsk(ask) : "exclusionUnknown";
        if (reason !== undefined) return this.#withhold(ask, pending, this.#refusal(ask, reason));
        if (this.#offerSure(ask, pending)) return;
        const waitMs = waits.askMs(ask);
        if (waitMs > 0) {
          await gate.pause(pending, waitMs);
          continue;
        }
        inFlightRequest = this.#send(ask);
        if (inFlightRequest === undefined)
          return this.#withhold(ask, pending, skipped("rateLimited"));
        awaited = { inFlightRequest, origin: "network" };
      } else {
        awaited = { inFlightRequest, origin: "joined" };
      }

      if (ask.request.trigger === "invoked") inFlightRequest.needFirstLine();
      const news = await inFlightRequest.wait(ask.at, pending.settled);
      if (news === "diverged") typing.noteContradiction(uri);
      const outcome = news === "ended" ? outcomeOf(inFlightRequest, ask) : undefined;
      if (outcome !== undefined) return this.#withhold(ask, pending, outcome);
    }
  }

  /** A fresh answer gives way where the workspace model is clearly surer of something else. */
  #leave(
    ask: Ask,
    pending: PendingRequest,
    known: readonly Offer[],
    origin: SuggestionOrigin,
  ): void {
    const { offers } = this.#dependencies;
    const [first] = known;
    const isFresh = (origin === "network" || origin === "joined") && !pending.isUnseen;
    const surer = isFresh && first !== undefined ? offers.surer(ask, first) : [];
    if (surer.length > 0) {
      const both = ask.request.surface === "menu" ? [...surer, ...known] : surer;
      return offers.leave(ask, pending, both, "workspace");
    }
    offers.leave(ask, pending, known, origin);
    if (known.every(isStandIn)) this.#seekUnseen(ask);
  }

  #send(ask: Ask): InFlightRequest | undefined {
    const { sender, typing } = this.#dependencies;
    const state = typing.of(ask.request.uri);
    const hasJustAccepted = state.acceptedRevision === ask.snapshot.revision;
    const lastEdit = lastEditOf(state);
    return sender.send(ask, { hasJustAccepted, lastEdit, isSpeculative: false });
  }

  /** The request's own request in flight was given up, or brought what changes nothing: it is not sent twice. */
  #endUnanswered({ request, at }: Ask, pending: PendingRequest, { ending }: InFlightRequest): void {
    if (ending?.kind !== "kept") return pending.settle({ kind: "superseded" });
    const { cache, sender, clock } = this.#dependencies;
    cache.addEmpty(request.uri, sender.source, placeAt(at), clock.now());
    pending.settle({ kind: "dropped", reason: "empty" });
  }

  /** The request in flight whose answer may still fit. */
  #agreeing(ask: Ask): InFlightRequest | undefined {
    const inFlightRequest = this.#dependencies.sender.inFlightOf(ask.request.uri);
    return inFlightRequest?.agrees(ask.at) === true ? inFlightRequest : undefined;
  }

  #whyNotAsk(ask: Ask): SkipReason | undefined {
    const { uri, trigger } = ask.request;
    const { cache, clock, sender, eligibility } = this.#dependencies;
    const reason = eligibility.whyNotWorthAsking(ask);
    if (reason !== undefined) return reason;
    const isKnownEmpty = cache.isEmptyAt(uri, sender.source, ask.at, clock.now());
    if (isKnownEmpty && trigger === "automatic") return "recentlyEmpty";
    return sender.whyNot(uri, trigger);
  }

  /** A request by key fails with the reason that keeps the provider off; others are skipped. */
  #refusal({ request }: Ask, reason: SkipReason): CompletionOutcome {
    const failure = this.#dependencies.sender.health.offFailure;
    const isAsked = request.trigger === "invoked" && reason === "providerOff";
    return isAsked && failure !== undefined ? { kind: "failed", failure } : skipped(reason);
  }

  /** A menu is answered within its budget, whatever it waits for: it gets what there is, and the search goes on. */
  async #limitLatency(ask: Ask, pending: PendingRequest): Promise<void> {
    if (ask.request.surface !== "menu") return;
    const { gate, eligibility, offers, waits } = this.#dependencies;
    await gate.pause(pending, waits.budgetMs(pending.enteredAt));
    if (pending.isSettled) return;
    // Another request may have had the provider's answer meanwhile.
    const known = offers.known(ask, pending);
    if (known.offers.length > 0) return offers.leave(ask, pending, known.offers, "cache");
    const inFlightRequest = this.#agreeing(ask);
    const answer = inFlightRequest && finishedLines(inFlightRequest);
    const offer = answer && offerOf(answer, ask.at);
    const weighed = offer && offers.weigh(ask, offer);
    if (weighed?.kind === "likely") return offers.leave(ask, pending, [weighed.offer], "joined");
    if (inFlightRequest === undefined) this.#seekUnseen(ask);
    const isOver = skipped("latencyBudget");
    // Nothing stands in while the file may turn out to be excluded.
    if (eligibility.maySend(ask.request.uri)) this.#withhold(ask, pending, isOver);
    else pending.settle(isOver);
  }

  /** In the role `first` the workspace model goes ahead where it is sure; the provider's answer comes later. */
  #offerSure(ask: Ask, pending: PendingRequest): boolean {
    const { offers } = this.#dependencies;
    const sure = pending.isUnseen ? [] : offers.sure(ask);
    if (sure.length === 0) return false;
    offers.leave(ask, pending, sure, "workspace");
    this.#seekUnseen(ask);
    return true;
  }

  #seekUnseen(ask: Ask): void {
    this.#start(ask, this.#dependencies.gate.enterUnseen(ask.request));
  }

  /** No answer of the provider: the workspace model's where that may stand in, else the reason. */
  #withhold(ask: Ask, pending: PendingRequest, outcome: CompletionOutcome): void {
    const { sender, offers, inForce } = this.#dependencies;
    const isAlone = sender.provider === undefined;
    const mayStandIn = isAlone || inForce.settings["workspaceModel.role"] !== "off";
    if (!mayStandIn || !isProvidersFault(outcome) || pending.isUnseen) {
      return pending.settle(outcome);
    }
    const standIns = offers.standIns(ask);
    if (standIns.length > 0) return offers.leave(ask, pending, standIns, "workspace");
    const hasSource = inForce.localSource !== undefined;
    pending.settle(isAlone && hasSource ? { kind: "dropped", reason: "nothingKnown" } : outcome);
  }
}
