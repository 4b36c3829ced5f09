/**
 * Asks for what follows when the shown suggestion is accepted, once it has stood a while and where that costs
 * nothing.
 */
import { cursorText } from "../../engine/cursor-text.ts";
import type { Offset } from "../../engine/document.ts";
import type { Suggestion } from "../../engine/outcome.ts";
import { completionSite } from "../../engine/site.ts";
import type { RequestSender } from "../provider/request-sender.ts";
import { Speculation } from "../provider/speculation.ts";
import { withInserted, type Ask } from "../request/ask.ts";
import type { PendingRequests } from "../request/pending-requests.ts";
import { leadsOn, type Offer, type SuggestionCache } from "../request/suggestion-cache.ts";
import type { InForce } from "../types.ts";
import { lastEditOf, type Typing } from "../typing/typing.ts";
import { isLineOver } from "./eligibility.ts";
import { isStandIn, type Offered } from "./offers.ts";

/** The suggestion has to stand this long first: most are typed along or against within it. */
const restMs = 150;
/** That of most lines which a user takes. */
const leastProbability = 0.1;

export interface AskAheadDependencies {
  readonly gate: PendingRequests;
  readonly sender: RequestSender;
  readonly cache: SuggestionCache;
  readonly typing: Typing;
  readonly inForce: InForce;
}

export class AskAhead {
  readonly #dependencies: AskAheadDependencies;
  readonly #speculation = new Speculation();

  constructor(dependencies: AskAheadDependencies) {
    this.#dependencies = dependencies;
  }

  /** Another provider answers from now on. */
  reset(): void {
    this.#speculation.reset();
  }

  noteOffered({ ask, offer, suggestions, isUnseen }: Offered): void {
    this.#speculation.noteOffered(offer.answer.id);
    if (!isUnseen && !isStandIn(offer) && !isDoubtful(offer))
      void this.#askAfter(ask, offer, suggestions[0]);
  }

  async #askAfter(ask: Ask, offer: Offer, suggestion: Suggestion): Promise<void> {
    const { gate, sender, cache, typing, inForce } = this.#dependencies;
    const { provider } = sender;
    if (provider === undefined) return;
    const setting = inForce.settings["trigger.speculation"];
    if (!this.#speculation.isWorthwhile(setting, provider) || leadsOn(offer)) return;
    const { uri } = ask.request;
    const unseen = gate.enterUnseen(ask.request);
    await gate.pause(unseen, restMs);
    if (unseen.isSettled) return;
    unseen.settle({ kind: "superseded" });
    const next = askAfter(ask, suggestion);
    if (offer.answer.isComplete && isLineOver(next.site, true)) return;
    if (sender.inFlight > 0 || sender.whyNot(uri, "automatic") !== undefined) return;
    if (cache.find(uri, sender.source, next.at) !== undefined) return;
    const lastEdit = lastEditOf(typing.of(uri));
    const sent = sender.send(next, { hasJustAccepted: true, lastEdit, isSpeculative: true });
    if (sent !== undefined) this.#speculation.noteSent(sent.plan.id);
  }
}

/** Shown because the user asked by key: what would follow it is less likely still. */
function isDoubtful({ firstLine, probability = 1 }: Offer): boolean {
  // Plain facts give long answers low numbers, whatever they say.
  return firstLine?.isTold === true && probability < leastProbability;
}

/** What would be asked behind `suggestion` after it was accepted. */
function askAfter({ request, snapshot, site }: Ask, suggestion: Suggestion): Ask {
  const { offset, insertText, replacedLength } = suggestion;
  const text = site.eol === "\n" ? insertText : insertText.replaceAll("\n", site.eol);
  const accepted = withInserted(snapshot, offset, offset + replacedLength, text);
  const end = (offset + text.length) as Offset;
  const at = cursorText(accepted.text, end);
  return {
    request: { ...request, offset: end, trigger: "automatic" },
    snapshot: accepted,
    site: completionSite(accepted, end),
    at,
    lead: "",
    leadReplacedLength: 0,
  };
}
