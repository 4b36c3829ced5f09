/** Every way a request can end. Whatever is not a suggestion carries its reason. */
import type { Offset } from "./document.ts";

export interface Suggestion {
  /** Names the suggestion in `fim.suggestionAccepted`; unique within the process. */
  readonly id: string;
  /** Where it is inserted: the cursor of the request that it answers. */
  readonly offset: Offset;
  /** LF line ends; starts exactly at `offset`. */
  readonly insertText: string;
  /** UTF-16 units right of the cursor, on its line, that `insertText` already contains and replaces. */
  readonly replacedLength: number;
  /**
   * For clients that cannot replace text right of the cursor: the same edit with nothing replaced;
   * `undefined` where no such text gives the same document.
   */
  readonly insertOnlyText: string | undefined;
  /** That all of it is what the author wants; `undefined` where nothing is held back. */
  readonly probability?: number;
  readonly origin: SuggestionOrigin;
}

export type SuggestionOrigin = "typedThrough" | "cache" | "joined" | "network" | "workspace";

/** Decided before anything was asked. */
export type SkipReason =
  | "disabled"
  | "languageDisabled"
  | "documentOff"
  | "snoozed"
  | "excludedFile"
  | "exclusionUnknown"
  | "unknownDocument"
  | "dirtyDocument"
  | "oversizedDocument"
  | "readOnlyDocument"
  | "selection"
  | "inComment"
  | "inString"
  | "midWord"
  | "midLine"
  | "statementClosed"
  | "deletion"
  | "emptyDocument"
  | "automaticOff"
  | "selectedItemMismatch"
  | "providerOff"
  | "coolingDown"
  | "rateLimited"
  | "recentlyEmpty"
  | "latencyBudget"
  | "shuttingDown";

/** Decided on the answer. */
export type DropReason =
  | "empty"
  | "unlikely"
  | "nothingKnown"
  | "repeatsNextLine"
  | "repeatsPreviousLine"
  | "repeatsSuffix"
  | "repetitionLoop"
  | "bracketUnderflow"
  | "snippetEcho"
  | "undoesEdit"
  | "sentinel"
  | "chatAnswer"
  | "finishError"
  | "unsafeText"
  | "invisibleText";

export type FailureKind =
  | "unreachable"
  | "timeout"
  | "unauthorized"
  | "rateLimited"
  | "rejected"
  | "unavailable"
  | "malformedStream";

/** What went wrong at a provider. */
export interface CompletionFailure {
  readonly kind: FailureKind;
  /** For people: what failed, what the other side said of it, what to do. */
  readonly message: string;
  /** What to do, in a few words; without it the kind and the status say it. */
  readonly remedy?: string;
  readonly isRetryable: boolean;
  /** Only other settings can help, whatever the status: the model is of the wrong kind. */
  readonly isPermanent?: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** The prompt did not fit what the provider takes; its `shape` has been corrected: build it again, once. */
  readonly isPromptTooLong?: boolean;
}

export type CompletionOutcome =
  | { readonly kind: "suggested"; readonly suggestions: readonly [Suggestion, ...Suggestion[]] }
  | { readonly kind: "skipped"; readonly reason: SkipReason }
  | { readonly kind: "superseded" }
  | { readonly kind: "cancelled" }
  | { readonly kind: "dropped"; readonly reason: DropReason }
  | { readonly kind: "failed"; readonly failure: CompletionFailure };
