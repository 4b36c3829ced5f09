/** Places that were handed to the client, by id: what they change now, and whether a change of a document is one of them. */
import type { DocumentEvent, DocumentStore } from "../../documents/document-store.ts";
import type { ReadableText } from "../../engine/document.ts";
import { LineText } from "../../next-edit/line-text.ts";
import type { Place, SettledEdit } from "../../next-edit/next-edit.ts";
import { placeEdits, type PlaceEdit } from "../../next-edit/place-edits.ts";

export interface Offer {
  readonly id: string;
  /** Of one rule, the surest first; never two on one line. */
  readonly places: readonly Place[];
}

type PlacedLines = Pick<Place, "line" | "count" | "lines" | "before">;

/** What an offer changes in one document. */
export interface DocumentEdits {
  readonly uri: string;
  /** Of the open document that the edits are for; `undefined` for a file that is not open. */
  readonly version: number | undefined;
  /** Sorted, never overlapping. */
  readonly edits: readonly PlaceEdit[];
  readonly text: LineText;
  readonly lineEnd: "\n" | "\r\n";
}

export type Scope = "next" | "file" | "all";

const mostOffers = 32;

export class OfferedPlaces {
  readonly #documents: DocumentStore;
  readonly #readFile: (path: string) => Promise<string | undefined>;
  readonly #offers = new Map<string, Offer>();
  #count = 0;

  constructor(documents: DocumentStore, readFile: (uri: string) => Promise<string | undefined>) {
    this.#documents = documents;
    this.#readFile = readFile;
  }

  add(places: readonly Place[]): Offer {
    const offer = { id: `ne-${++this.#count}`, places };
    this.#offers.set(offer.id, offer);
    const [oldest] = this.#offers.keys();
    if (oldest !== undefined && this.#offers.size > mostOffers) this.#offers.delete(oldest);
    return offer;
  }

  get(id: string): Offer | undefined {
    return this.#offers.get(id);
  }

  /** What the offer changes now; a document whose lines are others by now is left out. */
  async editsOf({ places }: Offer, scope: Scope): Promise<readonly DocumentEdits[]> {
    const [first] = places;
    if (first === undefined) return [];
    const wanted =
      scope === "next" ? [first] : places.filter(({ uri }) => scope === "all" || uri === first.uri);
    const found: DocumentEdits[] = [];
    for (const uri of new Set(wanted.map((place) => place.uri))) {
      const own = wanted.filter((place) => place.uri === uri);
      const edits = await this.#documentEdits(uri, own);
      if (edits !== undefined) found.push(edits);
    }
    return found;
  }

  /** The same for open documents, at once. */
  openEditsOf(uri: string, places: readonly Place[]): DocumentEdits | undefined {
    const document = this.#documents.get(uri);
    if (document === undefined) return undefined;
    return editsIn(uri, document.version, document.text.slice(0), places);
  }

  /** The edits that have made the place what it is now; `undefined` when it is not that. */
  writtenAt({ uri, line, lines, before }: Place): DocumentEdits | undefined {
    const document = this.#documents.get(uri);
    if (document === undefined) return undefined;
    const now = new LineText(document.text.slice(0)).lines;
    if (lines.some((each, index) => now[line + index] !== each)) return undefined;
    const text = now.toSpliced(line, lines.length, ...before).join("\n");
    return editsIn(uri, document.version, text, [{ line, lines, before, count: before.length }]);
  }

  /** The places that this change of a document has applied, as edits one after the other; `undefined` for any other change. */
  appliedBy({ uri, before, after, edits }: DocumentEvent): AppliedPlaces | undefined {
    if (before === undefined || after === undefined) return undefined;
    for (const { id, places } of [...this.#offers.values()].toReversed()) {
      const own = places.filter((place) => place.uri === uri);
      for (const set of new Set([own.slice(0, 1), own])) {
        if (!isPlausible(set, edits)) continue;
        const settled = appliedTo(before.text, after.text, set);
        if (settled !== undefined) return { id, edits: settled };
      }
    }
    return undefined;
  }

  async #documentEdits(uri: string, places: readonly Place[]): Promise<DocumentEdits | undefined> {
    if (this.#documents.get(uri) !== undefined) return this.openEditsOf(uri, places);
    const text = await this.#readFile(uri);
    return text === undefined ? undefined : editsIn(uri, undefined, text, places);
  }
}

export interface AppliedPlaces {
  readonly id: string;
  readonly edits: readonly SettledEdit[];
}

function editsIn(
  uri: string,
  version: number | undefined,
  text: string,
  places: readonly PlacedLines[],
): DocumentEdits | undefined {
  const lines = new LineText(text);
  const sorted = places.toSorted((one, other) => one.line - other.line);
  if (!sorted.every((place) => stands(place, lines))) return undefined;
  return {
    uri,
    version,
    edits: sorted.flatMap((place) => placeEdits(place, lines)),
    text: lines,
    lineEnd: text.includes("\r\n") ? "\r\n" : "\n",
  };
}

function stands({ line, before }: PlacedLines, text: LineText): boolean {
  return (
    line <= text.lines.length && before.every((each, index) => text.lines[line + index] === each)
  );
}

/** A key is told from the edits of an offer by its text alone. */
function isPlausible(places: readonly Place[], edits: DocumentEvent["edits"]): boolean {
  const written = places.flatMap(({ lines }) => lines).join("");
  return (
    places.length > 0 &&
    edits.every(({ text }) => {
      const last = text.split(/\r?\n/).findLast((line) => line !== "") ?? "";
      return written.includes(last.trim());
    }) &&
    edits.some(({ text, range }) => text.length > 1 || range.end - range.start > 1)
  );
}

function appliedTo(
  before: ReadableText,
  after: ReadableText,
  places: readonly Place[],
): readonly SettledEdit[] | undefined {
  let lines = new LineText(before.slice(0)).lines;
  const edits: SettledEdit[] = [];
  let moved = 0;
  for (const place of places.toSorted((one, other) => one.line - other.line)) {
    const line = place.line + moved;
    const oldLines = lines.slice(line, line + place.count);
    if (place.before.some((each, index) => oldLines[index] !== each)) return undefined;
    lines = lines.toSpliced(line, place.count, ...place.lines);
    moved += place.lines.length - place.count;
    edits.push({ uri: place.uri, line, oldLines, newLines: place.lines, isAccepted: true });
  }
  const now = new LineText(after.slice(0)).lines;
  const isSame = now.length === lines.length && now.every((line, index) => line === lines[index]);
  return isSame ? edits : undefined;
}
