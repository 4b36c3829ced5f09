/**
 * What is offered at the cursor: what is known there, what the workspace model says, and the last look at the text
 * before a suggestion leaves. Invariant 2 is kept here.
 */
import { isSafeText } from "../../engine/postprocess/unsafe-text.ts";
import { surroundings } from "../../engine/syntax/surroundings.ts";
import { follow } from "../../engine/advance.ts";
import { cursorText, placeAt } from "../../engine/cursor-text.ts";
import type { Suggestion, SuggestionOrigin } from "../../engine/outcome.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import type { RequestSender } from "../provider/request-sender.ts";
import { toSuggestion, type Ask } from "../request/ask.ts";
import type { PendingRequest } from "../request/request-gate.ts";
import {
  offerOf,
  type Answer,
  type Offer,
  type SuggestionCache,
} from "../request/suggestion-cache.ts";
import type { InForce, SuggestRequest } from "../types.ts";
import type { Typing } from "../typing/typing.ts";

const workspaceSource = "workspace";

/** In the role `first` only what is as good as sure is offered before the provider was asked. */
const sureProbability = 0.85;
const menuLimit = 3;

export interface OffersDependencies {
  readonly documents: DocumentStore;
  readonly cache: SuggestionCache;
  readonly sender: Pick<RequestSender, "source">;
  readonly typing: Typing;
  readonly inForce: InForce;
  readonly onOffered: (offered: Offered) => void;
}

/** What has just left. */
export interface Offered {
  readonly ask: Ask;
  /** The first of them, and what it was made of. */
  readonly offer: Offer;
  readonly suggestions: readonly [Suggestion, ...Suggestion[]];
  /** The client did not show it before. */
  readonly isNew: boolean;
  /** No client waits for it. */
  readonly isUnseen: boolean;
}

export class Offers {
  readonly #dependencies: OffersDependencies;
  #localIds = 0;

  constructor(dependencies: OffersDependencies) {
    this.#dependencies = dependencies;
  }

  /** What was shown last and still agrees, else the newest answer that does: no wait, no context, no timer. */
  known({ request, at }: Ask, pending: PendingRequest): readonly Offer[] {
    const { typing, cache, sender } = this.#dependencies;
    const { shown } = typing.of(request.uri);
    const kept = shown && !pending.isUnseen ? offerOf(shown.offer.answer, at) : undefined;
    if (kept !== undefined && !isStandIn(kept)) return [kept];
    const found = cache.find(request.uri, sender.source, at);
    if (kept !== undefined) return besideStandIn(kept, found, request.surface);
    return found === undefined ? [] : [found];
  }

  /** What the workspace model is as good as sure of, where it may go ahead of the provider. */
  sure(ask: Ask): readonly Offer[] {
    const isFirst = this.#dependencies.inForce.settings["workspaceModel.role"] === "first";
    return isFirst ? this.#local(ask, sureProbability) : [];
  }

  /** What the workspace model says in the place of the provider. */
  standIns(ask: Ask): readonly Offer[] {
    return this.#local(ask, this.#dependencies.inForce.settings["workspaceModel.minConfidence"]);
  }

  /** Only the present text may be asked about. */
  isCurrent({ request, snapshot }: Ask): boolean {
    return this.#dependencies.documents.get(request.uri)?.revision === snapshot.revision;
  }

  /** Settles `pending` with those of `offers` that agree with the text at this moment. */
  leave(
    ask: Ask,
    pending: PendingRequest,
    offers: readonly Offer[],
    origin: SuggestionOrigin,
  ): void {
    const state = this.#dependencies.typing.of(ask.request.uri);
    const [offer, ...others] = offers.filter((each) => this.#isStillTrue(ask, each));
    if (offer === undefined || pending.isSettled) return pending.settle({ kind: "superseded" });
    const isShown = ({ answer }: Offer): boolean => state.shown?.offer.answer.id === answer.id;
    const toItem = (each: Offer): Suggestion =>
      toSuggestion(ask, each, isShown(each) && origin === "cache" ? "typedThrough" : origin);
    const suggestions = [toItem(offer), ...others.map(toItem)] as const;
    const { isUnseen } = pending;
    const isNew = !isShown(offer);
    if (!isUnseen) {
      const { followedLength } = offer.advanced;
      state.changesSinceContradiction = 0;
      state.shown = { offer, followedLength, isOver: false };
    }
    pending.settle({ kind: "suggested", suggestions });
    this.#dependencies.onOffered({ ask, offer, suggestions, isNew, isUnseen });
  }

  /**
   * True when `offer` agrees with the document as it is now: unchanged since the request, or, for a menu, changed
   * only by typing along the offer; a menu keeps its place while the user types on.
   */
  #isStillTrue({ request, snapshot }: Ask, { known, advanced }: Offer): boolean {
    // Typing into a pair of surrogates leaves half of it.
    if (!advanced.insertText.isWellFormed()) return false;
    const { documents, typing } = this.#dependencies;
    const now = documents.get(request.uri);
    if (now === undefined || documents.isDirty(request.uri)) return false;
    if (now.revision === snapshot.revision) return true;
    const { lastChange } = typing.of(request.uri);
    if (request.surface === "inline" || lastChange === undefined) return false;
    const isBehind = lastChange.cursor >= request.offset;
    const followed = isBehind && follow(known, cursorText(now.text, lastChange.cursor));
    return followed !== false && followed !== undefined && !followed.isBeyond;
  }

  /** Answers of the workspace model, in the form of all others, so that typing along them works the same. */
  #local(ask: Ask, minProbability: number): readonly Offer[] {
    const { localSource } = this.#dependencies.inForce;
    if (localSource === undefined) return [];
    const limit = ask.request.surface === "menu" ? menuLimit : 1;
    const around = surroundings(ask.site);
    return (
      localSource
        .suggest(ask.site, { limit, minProbability })
        // A file of the workspace may hold what no model may write.
        .filter(({ insertText }) => insertText !== "" && isSafeText(insertText, around))
        .map(({ insertText, probability }): Answer => {
          const place = placeAt(ask.at);
          return {
            id: `w${++this.#localIds}`,
            uri: ask.request.uri,
            source: workspaceSource,
            known: { place, text: insertText, replacedLength: 0, insertOnlyText: insertText },
            streak: undefined,
            probability,
            isComplete: false,
          };
        })
        .map((answer) => offerOf(answer, ask.at))
        .filter((offer) => offer !== undefined)
    );
  }
}

/** True when it is the workspace model's, in the place of an answer of the provider. */
export function isStandIn({ answer }: Offer): boolean {
  return answer.source === workspaceSource;
}

/**
 * What to offer when the provider's answer is `found` while a stand-in is shown that still agrees. One that
 * only goes on from what is shown changes nothing and takes over. Else ghost text stays as it is, and a menu
 * has room for both: first what is as good as sure, then the provider's.
 */
function besideStandIn(
  shown: Offer,
  found: Offer | undefined,
  surface: SuggestRequest["surface"],
): readonly Offer[] {
  if (found === undefined) return [shown];
  if (found.advanced.insertText.startsWith(shown.advanced.insertText)) return [found];
  if (surface === "inline") return [shown];
  const isSure = (shown.answer.probability ?? 0) >= sureProbability;
  return isSure ? [shown, found] : [found, shown];
}
