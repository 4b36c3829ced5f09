/** What is offered at the cursor: what is known there, and the last step of each suggestion that leaves. */
import type { SuggestionOrigin } from "../../engine/outcome.ts";
import { toSuggestion, type Ask } from "../request/ask.ts";
import { askAhead } from "./ask-ahead.ts";
import { besideStandIn, localAnswers, isStandIn } from "./instant.ts";
import type { SessionParts } from "../session-state.ts";
import type { PendingRequest } from "../request/request-gate.ts";
import { isStillTrue } from "./still-true.ts";
import { offerOf, type Offer } from "../request/suggestion-cache.ts";

export class Offering {
  readonly #parts: SessionParts;
  #localIds = 0;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** What was shown last and still agrees, else the newest answer that does: no wait, no context, no timer. */
  known({ request, at }: Ask, pending: PendingRequest): readonly Offer[] {
    const { documentStates, cache, sender } = this.#parts;
    const { shown } = documentStates.of(request.uri);
    const kept = shown && !pending.isUnseen ? offerOf(shown.offer.answer, at) : undefined;
    if (kept !== undefined && !isStandIn(kept)) return [kept];
    const found = cache.find(request.uri, sender.source, at);
    if (kept !== undefined) return besideStandIn(kept, found, request.surface);
    return found === undefined ? [] : [found];
  }

  /** What the workspace model says: best first. */
  instant(ask: Ask, minProbability: number): readonly Offer[] {
    if (this.#parts.localSource === undefined) return [];
    const nextId = (): string => `w${++this.#localIds}`;
    return localAnswers(this.#parts.localSource, ask, minProbability, nextId)
      .map((answer) => offerOf(answer, ask.at))
      .filter((offer) => offer !== undefined);
  }

  /** Invariant 2: what is offered agrees with the text at this moment, or it does not leave. */
  leave(
    ask: Ask,
    pending: PendingRequest,
    offers: readonly Offer[],
    origin: SuggestionOrigin,
  ): void {
    const { uri } = ask.request;
    const documentState = this.#parts.documentStates.of(uri);
    const [first, ...others] = offers.filter((offer) =>
      isStillTrue(ask, offer, documentState, this.#parts.dependencies.documents),
    );
    if (first === undefined || pending.isSettled) return pending.settle({ kind: "superseded" });
    const isShown = ({ answer }: Offer): boolean =>
      documentState.shown?.offer.answer.id === answer.id;
    const from = (offer: Offer): SuggestionOrigin =>
      isShown(offer) && origin === "cache" ? "typedThrough" : origin;
    const suggestion = toSuggestion(ask, first, from(first));
    const rest = others.map((offer) => toSuggestion(ask, offer, from(offer)));
    if (!pending.isUnseen) {
      if (!isShown(first)) this.#parts.counters.add("shown");
      this.#parts.counters.addOrigin(suggestion.origin);
      documentState.changesSinceContradiction = 0;
      const { followedLength } = first.advanced;
      documentState.shown = { offer: first, followedLength, isOver: false };
    }
    for (const { id, insertText } of [suggestion, ...rest]) {
      this.#parts.acceptances.noteOffered(id, uri, insertText.length);
    }
    pending.settle({ kind: "suggested", suggestions: [suggestion, ...rest] });
    this.#parts.speculation.noteOffered(first.answer.id);
    if (!pending.isUnseen && !isStandIn(first)) void askAhead(this.#parts, ask, first, suggestion);
  }
}
