/**
 * Which suggestions were accepted, by the client's command or, for clients that run none, from how the text
 * changed; and whether the accepted text still stands 30 s later. Keeps places, never text.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { LruCache } from "../../base/lru.ts";
import { follow } from "../../engine/advance.ts";
import type { CounterBoard } from "../counters.ts";
import type { Change, Shown } from "./document-state.ts";
import type { DocumentEvent } from "../../documents/document-store.ts";

/** A person types no more than this between two messages of a client that gathers keys. */
const shortestPart = 6;
const shortestWhole = 3;
/** Longer insertions are pastes. */
const longestSlip = 3;
const retainedAfterMs = 30_000;
const maxWatched = 50;
/** Ids that are remembered, so that a second notice of one is recognized. */
const maxRemembered = 200;

interface Offered {
  readonly uri: string;
  readonly length: number;
  /** Provider, endpoint and model. */
  readonly source: string;
}

/** The user took a suggestion, or a part of it. */
export interface Accepted extends Offered {
  /** All that was left of it. */
  readonly isWhole: boolean;
}

interface Watched {
  readonly uri: string;
  start: number;
  end: number;
  isChanged: boolean;
  timer: Timer | undefined;
}

/** What a change says about what was shown. */
export type Verdict =
  | {
      readonly kind: "accepted";
      /** UTF-16 units taken at once. */
      readonly length: number;
      readonly isWhole: boolean;
      readonly followedLength: number;
    }
  /** Typed to its end. */
  | { readonly kind: "usedUp" }
  | { readonly kind: "rejected" }
  | { readonly kind: "open"; readonly followedLength: number };

export function judge({ offer, followedLength }: Shown, change: Change): Verdict {
  const { known, advanced, endLength } = offer;
  const followed = follow(known, change.text);
  if (followed === undefined) {
    // Taking text away or changing it elsewhere says nothing about the suggestion.
    const isAgainst = change.kind === "insertion" && change.inserted.length <= longestSlip;
    return isAgainst ? { kind: "rejected" } : { kind: "open", followedLength };
  }
  const now = followed.followedLength;
  const length = now - followedLength;
  const endInsertOnly = advanced.followedLength + (advanced.insertOnlyText?.length ?? 0);
  const isWhole = now >= endLength || (now === endInsertOnly && now > followedLength);
  const isAtOnce = length > 0 && change.inserted.length >= length;
  if (isAtOnce && length >= (isWhole ? shortestWhole : shortestPart)) {
    return { kind: "accepted", length, isWhole, followedLength: now };
  }
  return isWhole ? { kind: "usedUp" } : { kind: "open", followedLength: now };
}

export class AcceptanceLog {
  readonly #clock: Clock;
  readonly #counters: CounterBoard;
  readonly #onAccepted: (accepted: Accepted) => void;
  readonly #watched = new Set<Watched>();
  readonly #offered = new LruCache<string, Offered>({ maxEntries: maxRemembered });
  /** Ids that were counted, the oldest first. */
  readonly #counted = new Set<string>();

  constructor(clock: Clock, counters: CounterBoard, onAccepted: (accepted: Accepted) => void) {
    this.#clock = clock;
    this.#counters = counters;
    this.#onAccepted = onAccepted;
  }

  /** A suggestion leaves: its id may come back as accepted. */
  noteOffered(id: string, offered: Offered): void {
    this.#offered.set(id, offered);
  }

  /** Where a suggestion of this id was offered last, and how long it was; `undefined` when that is long ago. */
  offered(id: string): Offered | undefined {
    return this.#offered.peek(id);
  }

  /** Counts once for each id; later parts of the same suggestion add their characters only. */
  note(id: string, accepted: Accepted, end: number): void {
    const { uri, length } = accepted;
    if (!this.#counted.has(id)) this.#counters.add("accepted");
    this.#remember(id);
    this.#counters.add("charactersAccepted", length);
    this.#onAccepted(accepted);
    this.#watch(uri, end - length, end);
  }

  isCounted(id: string): boolean {
    return this.#counted.has(id);
  }

  /** Moves the watched places along with the text. */
  follow({ uri, after, edits }: DocumentEvent): void {
    for (const watched of this.#watched) {
      if (watched.uri !== uri) continue;
      if (after === undefined) this.#forget(watched);
      for (const { range, text } of edits) shift(watched, range.start, range.end, text.length);
    }
  }

  close(): void {
    for (const watched of this.#watched) this.#forget(watched);
  }

  #remember(id: string): void {
    this.#counted.add(id);
    const [oldest] = this.#counted;
    if (oldest !== undefined && this.#counted.size > maxRemembered) this.#counted.delete(oldest);
  }

  #watch(uri: string, start: number, end: number): void {
    const [oldest] = this.#watched;
    if (oldest !== undefined && this.#watched.size >= maxWatched) this.#forget(oldest);
    const watched: Watched = { uri, start, end, isChanged: false, timer: undefined };
    watched.timer = this.#clock.setTimer(() => {
      this.#counters.add("judged");
      if (!watched.isChanged) this.#counters.add("retained");
      this.#watched.delete(watched);
    }, retainedAfterMs);
    this.#watched.add(watched);
  }

  #forget(watched: Watched): void {
    watched.timer?.cancel();
    this.#watched.delete(watched);
  }
}

function shift(watched: Watched, start: number, end: number, length: number): void {
  if (start >= watched.end) return;
  const growth = length - (end - start);
  if (end <= watched.start) {
    watched.start += growth;
    watched.end += growth;
  } else {
    watched.isChanged = true;
    watched.end = Math.max(watched.start, watched.end + growth);
  }
}
