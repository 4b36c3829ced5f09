/**
 * What a request asks for, taken once from the snapshot, before anything waits. With a popup's item selected
 * the question is asked behind that item, as if it had been inserted, and the answer is put together again.
 */
import { cursorText, type CursorText } from "../../engine/cursor-text.ts";
import { utf8Length, type DocumentSnapshot, type Offset } from "../../engine/document.ts";
import type { Suggestion, SuggestionOrigin } from "../../engine/outcome.ts";
import { completionSite, type CompletionSite } from "../../engine/site.ts";
import type { SuggestRequest } from "../types.ts";
import type { Offer } from "./suggestion-cache.ts";
import { withReplaced } from "../../documents/text-pieces.ts";

export interface Ask {
  readonly request: SuggestRequest;
  readonly snapshot: DocumentSnapshot;
  /** Where the provider is asked: behind the selected item where there is one. */
  readonly site: CompletionSite;
  /** The text there. */
  readonly at: CursorText;
  /** What the selected item inserts behind the cursor. */
  readonly lead: string;
  /** UTF-16 units right of the cursor that the selected item replaces. */
  readonly leadReplacedLength: number;
}

/** The snapshot's anchor must be near the offset. `undefined`: the selected item is not what is typed there. */
export function toAsk(request: SuggestRequest, snapshot: DocumentSnapshot): Ask | undefined {
  const { offset, selected } = request;
  if (selected === undefined) {
    const site = completionSite(snapshot, offset);
    const at = cursorText(snapshot.text, offset);
    return { request, snapshot, site, at, lead: "", leadReplacedLength: 0 };
  }
  const { range, text } = selected;
  const typed = snapshot.text.slice(range.start, offset);
  if (range.start > offset || range.end < offset || !text.startsWith(typed)) return undefined;
  const lead = text.slice(typed.length);
  const behind = withInserted(snapshot, offset, range.end, lead);
  const end = (offset + lead.length) as Offset;
  const site = completionSite(behind, end);
  const at = cursorText(behind.text, end);
  return { request, snapshot, site, at, lead, leadReplacedLength: range.end - offset };
}

/** What the client gets for an offer made at `ask.at`. */
export function toSuggestion(ask: Ask, offer: Offer, origin: SuggestionOrigin): Suggestion {
  const { answer, advanced } = offer;
  const { lead, leadReplacedLength } = ask;
  const isInsertOnly = leadReplacedLength === 0 && advanced.insertOnlyText !== undefined;
  const suggestion = {
    id: answer.id,
    offset: ask.request.offset,
    insertText: lead + advanced.insertText,
    replacedLength: leadReplacedLength + advanced.replacedLength,
    insertOnlyText: isInsertOnly ? lead + (advanced.insertOnlyText ?? "") : undefined,
    origin,
  };
  const probability = offer.probability ?? answer.probability;
  return probability === undefined ? suggestion : { ...suggestion, probability };
}

/** The snapshot as it would be with `text` in place of `[start, end)`. */
export function withInserted(
  snapshot: DocumentSnapshot,
  start: Offset,
  end: number,
  text: string,
): DocumentSnapshot {
  const { anchor } = snapshot;
  const isAfter = anchor.offset > start;
  const moved = isAfter
    ? {
        offset: start,
        byteOffset: anchor.byteOffset - utf8Length(snapshot.text, start, anchor.offset),
      }
    : anchor;
  return { ...snapshot, text: withReplaced(snapshot.text, start, end, text), anchor: moved };
}
