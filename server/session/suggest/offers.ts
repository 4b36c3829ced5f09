/**
 * What is offered at the cursor: what is known there, what the workspace model says, and the last look at the text
 * before a suggestion leaves. Invariant 2 is kept here.
 */
import { isSafeText } from "../../engine/postprocess/drop/unsafe-text.ts";
import { surroundings } from "../../engine/syntax/surroundings.ts";
import { follow } from "../../engine/advance.ts";
import { workspaceBound } from "../../engine/confidence/likely-text.ts";
import { cursorText, placeAt } from "../../engine/cursor-text.ts";
import type { Suggestion, SuggestionOrigin } from "../../engine/outcome.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import { demandOf } from "../provider/demand.ts";
import type { ModelTrust } from "../provider/model-trust.ts";
import type { RequestSender } from "../provider/request-sender.ts";
import { toSuggestion, type Ask } from "../request/ask.ts";
import type { PendingRequest } from "../request/pending-requests.ts";
import {
  offerOf,
  type Answer,
  type Offer,
  type SuggestionCache,
} from "../request/suggestion-cache.ts";
import type { InForce, SuggestRequest } from "../types.ts";
import type { Typing } from "../typing/typing.ts";
import { firstLineOf, weighOffer, type Weighed } from "./likely-offer.ts";

const workspaceSource = "workspace";

/** In the role `first` only what is as good as sure is offered before the provider was asked. */
const sureProbability = 0.85;
/** By so much more probable is what takes the place of the provider's answer. */
const clearlySurer = 0.25;
const menuLimit = 3;

export interface OffersDependencies {
  readonly documents: DocumentStore;
  readonly cache: SuggestionCache;
  readonly sender: Pick<RequestSender, "source">;
  readonly typing: Typing;
  readonly trust: ModelTrust;
  readonly inForce: InForce;
  readonly onOffered: (offered: Offered) => void;
}

/** What is known at a place. */
export interface Known {
  readonly offers: readonly Offer[];
  /** Why there is none of the provider although it has answered here. */
  readonly withheld: Exclude<Weighed["kind"], "likely"> | undefined;
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
  known(ask: Ask, pending: PendingRequest): Known {
    const { request, at } = ask;
    const { typing, cache, sender } = this.#dependencies;
    const { shown } = typing.of(request.uri);
    const kept = shown && !pending.isUnseen ? offerOf(shown.offer.answer, at) : undefined;
    if (kept !== undefined && !isStandIn(kept)) {
      return knownBy(this.weigh(ask, kept, shown?.isOver === true ? 0 : shown?.offer.endLength));
    }
    const found = cache.find(request.uri, sender.source, at);
    const weighed = found && this.weigh(ask, found);
    if (kept === undefined) return knownBy(weighed);
    const likely = weighed?.kind === "likely" ? weighed.offer : undefined;
    return { offers: besideStandIn(kept, likely, request.surface), withheld: undefined };
  }

  /** True while the user types along a suggestion that is shown. */
  isShownAt({ request, at }: Ask): boolean {
    const { shown } = this.#dependencies.typing.of(request.uri);
    return shown !== undefined && offerOf(shown.offer.answer, at) !== undefined;
  }

  /** How much of `offer` is likely enough; at least `shownLength` units of its text, which are shown now. */
  weigh({ request, at }: Ask, offer: Offer, shownLength = 0): Weighed {
    const { inForce, trust } = this.#dependencies;
    const { settings } = inForce;
    const demand = demandOf(settings, request.trigger);
    return weighOffer(offer, at, {
      demand,
      trust: trust.of(offer.answer.source),
      shownLength,
      maxLines: settings["suggestions.maxLines"],
    });
  }

  /** The workspace model's own words, where it is clearly surer than the provider's answer is. */
  surer(ask: Ask, { firstLine }: Offer): readonly Offer[] {
    const { settings } = this.#dependencies.inForce;
    // Plain facts say little about what a line says: they are no match for a claim.
    if (firstLine?.isTold !== true || settings["workspaceModel.role"] === "off") return [];
    return this.#local(ask, Math.max(workspaceBound, firstLine.probability + clearlySurer)).slice(
      0,
      1,
    );
  }

  /** What the workspace model is as good as sure of, where it may go ahead of the provider. */
  sure(ask: Ask): readonly Offer[] {
    const isFirst = this.#dependencies.inForce.settings["workspaceModel.role"] === "first";
    return isFirst ? this.#local(ask, sureProbability) : [];
  }

  /** What the workspace model says in the place of the provider. */
  standIns(ask: Ask): readonly Offer[] {
    const least = this.#dependencies.inForce.settings["suggestions.minConfidence"];
    return this.#local(ask, least ?? workspaceBound);
  }

  /** Only the present text may be asked about. */
  isCurrent({ request, snapshot }: Ask): boolean {
    return this.#dependencies.documents.get(request.uri)?.revision === snapshot.revision;
  }

  /** Settles `pending` with those of `offers` that agree with the text at this moment. */
  leave(
    ask: Ask,
    pending: PendingRequest,
    found: readonly Offer[],
    origin: SuggestionOrigin,
  ): void {
    const offers = pending.isUnseen ? found : this.#withAlternatives(ask, found);
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
      const before = isNew ? undefined : state.shown;
      // What was claimed first is what is judged: typing along makes the rest more likely.
      const firstLine = before?.offer.firstLine ?? offer.firstLine;
      const isJudged = before?.isJudged === true;
      state.shown = { offer: { ...offer, firstLine }, followedLength, isOver: false, isJudged };
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

  /** Ghost text by key has more to choose from: the first line alone, and what the workspace model says. */
  #withAlternatives(ask: Ask, offers: readonly Offer[]): readonly Offer[] {
    const [first] = offers;
    const { trigger, surface } = ask.request;
    if (first === undefined || trigger !== "invoked" || surface !== "inline") return offers;
    const { settings } = this.#dependencies.inForce;
    const isLocalWanted = settings["workspaceModel.role"] !== "off" && !isStandIn(first);
    const local = isLocalWanted ? this.standIns(ask) : [];
    const all = [...offers, firstLineOf(first, ask.at), ...local];
    const texts = all.map(({ advanced }) => advanced.insertText);
    return all.filter((_, index) => texts.indexOf(texts[index] ?? "") === index);
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
            evidence: undefined,
            isFragment: false,
            isComplete: false,
          };
        })
        .map((answer) => offerOf(answer, ask.at))
        .filter((offer) => offer !== undefined)
    );
  }
}

function knownBy(weighed: Weighed | undefined): Known {
  if (weighed === undefined) return { offers: [], withheld: undefined };
  return weighed.kind === "likely"
    ? { offers: [weighed.offer], withheld: undefined }
    : { offers: [], withheld: weighed.kind };
}

/** True when it is the workspace model's, in the place of an answer of the provider. */
export function isStandIn({ answer }: Offer): boolean {
  return answer.source === workspaceSource;
}

/**
 * What to offer when the provider's answer is `found` while a stand-in is shown that still agrees. One that
 * only goes on from what is shown changes nothing and takes over. Else ghost text stays as it is, and a menu
 * has room for both: the likelier one first, or, where the provider tells no probabilities, what is as good as sure.
 */
function besideStandIn(
  shown: Offer,
  found: Offer | undefined,
  surface: SuggestRequest["surface"],
): readonly Offer[] {
  if (found === undefined) return [shown];
  if (found.advanced.insertText.startsWith(shown.advanced.insertText)) return [found];
  if (surface === "inline") return [shown];
  // Two claims of one kind are compared; plain facts are no match for one.
  const told = found.firstLine?.isTold === true ? found.firstLine.probability : undefined;
  const isSurer = (shown.answer.probability ?? 0) >= (told ?? sureProbability);
  return isSurer ? [shown, found] : [found, shown];
}
