/** How a search ends, in terms of what it met. */
import { bug } from "../../base/bug.ts";
import type {
  CompletionFailure,
  CompletionOutcome,
  SkipReason,
  SuggestionOrigin,
} from "../../engine/outcome.ts";
import type { Ask } from "../request/ask.ts";
import type { Flight } from "../provider/in-flight-request.ts";
import { isAt, type Answer, type Offer } from "../request/suggestion-cache.ts";

export function skipped(reason: SkipReason): CompletionOutcome {
  return { kind: "skipped", reason };
}

/** Where the workspace model may stand in. */
export function isProvidersFault(outcome: CompletionOutcome): boolean {
  return outcome.kind === "failed" || (outcome.kind === "skipped" && standIns.has(outcome.reason));
}

const standIns: ReadonlySet<SkipReason> = new Set<SkipReason>([
  "providerOff",
  "coolingDown",
  "rateLimited",
  "latencyBudget",
]);

export interface Awaited {
  readonly flight: Flight;
  readonly origin: SuggestionOrigin;
}

export function originOf({ answer }: Offer, awaited: Awaited | undefined): SuggestionOrigin {
  return awaited !== undefined && awaited.flight.plan.id === answer.id ? awaited.origin : "cache";
}

/** How a landing ends the requests that waited for it; `undefined`: look again. */
export function outcomeOf({ landing, plan }: Flight, ask: Ask): CompletionOutcome | undefined {
  switch (landing?.kind) {
    case "failed":
      return { kind: "failed", failure: landing.failure };
    case "dropped":
      // What was dropped at another place says nothing about this one.
      return isAt(plan.place, ask.at) ? { kind: "dropped", reason: landing.reason } : undefined;
    case "kept":
    case "aborted":
    case undefined:
      return undefined;
  }
}

/** What may be sent has changed since: it may be asked anew. */
export function isWithdrawn({ landing }: Flight): boolean {
  return landing?.kind === "aborted" && landing.cause === "withdrawn";
}

export function brokenSearch(error: unknown): CompletionFailure {
  const message = error instanceof Error ? error.message : String(error);
  bug(`search: ${message}`, undefined);
  return { kind: "unavailable", isRetryable: true, message: "The search for an answer failed." };
}

/**
 * What of a flight's answer is certain before it lands: its finished lines; `undefined` while there is none.
 * A line that is cut where the stream happens to be is not worth showing.
 */
export function finishedLines(flight: Flight): Answer | undefined {
  const { raw, result } = flight.preview();
  // Cut short, an answer loses its unfinished line, unless that is its only one.
  if (result.kind === "dropped" || !raw.trimStart().includes("\n")) return undefined;
  const { id, uri, source, place } = flight.plan;
  const { insertText, replacedLength, insertOnlyText } = result;
  const known = { place, text: insertText, replacedLength, insertOnlyText };
  const nothing = { streak: undefined, probability: undefined, isComplete: false };
  return { id, uri, source, known, ...nothing };
}
