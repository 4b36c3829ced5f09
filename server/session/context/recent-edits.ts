/** The last edits in all open documents: what changed there often has to change here too. */
import { toLf, type DocumentSnapshot, type ReadableText } from "../../engine/document.ts";
import type { DocumentEvent, OffsetEdit } from "../../documents/document-store.ts";

interface Hunk {
  readonly uri: string;
  start: number;
  end: number;
}

export interface EditedText {
  readonly document: DocumentSnapshot;
  readonly text: string;
}

const maxHunks = 8;
/** Edits that are nearer than this, in UTF-16 units, are one. */
const joinDistance = 200;
/** A larger change is a paste or a reload: it was not typed. */
const maxEditLength = 4000;
const contextLines = 3;
const maxLines = 10;
const maxLength = 800;

export class RecentEdits {
  /** Oldest first. */
  #hunks: Hunk[] = [];

  note({ uri, edits }: DocumentEvent): void {
    // Opened, opened again or closed: the places of the edits are those of a text that is gone.
    if (edits.length === 0) this.#hunks = this.#hunks.filter((hunk) => hunk.uri !== uri);
    for (const edit of edits) this.#noteEdit(uri, edit);
  }

  /** The newest first; what `current` itself has is left out. */
  texts(current: string, get: (uri: string) => DocumentSnapshot | undefined): EditedText[] {
    const texts: EditedText[] = [];
    for (const hunk of this.#hunks.toReversed()) {
      if (hunk.uri === current) continue;
      const document = get(hunk.uri);
      const text = document && excerpt(document.text, hunk);
      if (document && text?.trim()) texts.push({ document, text });
    }
    return texts;
  }

  clear(): void {
    this.#hunks = [];
  }

  #noteEdit(uri: string, { range, text }: OffsetEdit): void {
    const { start, end } = range;
    const grown = text.length - (end - start);
    const isWritten = text.length <= maxEditLength && end - start <= maxEditLength;
    if (!isWritten) this.#hunks = this.#hunks.filter((hunk) => hunk.uri !== uri);
    let own: Hunk = { uri, start, end: start + text.length };
    const others: Hunk[] = [];
    for (const hunk of this.#hunks) {
      if (hunk.uri !== uri) others.push(hunk);
      else if (hunk.end < start - joinDistance) others.push(hunk);
      else if (hunk.start > end + joinDistance) {
        others.push({ ...hunk, start: hunk.start + grown, end: hunk.end + grown });
      } else {
        const hunkEnd = hunk.end <= start ? hunk.end : Math.max(start, hunk.end + grown);
        own = { ...own, start: Math.min(own.start, hunk.start), end: Math.max(own.end, hunkEnd) };
      }
    }
    this.#hunks = isWritten ? [...others, own].slice(-maxHunks) : others;
  }
}

/** The hunk's lines with a few around them. */
function excerpt(text: ReadableText, { start, end }: Hunk): string {
  const reach = maxLength * 2;
  const from = Math.max(0, start - reach);
  const before = text.slice(from, start).split("\n");
  const lead = before.slice(-1 - contextLines).join("\n");
  const rest = text.slice(start, Math.min(text.length, end + reach));
  const lines = toLf(lead + rest).split("\n");
  const changed = text.slice(start, end).split("\n").length;
  const wanted = Math.min(maxLines, contextLines * 2 + changed);
  return lines.slice(0, wanted).join("\n").slice(0, maxLength).trimEnd();
}
