/** What the session keeps for each open document: what is shown there, and how it was changed last. */
import { cursorText, type CursorText } from "../../engine/cursor-text.ts";
import { detached, type DocumentSnapshot, type Offset } from "../../engine/document.ts";
import type { DocumentEvent, OffsetEdit } from "../../documents/document-store.ts";
import type { Offer } from "../request/suggestion-cache.ts";

export interface DocumentState {
  readonly uri: string;
  shown: Shown | undefined;
  lastChange: Change | undefined;
  /** The revision that an acceptance made; it counts as "just accepted" until the next change. */
  acceptedRevision: number | undefined;
  /** The revision in which the cursor stands at the end of an answer that the model ended by itself. */
  endedRevision: number | undefined;
  /** Changes since one that contradicted what was shown, itself included; 0 when none did or it is settled. */
  changesSinceContradiction: number;
}

/** What the client was given last. */
export interface Shown {
  readonly offer: Offer;
  /** Units of `offer.known` that stood in the document after the last change. */
  followedLength: number;
  /** Typed against, or used up: it decides nothing any more. */
  isOver: boolean;
  /** What became of its first line is known. */
  isJudged: boolean;
}

export interface Change {
  /** `Clock.now`. */
  readonly at: number;
  /** The document's revision after it. */
  readonly revision: number;
  readonly kind: "insertion" | "deletion" | "replacement";
  readonly removed: string;
  readonly inserted: string;
  /** Where it ended: most likely the cursor. */
  readonly cursor: Offset;
  /** The text there, after the change. */
  readonly text: CursorText;
}

/** Longer texts of a change are not looked at: pastes and reloads. */
const longestText = 10_000;

/** The last edit of `event`, which has one, as the user's change. */
export function toChange(
  { before, edits }: DocumentEvent,
  last: OffsetEdit,
  after: DocumentSnapshot,
  at: number,
): Change {
  const { start, end } = last.range;
  // The removed text can only be read where this is the only edit: the one before it made another text.
  const removed =
    edits.length === 1
      ? detached(before?.text.slice(start, Math.min(end, start + longestText)) ?? "")
      : "";
  const cursor = (start + lengthToCursor(last.text)) as Offset;
  const hasRemoved = end > start;
  const kind = last.text === "" ? "deletion" : hasRemoved ? "replacement" : "insertion";
  return {
    at,
    revision: after.revision,
    kind,
    removed,
    inserted: last.text.slice(0, longestText),
    cursor,
    text: cursorText(after.text, cursor),
  };
}

/** Editors put a pair around the cursor, and an empty line between brackets, in one edit. */
function lengthToCursor(inserted: string): number {
  if (pairs.has(inserted)) return 1;
  const opened = /^(\r?\n[ \t]*)\r?\n[ \t]*$/.exec(inserted);
  return opened?.[1]?.length ?? inserted.length;
}

const pairs = new Set(["()", "[]", "{}", '""', "''", "``", "<>"]);

export function createDocumentState(uri: string): DocumentState {
  return {
    uri,
    shown: undefined,
    lastChange: undefined,
    acceptedRevision: undefined,
    endedRevision: undefined,
    changesSinceContradiction: 0,
  };
}
