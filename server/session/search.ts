/**
 * How a request finds its answer. `seek` is the algorithm: what is known, else what is on its way, else the
 * provider; what holds state, time or cancellation for it is in the other files of this folder.
 */
import { placeAt } from "../engine/cursor-text.ts";
import type {
  CompletionOutcome,
  SkipReason,
  Suggestion,
  SuggestionOrigin,
} from "../engine/outcome.ts";
import { toAsk, toSuggestion, type Ask } from "./ask.ts";
import { noteContradiction } from "./debounce.ts";
import type { Change } from "./desk.ts";
import { isLineOver, whyNeverHere, whyNotWorthAsking } from "./eligibility.ts";
import type { Flight } from "./flight.ts";
import { besideStandIn, instantAnswers, isStandIn, sureProbability } from "./instant.ts";
import type { SessionParts } from "./parts.ts";
import type { PendingRequest } from "./request-gate.ts";
import {
  finishedLines,
  isProvidersFault,
  isWithdrawn,
  originOf,
  outcomeOf,
  brokenSearch,
  skipped,
  type Awaited,
} from "./search-outcome.ts";
import { askAfter, restMs } from "./speculation.ts";
import { isCurrent, isStillTrue } from "./still-true.ts";
import { leadsOn, offerOf, type Offer } from "./suggestion-cache.ts";

export class Search {
  readonly #parts: SessionParts;
  #instantIds = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
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
    const { dispatch, dependencies } = this.#parts;
    const { documents, whenExclusionKnown } = dependencies;
    const { uri } = ask.request;
    // What the disk has told is remembered: most requests need not wait for it.
    const disk = whenExclusionKnown?.(uri);
    if (disk !== undefined && !(await disk)) return pending.settle(skipped("exclusionUnknown"));
    if (!dispatch.mayLeave(uri)) return pending.settle(skipped("excludedFile"));
    let awaited: Awaited | undefined;
    while (!pending.isSettled) {
      const offers = this.#known(ask, pending);
      const [first] = offers;
      if (first !== undefined) {
        const holdMs = this.#holdMs(ask, first);
        if (holdMs <= 0) {
          this.#leave(ask, pending, offers, originOf(first, awaited));
          if (offers.every(isStandIn)) this.#seekUnseen(ask);
          return;
        }
        await this.#parts.gate.pause(pending, holdMs);
        continue;
      }
      if (!isCurrent(ask, documents)) return pending.settle({ kind: "superseded" });
      if (awaited?.origin === "network" && !isWithdrawn(awaited.flight)) {
        return this.#endUnanswered(ask, pending, awaited.flight);
      }

      let flight = this.#agreeing(ask);
      if (flight === undefined) {
        // Since the wait began the file may have been excluded.
        const lookUp = whenExclusionKnown?.(uri);
        if (lookUp !== undefined && (await lookUp)) continue;
        const reason = lookUp === undefined ? this.#whyNotAsk(ask) : "exclusionUnknown";
        if (reason !== undefined) return this.#withhold(ask, pending, this.#refusal(ask, reason));
        if (this.#offerSure(ask, pending)) return;
        const waitMs = this.#waitMs(ask);
        if (waitMs > 0) {
          await this.#parts.gate.pause(pending, waitMs);
          continue;
        }
        flight = dispatch.send(this.#parts.desks.of(uri), ask);
        if (flight === undefined) return this.#withhold(ask, pending, skipped("rateLimited"));
        awaited = { flight, origin: "network" };
      } else {
        awaited = { flight, origin: "joined" };
      }

      const news = await flight.wait(ask.at, pending);
      if (news === "diverged") {
        noteContradiction(this.#parts.desks.of(uri), this.#parts.debounce);
      }
      const outcome = news === "landed" ? outcomeOf(flight, ask) : undefined;
      if (outcome !== undefined) return this.#withhold(ask, pending, outcome);
    }
  }

  /** The request's own flight was given up, or brought what changes nothing: it is not sent twice. */
  #endUnanswered({ request, at }: Ask, pending: PendingRequest, { landing }: Flight): void {
    if (landing?.kind !== "kept") return pending.settle({ kind: "superseded" });
    const { cache, dispatch, dependencies } = this.#parts;
    cache.addEmpty(request.uri, dispatch.source, placeAt(at), dependencies.clock.now());
    pending.settle({ kind: "dropped", reason: "empty" });
  }

  /** What was shown last and still agrees, else the newest answer that does: no wait, no context, no timer. */
  #known({ request, at }: Ask, pending: PendingRequest): readonly Offer[] {
    const { desks, cache, dispatch } = this.#parts;
    const { shown } = desks.of(request.uri);
    const kept = shown && !pending.isUnseen ? offerOf(shown.offer.answer, at) : undefined;
    if (kept !== undefined && !isStandIn(kept)) return [kept];
    const found = cache.find(request.uri, dispatch.source, at);
    if (kept !== undefined) return besideStandIn(kept, found, request.surface);
    return found === undefined ? [] : [found];
  }

  /** The flight whose answer may still fit. */
  #agreeing(ask: Ask): Flight | undefined {
    const { flight } = this.#parts.desks.of(ask.request.uri);
    return flight?.agrees(ask.at) === true ? flight : undefined;
  }

  #whyNotAsk(ask: Ask): SkipReason | undefined {
    const { uri, trigger } = ask.request;
    const now = this.#parts.dependencies.clock.now();
    const reason = whyNotWorthAsking(ask, this.#parts.settings, this.#parts.desks.of(uri));
    if (reason !== undefined) return reason;
    const isKnownEmpty = this.#parts.cache.isEmptyAt(uri, this.#parts.dispatch.source, ask.at, now);
    if (isKnownEmpty && trigger === "automatic") return "recentlyEmpty";
    return this.#parts.dispatch.whyNot(uri, trigger);
  }

  /** A user who asks by key hears again what keeps the provider off. */
  #refusal({ request }: Ask, reason: SkipReason): CompletionOutcome {
    const failure = this.#parts.dispatch.health.offFailure;
    const isAsked = request.trigger === "invoked" && reason === "providerOff";
    return isAsked && failure !== undefined ? { kind: "failed", failure } : skipped(reason);
  }

  /** Milliseconds until a new suggestion may be shown: another decision than when to ask. */
  #holdMs({ request }: Ask, { answer }: Offer): number {
    if (request.trigger === "invoked" || request.surface === "menu") return 0;
    const delayMs = this.#parts.settings["trigger.displayDelayMs"];
    const { lastChange, shown } = this.#parts.desks.of(request.uri);
    const isNew = shown === undefined || shown.isOver || shown.offer.answer.id !== answer.id;
    return delayMs > 0 && isNew ? this.#leftOf(delayMs, lastChange) : 0;
  }

  /** Milliseconds until the last key is old enough to ask, and it is its turn; 0 for a request by key. */
  #waitMs({ request, site, snapshot }: Ask): number {
    if (request.trigger === "invoked") return 0;
    const { lastChange, acceptedRevision, changesSinceContradiction } = this.#parts.desks.of(
      request.uri,
    );
    const delayMs = this.#parts.debounce.delayMs(this.#parts.settings["trigger.debounceMs"], {
      isFreshLine: site.linePrefix.trim() === "",
      hasJustAccepted: acceptedRevision === snapshot.revision,
      changesSinceContradiction,
    });
    return Math.max(this.#leftOf(delayMs, lastChange), this.#parts.dispatch.turnMs());
  }

  #leftOf(delayMs: number, lastChange: Change | undefined): number {
    if (lastChange === undefined) return 0;
    const leftMs = lastChange.at + delayMs - this.#parts.dependencies.clock.now();
    // Timers come up to a millisecond early; what is left then is not worth another one.
    return leftMs > 1 ? leftMs : 0;
  }

  /** A menu waits no longer than its budget, whatever for: it gets what there is, and the search goes on unseen. */
  async #limitLatency(ask: Ask, pending: PendingRequest): Promise<void> {
    if (ask.request.surface !== "menu") return;
    const { gate, dispatch, settings, dependencies } = this.#parts;
    const spentMs = dependencies.clock.now() - pending.enteredAt;
    await gate.pause(pending, settings["completion.latencyBudgetMs"] - spentMs);
    if (pending.isSettled) return;
    const flight = this.#agreeing(ask);
    const answer = flight && finishedLines(flight);
    const offer = answer && offerOf(answer, ask.at);
    if (offer !== undefined) return this.#leave(ask, pending, [offer], "joined");
    if (flight === undefined) this.#seekUnseen(ask);
    const isOver = skipped("latencyBudget");
    // Nothing stands in where the disk has not told yet: the file may be excluded.
    if (dispatch.mayLeave(ask.request.uri)) this.#withhold(ask, pending, isOver);
    else pending.settle(isOver);
  }

  /** In the role `first` the workspace model goes ahead where it is sure; the provider's answer comes later. */
  #offerSure(ask: Ask, pending: PendingRequest): boolean {
    if (this.#parts.settings["workspaceModel.role"] !== "first" || pending.isUnseen) return false;
    const offers = this.#instantOffers(ask, sureProbability);
    if (offers.length === 0) return false;
    this.#leave(ask, pending, offers, "workspace");
    this.#seekUnseen(ask);
    return true;
  }

  #seekUnseen(ask: Ask): void {
    this.#start(ask, this.#parts.gate.enterUnseen(ask.request));
  }

  #instantOffers(ask: Ask, minProbability: number): readonly Offer[] {
    if (this.#parts.instantSource === undefined) return [];
    const nextId = (): string => `w${++this.#instantIds}`;
    return instantAnswers(this.#parts.instantSource, ask, minProbability, nextId)
      .map((answer) => offerOf(answer, ask.at))
      .filter((offer) => offer !== undefined);
  }

  /** No answer of the provider: the workspace model's where that may stand in, else the reason. */
  #withhold(ask: Ask, pending: PendingRequest, outcome: CompletionOutcome): void {
    const isAlone = this.#parts.dispatch.provider === undefined;
    const mayStandIn = isAlone || this.#parts.settings["workspaceModel.role"] !== "off";
    if (!mayStandIn || !isProvidersFault(outcome) || pending.isUnseen) {
      return pending.settle(outcome);
    }
    const offers = this.#instantOffers(ask, this.#parts.settings["workspaceModel.minConfidence"]);
    if (offers.length > 0) return this.#leave(ask, pending, offers, "workspace");
    const hasSource = this.#parts.instantSource !== undefined;
    pending.settle(isAlone && hasSource ? { kind: "dropped", reason: "nothingKnown" } : outcome);
  }

  /** Invariant 2: what is offered agrees with the text at this moment, or it does not leave. */
  #leave(
    ask: Ask,
    pending: PendingRequest,
    offers: readonly Offer[],
    origin: SuggestionOrigin,
  ): void {
    const { uri } = ask.request;
    const desk = this.#parts.desks.of(uri);
    const [first, ...others] = offers.filter((offer) =>
      isStillTrue(ask, offer, desk, this.#parts.dependencies.documents),
    );
    if (first === undefined || pending.isSettled) return pending.settle({ kind: "superseded" });
    const isShown = ({ answer }: Offer): boolean => desk.shown?.offer.answer.id === answer.id;
    const from = (offer: Offer): SuggestionOrigin =>
      isShown(offer) && origin === "cache" ? "typedThrough" : origin;
    const suggestion = toSuggestion(ask, first, from(first));
    const rest = others.map((offer) => toSuggestion(ask, offer, from(offer)));
    if (!pending.isUnseen) {
      if (!isShown(first)) this.#parts.counters.add("shown");
      this.#parts.counters.addOrigin(suggestion.origin);
      desk.changesSinceContradiction = 0;
      const { followedLength } = first.advanced;
      desk.shown = { offer: first, followedLength, isOver: false };
    }
    for (const { id, insertText } of [suggestion, ...rest]) {
      this.#parts.acceptances.noteOffered(id, uri, insertText.length);
    }
    pending.settle({ kind: "suggested", suggestions: [suggestion, ...rest] });
    this.#parts.speculation.noteOffered(first.answer.id);
    if (!pending.isUnseen && !isStandIn(first)) void this.#speculate(ask, first, suggestion);
  }

  /** Asks ahead for what follows the suggestion, once it has stood a while and where that costs nothing. */
  async #speculate(ask: Ask, offer: Offer, suggestion: Suggestion): Promise<void> {
    const { speculation, dispatch, settings, gate, desks, cache } = this.#parts;
    const { provider } = dispatch;
    if (provider === undefined) return;
    if (!speculation.isWorthwhile(settings["trigger.speculation"], provider)) return;
    const next = askAfter(ask, suggestion);
    const isOver = offer.answer.isComplete && isLineOver(next.site, true);
    if (isOver || leadsOn(offer)) return;
    const { uri } = ask.request;
    const unseen = gate.enterUnseen(next.request);
    await gate.pause(unseen, restMs);
    if (unseen.isSettled) return;
    unseen.settle({ kind: "superseded" });
    if (dispatch.inFlight > 0 || dispatch.whyNot(uri, "automatic") !== undefined) return;
    if (cache.find(uri, dispatch.source, next.at) !== undefined) return;
    const flight = dispatch.send(desks.of(uri), next, true);
    if (flight !== undefined) speculation.noteSent(flight.site.id);
  }
}
