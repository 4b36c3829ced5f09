/** Why there is no suggestion, as a sentence for people at a terminal. */
import type { CompletionOutcome, DropReason, SkipReason } from "../engine/outcome.ts";

/** `undefined` for a suggestion. */
export function describeOutcome(outcome: CompletionOutcome): string | undefined {
  switch (outcome.kind) {
    case "suggested":
      return undefined;
    case "skipped":
      return skipReasons[outcome.reason];
    case "dropped":
      return dropReasons[outcome.reason];
    case "failed":
      return outcome.failure.message;
    case "superseded":
      return "a newer request took its place";
    case "cancelled":
      return "it was cancelled";
  }
}

/** The sentence for the name of a reason, as in `fim.status`. Without a sentence, the name itself. */
export function describeReason(name: string): string {
  const sentences: Readonly<Record<string, string>> = { ...skipReasons, ...dropReasons };
  return Object.hasOwn(sentences, name) ? (sentences[name] ?? name) : name;
}

const skipReasons: Readonly<Record<SkipReason, string>> = {
  disabled: "suggestions are switched off",
  languageDisabled: "this language is switched off (languages.enabled, languages.disabled)",
  documentOff: "the document is switched off (fim.toggleDocument)",
  snoozed: "suggestions are snoozed (fim.snooze)",
  excludedFile: "the file is excluded (files.exclude, .fimignore)",
  exclusionUnknown: "still checking whether this file is excluded (.fimignore)",
  unknownDocument: "the document is not open",
  dirtyDocument: "the document's text is uncertain until the editor sends it again",
  oversizedDocument: "the document is larger than files.maxBytes",
  readOnlyDocument: "the file is read-only",
  selection: "text is selected",
  inComment: "the cursor is in a comment (trigger.inComments)",
  inString: "the cursor is in a string (trigger.inStrings)",
  midWord: "the cursor is inside a word",
  midLine: "there is text right of the cursor",
  statementClosed: "the statement is complete",
  deletion: "text was just deleted",
  emptyDocument: "the document is empty",
  automaticOff: "automatic suggestions are switched off (trigger.automatic)",
  selectedItemMismatch: "the menu's selected item does not fit a suggestion",
  providerOff: "the provider is off until its configuration changes",
  coolingDown: "the provider pauses after an error",
  rateLimited: "the provider's rate limit is reached",
  recentlyEmpty: "nothing was found here a moment ago",
  latencyBudget: "no answer within completion.latencyBudgetMs",
  shuttingDown: "the server is shutting down",
};

const dropReasons: Readonly<Record<DropReason, string>> = {
  empty: "the answer was empty",
  unlikely: "nothing likely here (suggestions.minConfidence)",
  nothingKnown: "the workspace model knows nothing that fits here",
  repeatsNextLine: "the answer repeats the next line",
  repeatsPreviousLine: "the answer repeats the previous line",
  repeatsSuffix: "the answer repeats the text right of the cursor",
  repetitionLoop: "the answer repeats itself",
  bracketUnderflow: "the answer closes brackets that are not open",
  snippetEcho: "the answer repeats an excerpt of another file",
  undoesEdit: "the answer takes back the last change",
  sentinel: "the answer holds only the model's control tokens",
  chatAnswer:
    "the model answers as in a chat: set provider.model to one that fills in the middle, such as codestral-latest or qwen2.5-coder",
  finishError: "the provider ended the answer with an error",
  unsafeText: "the answer contains control characters",
  invisibleText: "the answer contains invisible characters that the document does not use",
};
