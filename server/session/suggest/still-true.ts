/** Invariant 2: the last look at the text before a question or an answer leaves. */
import { follow } from "../../engine/advance.ts";
import { cursorText } from "../../engine/cursor-text.ts";
import type { Ask } from "../request/ask.ts";
import type { DocumentState } from "../typing/document-state.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import type { Offer } from "../request/suggestion-cache.ts";

/** Only the present text may be asked about. */
export function isCurrent({ request, snapshot }: Ask, documents: DocumentStore): boolean {
  return documents.get(request.uri)?.revision === snapshot.revision;
}

/**
 * True when `offer` agrees with the document as it is now: unchanged since the request, or, for a menu, changed
 * only by typing along the offer; a menu keeps its place while the user types on.
 */
export function isStillTrue(
  { request, snapshot }: Ask,
  { known }: Offer,
  { lastChange }: DocumentState,
  documents: DocumentStore,
): boolean {
  const now = documents.get(request.uri);
  if (now === undefined || documents.isDirty(request.uri)) return false;
  if (now.revision === snapshot.revision) return true;
  if (request.surface === "inline" || lastChange === undefined) return false;
  const isBehind = lastChange.cursor >= request.offset;
  const followed = isBehind && follow(known, cursorText(now.text, lastChange.cursor));
  return followed !== false && followed !== undefined && !followed.isBeyond;
}
