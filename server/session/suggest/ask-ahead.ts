/** Asking for what follows when the shown suggestion is accepted. */
import { cursorText } from "../../engine/cursor-text.ts";
import type { Offset } from "../../engine/document.ts";
import type { Suggestion } from "../../engine/outcome.ts";
import { completionSite } from "../../engine/site.ts";
import { withInserted, type Ask } from "../request/ask.ts";
import { isLineOver } from "./eligibility.ts";
import type { SessionParts } from "../session-state.ts";
import { leadsOn, type Offer } from "../request/suggestion-cache.ts";

/** The suggestion has to stand this long first: most are typed along or against within it. */
const restMs = 150;

/** Asks ahead for what follows the suggestion, once it has stood a while and where that costs nothing. */
export async function askAhead(
  parts: SessionParts,
  ask: Ask,
  offer: Offer,
  suggestion: Suggestion,
): Promise<void> {
  const { speculation, sender, settings, gate, documentStates, cache } = parts;
  const { provider } = sender;
  if (provider === undefined) return;
  if (!speculation.isWorthwhile(settings["trigger.speculation"], provider)) return;
  if (leadsOn(offer)) return;
  const { uri } = ask.request;
  const unseen = gate.enterUnseen(ask.request);
  await gate.pause(unseen, restMs);
  if (unseen.isSettled) return;
  unseen.settle({ kind: "superseded" });
  const next = askAfter(ask, suggestion);
  if (offer.answer.isComplete && isLineOver(next.site, true)) return;
  if (sender.inFlight > 0 || sender.whyNot(uri, "automatic") !== undefined) return;
  if (cache.find(uri, sender.source, next.at) !== undefined) return;
  const inFlightRequest = sender.send(documentStates.of(uri), next, true);
  if (inFlightRequest !== undefined) speculation.noteSent(inFlightRequest.plan.id);
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
