/** How a search ends, in terms of what it met. */
import { bug } from "../../base/bug.ts";
import { isAt } from "../../engine/advance.ts";
import type {
  CompletionFailure,
  CompletionOutcome,
  SkipReason,
  SuggestionOrigin,
} from "../../engine/outcome.ts";
import type { Ask } from "../request/ask.ts";
import type { InFlightRequest } from "../provider/in-flight-request.ts";
import type { Answer, Offer } from "../request/suggestion-cache.ts";

export function skipped(reason: SkipReason): CompletionOutcome {
  return { kind: "skipped", reason };
}

/** Where the workspace model may stand in. */
export function isProvidersFault(outcome: CompletionOutcome): boolean {
  switch (outcome.kind) {
    case "failed":
      return true;
    case "skipped":
      return standIns.has(outcome.reason);
    case "dropped":
      return outcome.reason === "unlikely";
    case "suggested":
    case "superseded":
    case "cancelled":
      return false;
  }
}

const standIns: ReadonlySet<SkipReason> = new Set<SkipReason>([
  "providerOff",
  "coolingDown",
  "rateLimited",
  "latencyBudget",
]);

export interface Awaited {
  readonly inFlightRequest: InFlightRequest;
  readonly origin: SuggestionOrigin;
}

export function originOf({ answer }: Offer, awaited: Awaited | undefined): SuggestionOrigin {
  return awaited !== undefined && awaited.inFlightRequest.plan.id === answer.id
    ? awaited.origin
    : "cache";
}

/** What the end of a request in flight means for the requests that waited for it; `undefined`: look again. */
export function outcomeOf(
  { ending, plan }: InFlightRequest,
  ask: Ask,
): CompletionOutcome | undefined {
  switch (ending?.kind) {
    case "failed":
      return { kind: "failed", failure: ending.failure };
    case "dropped":
      // What was dropped at another place says nothing about this one.
      return isAt(plan.place, ask.at) ? { kind: "dropped", reason: ending.reason } : undefined;
    case "kept":
    case "aborted":
    case undefined:
      return undefined;
  }
}

/** It was given up because what may be sent has changed: the same text may be asked about again. */
export function isWithdrawn({ ending }: InFlightRequest): boolean {
  return ending?.kind === "aborted" && ending.cause === "withdrawn";
}

export function brokenSearch(error: unknown): CompletionFailure {
  const message = error instanceof Error ? error.message : String(error);
  bug(`search: ${message}`, undefined);
  return { kind: "unavailable", isRetryable: true, message: "The search for an answer failed." };
}

/**
 * What of a request in flight's answer is certain before it ends: its finished lines; `undefined` while there is none.
 * A line that is cut where the stream happens to be is not worth showing.
 */
export function finishedLines(inFlightRequest: InFlightRequest): Answer | undefined {
  const { raw, result, evidence } = inFlightRequest.preview();
  // Cut short, an answer loses its unfinished line, unless that is its only one.
  if (result.kind === "dropped" || !raw.trimStart().includes("\n")) return undefined;
  const { id, uri, source, place } = inFlightRequest.plan;
  const { insertText, replacedLength, insertOnlyText } = result;
  const known = { place, text: insertText, replacedLength, insertOnlyText };
  const nothing = { streak: undefined, probability: undefined, isFragment: false };
  return { id, uri, source, known, evidence, isComplete: false, ...nothing };
}
