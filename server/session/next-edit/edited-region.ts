/**
 * The part of one document that the user is editing: what it was, and where it is now. To note an edit costs no more
 * than the edit.
 */
import type { OffsetEdit } from "../../documents/document-store.ts";
import type { DocumentSnapshot } from "../../engine/document.ts";

/** `[start, baseEnd)` of `base` became `[start, nowEnd)` of the document now. */
export interface EditedRegion {
  /** The document before the first edit. */
  readonly base: DocumentSnapshot;
  readonly start: number;
  readonly baseEnd: number;
  readonly nowEnd: number;
}

/** An edit on the same or on the next line goes on with the region; no further is looked for a line end. */
const longestGap = 400;

export function regionOf(base: DocumentSnapshot, { range, text }: OffsetEdit): EditedRegion {
  return { base, start: range.start, baseEnd: range.end, nowEnd: range.start + text.length };
}

/**
 * The region with the edit; `undefined` when the edit is on another line than its own and the next one. `before`: the
 * document before the edit, where it is known.
 */
export function continued(
  region: EditedRegion,
  { range, text }: OffsetEdit,
  before: DocumentSnapshot | undefined,
): EditedRegion | undefined {
  const { base, start, baseEnd, nowEnd } = region;
  if (range.start > nowEnd && !isNear(nowEnd, range.start, before)) return undefined;
  if (range.end < start && !isNear(range.end, start, before)) return undefined;
  const beyond = Math.max(0, range.end - nowEnd);
  return {
    base,
    start: Math.min(start, range.start),
    baseEnd: baseEnd + beyond,
    nowEnd: nowEnd + beyond + text.length - (range.end - range.start),
  };
}

function isNear(from: number, to: number, document: DocumentSnapshot | undefined): boolean {
  if (document === undefined || to - from > longestGap) return false;
  return document.text.slice(from, to).split("\n").length <= 2;
}

/** All edits of one notification as a region; `undefined` where they lie apart, as those of a rename or a formatter do. */
export function regionOfAll(
  base: DocumentSnapshot,
  edits: readonly OffsetEdit[],
): EditedRegion | undefined {
  const [first, ...others] = edits;
  if (first === undefined) return undefined;
  let region: EditedRegion | undefined = regionOf(base, first);
  for (const edit of others) {
    region = continued(region, edit, undefined);
    if (region === undefined) return undefined;
  }
  return region;
}
