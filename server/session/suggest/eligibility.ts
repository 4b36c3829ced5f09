/** Where nothing is ever suggested, and where an automatic request is not worth sending. */
import { completionMode } from "../../engine/prompt/completion-mode.ts";
import type { SkipReason } from "../../engine/outcome.ts";
import type { CompletionSite } from "../../engine/site.ts";
import { shouldComplete } from "../../engine/prompt/trigger.ts";
import type { Settings } from "../../settings/schema.ts";
import type { Ask } from "../request/ask.ts";
import type { SuggestRequest } from "../types.ts";
import type { DocumentState } from "../typing/document-state.ts";
import type { DocumentStore } from "../../documents/document-store.ts";

/** Why the request's document gets no suggestion, by this trigger; asked before anything else, the disk too. */
export function whyNeverHere(
  { uri, trigger }: SuggestRequest,
  settings: Settings,
  documents: DocumentStore,
): SkipReason | undefined {
  const document = documents.get(uri);
  if (document === undefined) return "unknownDocument";
  if (documents.isDirty(uri)) return "dirtyDocument";
  if (trigger === "invoked") return undefined;
  if (!isLanguageEnabled(document.languageId, settings)) return "languageDisabled";
  if (!settings["trigger.automatic"]) return "automaticOff";
  // UTF-16 units are never more than bytes: a document that passes may be larger, never much smaller.
  return document.text.length > settings["files.maxBytes"] ? "oversizedDocument" : undefined;
}

/** Why a model is not asked at this place. A request by key is never held back. */
export function whyNotWorthAsking(
  { request, site, snapshot }: Ask,
  settings: Settings,
  { lastChange, acceptedRevision, endedRevision }: DocumentState,
  isReadOnly: boolean,
): SkipReason | undefined {
  if (request.trigger === "invoked") return undefined;
  const hasJustAccepted = acceptedRevision === snapshot.revision;
  if (endedRevision === snapshot.revision && isLineOver(site, hasJustAccepted)) {
    return "recentlyEmpty";
  }
  const facts = {
    hasSelection: request.hasSelection === true,
    isReadOnly,
    isAfterDeletion: lastChange?.kind === "deletion",
  };
  return shouldComplete(site, facts, {
    skipMidWord: settings["trigger.skipMidWord"],
    skipMidLine: settings["trigger.skipMidLine"],
    skipStatementClosed: settings["trigger.skipStatementClosed"],
    skipDeletion: settings["trigger.skipDeletion"],
    skipSelection: settings["trigger.skipSelection"],
    skipReadOnly: settings["trigger.skipReadOnly"],
  });
}

function isLanguageEnabled(languageId: string, settings: Settings): boolean {
  const enabled = settings["languages.enabled"];
  if (enabled.length > 0 && !enabled.includes(languageId)) return false;
  return !settings["languages.disabled"].includes(languageId);
}

/** A model that has just ended the line by itself has no more to say, unless it is asked for the next lines. */
export function isLineOver(site: CompletionSite, hasJustAccepted: boolean): boolean {
  const { mode, mayPromote } = completionMode(site, { trigger: "automatic", hasJustAccepted });
  return mode === "singleLine" && !mayPromote;
}
