/** How long a request waits: before it is sent, and before its answer is shown. */
import type { Clock } from "../../base/clock.ts";
import type { Ask } from "../request/ask.ts";
import type { Change } from "../typing/document-state.ts";
import type { SessionParts } from "../session-state.ts";
import type { Offer } from "../request/suggestion-cache.ts";

/** Milliseconds until a new suggestion may be shown: another decision than when to ask. */
export function displayWaitMs(parts: SessionParts, { request }: Ask, { answer }: Offer): number {
  if (request.trigger === "invoked" || request.surface === "menu") return 0;
  const delayMs = parts.settings["trigger.displayDelayMs"];
  const { lastChange, shown } = parts.documentStates.of(request.uri);
  const isNew = shown === undefined || shown.isOver || shown.offer.answer.id !== answer.id;
  return delayMs > 0 && isNew ? leftOf(delayMs, lastChange, parts.dependencies.clock) : 0;
}

/** Milliseconds until the last key is old enough to ask, and it is its turn; 0 for a request by key. */
export function askWaitMs(parts: SessionParts, { request, site, snapshot }: Ask): number {
  if (request.trigger === "invoked") return 0;
  const { lastChange, acceptedRevision, changesSinceContradiction } = parts.documentStates.of(
    request.uri,
  );
  const delayMs = parts.debounce.delayMs(parts.settings["trigger.debounceMs"], {
    isFreshLine: site.linePrefix.trim() === "",
    hasJustAccepted: acceptedRevision === snapshot.revision,
    changesSinceContradiction,
  });
  return Math.max(leftOf(delayMs, lastChange, parts.dependencies.clock), parts.sender.turnMs());
}

function leftOf(delayMs: number, lastChange: Change | undefined, clock: Clock): number {
  if (lastChange === undefined) return 0;
  const leftMs = lastChange.at + delayMs - clock.now();
  // Timers come up to a millisecond early; what is left then is not worth another one.
  return leftMs > 1 ? leftMs : 0;
}
