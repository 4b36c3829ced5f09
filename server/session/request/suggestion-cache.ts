/**
 * What is known already. An answer is found again by the text around its place, by its file and by the
 * model that gave it: an edited line below, another file or another model cannot hit. Bounded in entries
 * and bytes (invariant 10).
 */
import { LruCache } from "../../base/lru.ts";
import { advance, isAt, type Advanced, type KnownText } from "../../engine/advance.ts";
import type { Evidence, LineProbability } from "../../engine/confidence/line-probabilities.ts";
import type { CursorText, Place } from "../../engine/cursor-text.ts";

/** One answer of a provider, as it may be offered. */
export interface Answer {
  /** The suggestion's id, for all its remainders. */
  readonly id: string;
  readonly uri: string;
  /** Provider, endpoint and model. */
  readonly source: string;
  readonly known: KnownText;
  /** `known.text` and what was generated beyond it: leads to the next line after acceptance. */
  readonly streak: KnownText | undefined;
  /** Of a source that knows it for its whole text. */
  readonly probability: number | undefined;
  /** What the probabilities of the lines of `streak`, else of `known`, are computed from. */
  readonly evidence: Evidence | undefined;
  /** Ended within its first line, because the line was unlikely. */
  readonly isFragment: boolean;
  /** The model ended it by itself: nothing more is expected where it ends. */
  readonly isComplete: boolean;
}

/** An answer's remainder at a cursor. */
export interface Offer {
  readonly answer: Answer;
  /** Of the answer's texts the one that is followed. */
  readonly known: KnownText;
  readonly advanced: Advanced;
  /** Units of `known` that stand in the document when all of the offer does. */
  readonly endLength: number;
  /** Of the first line that is not blank, where it was computed. */
  readonly firstLine?: LineProbability | undefined;
  /** Of all that is offered. */
  readonly probability?: number | undefined;
}

export interface CacheLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
  /** A place where nothing was found is not asked again for this long. */
  readonly emptyForMs: number;
}

/** Entries: as Cody and llama.vim have; bytes: 250 answers of 2,000 characters with their places. */
export const defaultLimits: CacheLimits = {
  maxEntries: 250,
  maxBytes: 1_500_000,
  emptyForMs: 20_000,
};

/** More answers of one document than this are never looked through. */
const maxPerDocument = 48;
const maxEmptyPerDocument = 16;

interface EmptyPlace {
  readonly place: Place;
  readonly source: string;
  readonly until: number;
}

export class SuggestionCache {
  readonly #limits: CacheLimits;
  readonly #answers: LruCache<string, Answer>;
  /** The same by document, the newest last. */
  readonly #byDocument = new Map<string, Answer[]>();
  readonly #empty = new Map<string, EmptyPlace[]>();

  constructor(limits: CacheLimits = defaultLimits) {
    const { maxEntries, maxBytes } = limits;
    this.#limits = limits;
    this.#answers = new LruCache({
      maxEntries,
      maxBytes,
      onDrop: (answer) => this.#unlist(answer),
    });
  }

  get entries(): number {
    return this.#answers.size;
  }

  get bytes(): number {
    return this.#answers.bytes;
  }

  add(answer: Answer): void {
    const listed = this.#of(answer.uri);
    const same = listed.find((other) => isSamePlace(other, answer));
    if (same !== undefined) this.#answers.delete(same.id);
    listed.push(answer);
    this.#answers.set(answer.id, answer, bytesOf(answer));
    const [oldest] = listed;
    if (oldest !== undefined && listed.length > maxPerDocument) this.#answers.delete(oldest.id);
  }

  /** The newest answer of `source` that the cursor's text follows. */
  find(uri: string, source: string, at: CursorText): Offer | undefined {
    const answers = this.#byDocument.get(uri) ?? [];
    for (let index = answers.length - 1; index >= 0; index--) {
      const answer = answers[index];
      const offer = answer?.source === source ? offerOf(answer, at) : undefined;
      if (offer !== undefined) {
        this.#answers.get(offer.answer.id);
        return offer;
      }
    }
    return undefined;
  }

  addEmpty(uri: string, source: string, place: Place, now: number): void {
    const places = (this.#empty.get(uri) ?? []).filter(({ until }) => until > now);
    places.push({ place, source, until: now + this.#limits.emptyForMs });
    this.#empty.set(uri, places.slice(-maxEmptyPerDocument));
  }

  /** True where nothing was found a short while ago and the text is the same. */
  isEmptyAt(uri: string, source: string, at: CursorText, now: number): boolean {
    const places = this.#empty.get(uri) ?? [];
    return places.some(
      ({ place, source: other, until }) => until > now && other === source && isAt(place, at),
    );
  }

  deleteDocument(uri: string): void {
    const answers = this.#byDocument.get(uri) ?? [];
    for (const { id } of answers.slice()) this.#answers.delete(id);
    this.#byDocument.delete(uri);
    this.#empty.delete(uri);
  }

  clear(): void {
    this.#answers.clear();
    this.#byDocument.clear();
    this.#empty.clear();
  }

  #of(uri: string): Answer[] {
    const known = this.#byDocument.get(uri);
    if (known !== undefined) return known;
    const answers: Answer[] = [];
    this.#byDocument.set(uri, answers);
    return answers;
  }

  #unlist(answer: Answer): void {
    const listed = this.#of(answer.uri);
    const at = listed.indexOf(answer);
    if (at >= 0) listed.splice(at, 1);
  }
}

/** What `answer` offers at the cursor: its remainder, or the next line of what was generated beyond it. */
export function offerOf(answer: Answer, at: CursorText): Offer | undefined {
  const { known, streak } = answer;
  const advanced = advance(known, at);
  if (advanced !== undefined) return { answer, known, advanced, endLength: known.text.length };
  const beyond = streak && advance(streak, at);
  if (beyond === undefined || beyond.followedLength <= known.text.length) return undefined;
  const insertText = beyond.typed.includes("\n") ? firstFilledLine(beyond.insertText) : "";
  if (insertText === "") return undefined;
  return {
    answer,
    known: streak ?? known,
    advanced: { ...beyond, insertText, insertOnlyText: insertText },
    endLength: beyond.followedLength + insertText.length,
  };
}

/** True when what was generated beyond the offer leads on from its end. */
export function leadsOn({ answer, endLength }: Offer): boolean {
  return (answer.streak?.text.slice(endLength).trim() ?? "") !== "";
}

function firstFilledLine(text: string): string {
  const filled = /^\s*\S[^\n]*/.exec(text);
  return filled?.[0] ?? "";
}

function isSamePlace(one: Answer, two: Answer): boolean {
  const { place } = one.known;
  const other = two.known.place;
  return one.source === two.source && place.before === other.before && place.after === other.after;
}

/** UTF-16 texts, and about what an object of this shape takes besides. */
function bytesOf({ known, streak, evidence }: Answer): number {
  const { before, after } = known.place;
  const units = before.length + after.length + known.text.length + (streak?.text.length ?? 0);
  const numbers = 2 * (evidence?.tokens?.starts.length ?? 0) + (evidence?.newWords.length ?? 0);
  return 2 * units + 8 * numbers + 400;
}
