/**
 * Turns an outcome into the client's answer. A provider's failure never becomes a failed request, because editors
 * show errors to the user at each key. The reason goes to the log and to `fim.status`.
 */
import type {
  CompletionItem,
  CompletionList,
  InlineCompletionList,
} from "vscode-languageserver/node";

import type { CompletionOutcome, SkipReason } from "../../engine/outcome.ts";
import type { ClientProfile } from "../client/client-profile.ts";
import { toCompletionItem, toInlineItem, type MenuOptions } from "./completion-item.ts";
import { ErrorCodes, ResponseError } from "../connection/library.ts";
import { requestCancelledCode } from "../protocol-numbers.ts";
import type { Suggested } from "./suggest-request.ts";

export function invalidParams(method: string): ResponseError {
  return new ResponseError(
    ErrorCodes.InvalidParams,
    `${method} needs a textDocument with a uri, and a position`,
  );
}

/** The only error that no client shows. */
export function requestCancelled(): ResponseError {
  return new ResponseError(requestCancelledCode, "cancelled by the client");
}

/**
 * Always a list: some clients throw at an item without range, keep the old ghost text on `null`, or support no
 * other form. `null` only if a newer request has replaced this one.
 */
export function toInlineAnswer({
  at,
  selected,
  outcome,
}: Suggested): InlineCompletionList | ResponseError | null {
  if (outcome.kind === "cancelled") return requestCancelled();
  if (outcome.kind === "superseded") return null;
  if (outcome.kind !== "suggested" || at === undefined) return { items: [] };
  const items = outcome.suggestions
    .map((suggestion) => toInlineItem(suggestion, at, selected))
    .filter((item) => item !== undefined);
  return { items };
}

/**
 * If the list is marked incomplete, the client asks again and gets a late suggestion. `isLate`: the client has had
 * time to show other servers' items.
 */
export function toMenuAnswer(
  { at, outcome }: Suggested,
  profile: ClientProfile,
  options: MenuOptions & { readonly isLate: boolean },
): CompletionList | ResponseError {
  if (outcome.kind === "cancelled") return requestCancelled();
  const empty = { isIncomplete: isAskedAgain(outcome, profile, options.isLate), items: [] };
  if (outcome.kind !== "suggested" || at === undefined) return empty;
  const items: CompletionItem[] = outcome.suggestions
    .map((suggestion) => toCompletionItem(suggestion, at, profile, options))
    .filter((item) => item !== undefined);
  return items.length > 0 ? { isIncomplete: true, items } : empty;
}

function isAskedAgain(
  outcome: CompletionOutcome,
  { emptyList }: ClientProfile,
  isLate: boolean,
): boolean {
  const mayChange = !(outcome.kind === "skipped" && lasting.has(outcome.reason));
  switch (emptyList) {
    case "incomplete":
      return mayChange;
    case "whenLate":
      return mayChange && isLate;
    case "whenPending":
      return (
        outcome.kind === "superseded" ||
        (outcome.kind === "skipped" && outcome.reason === "latencyBudget")
      );
  }
}

/** Reasons that the next key will not change. */
const lasting: ReadonlySet<SkipReason> = new Set<SkipReason>([
  "disabled",
  "languageDisabled",
  "documentOff",
  "snoozed",
  "excludedFile",
  "unknownDocument",
  "oversizedDocument",
  "readOnlyDocument",
  "automaticOff",
  "providerOff",
  "shuttingDown",
]);
