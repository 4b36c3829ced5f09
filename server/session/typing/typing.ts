/**
 * What the session knows of how the user types: the state of each document, what was taken of the suggestions,
 * and how long to wait after a key.
 */
import type { Clock } from "../../base/clock.ts";
import { follow } from "../../engine/advance.ts";
import type { Judged } from "../../engine/confidence/trust.ts";
import type { LastEdit } from "../../engine/postprocess/index.ts";
import type { CounterBoard } from "../counters.ts";
import type { DocumentEvent } from "../../documents/document-store.ts";
import type { Ask } from "../request/ask.ts";
import type { Answer } from "../request/suggestion-cache.ts";
import { AcceptanceLog, judge, type Accepted } from "./acceptance.ts";
import { Debounce } from "./debounce.ts";
import {
  createDocumentState,
  toChange,
  type Change,
  type DocumentState,
  type Shown,
} from "./document-state.ts";

export interface TypingListener {
  /** What became of the first line of a suggestion, by the model that made it. */
  onJudged(source: string, judged: Judged): void;
  /** The user took a suggestion, or a part of it. */
  onAccepted(accepted: Accepted): void;
}

export class Typing {
  readonly acceptances: AcceptanceLog;
  readonly #clock: Clock;
  readonly #listener: TypingListener;
  readonly #debounce = new Debounce();
  /** Of each document that was asked about or changed since it was opened. */
  readonly #states = new Map<string, DocumentState>();

  constructor(clock: Clock, counters: CounterBoard, listener: TypingListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.acceptances = new AcceptanceLog(clock, counters, (accepted) =>
      listener.onAccepted(accepted),
    );
  }

  of(uri: string): DocumentState {
    const known = this.#states.get(uri);
    if (known !== undefined) return known;
    const state = createDocumentState(uri);
    this.#states.set(uri, state);
    return state;
  }

  /** Every change of a document goes through here. Returns the user's change where it was one. */
  follow(event: DocumentEvent): Change | undefined {
    const { uri, after, edits } = event;
    this.acceptances.follow(event);
    if (after === undefined) {
      this.#states.delete(uri);
      return undefined;
    }
    const state = this.of(uri);
    const last = edits.at(-1);
    if (last === undefined) {
      // A text that was read from a file has no last key.
      state.lastChange = undefined;
      state.changesSinceContradiction = 0;
      return undefined;
    }
    const change = toChange(event, last, after, this.#clock.now());
    if (state.lastChange !== undefined) this.#debounce.noteGap(change.at - state.lastChange.at);
    if (state.changesSinceContradiction > 0) state.changesSinceContradiction += 1;
    this.#judgeShown(state, change);
    state.lastChange = change;
    return change;
  }

  /** The provider answered after so many milliseconds. */
  noteLatency(tookMs: number): void {
    this.#debounce.noteLatency(tookMs);
  }

  /** The answer to `ask` has come. What was typed since may contradict it. */
  noteAnswer({ request, snapshot, lead }: Ask, { known }: Answer): void {
    const state = this.#states.get(request.uri);
    const change = state?.lastChange;
    if (state === undefined || change === undefined || lead !== "") return;
    if (change.revision === snapshot.revision) return;
    if (follow(known, change.text) === undefined) this.noteContradiction(request.uri);
  }

  /** What the user typed in the document contradicts an answer. */
  noteContradiction(uri: string): void {
    this.of(uri).changesSinceContradiction = 1;
    this.#debounce.noteRejected();
  }

  /** Milliseconds after the last key until the provider is asked. */
  debounceMs(baseMs: number, { request, site, snapshot }: Ask): number {
    const { acceptedRevision, changesSinceContradiction } = this.of(request.uri);
    return this.#debounce.delayMs(baseMs, {
      isFreshLine: site.linePrefix.trim() === "",
      hasJustAccepted: acceptedRevision === snapshot.revision,
      changesSinceContradiction,
    });
  }

  /** The client inserted the suggestion of this id. `revision` finds that of a document. */
  accepted(id: string, revision: (uri: string) => number | undefined): void {
    const offered = this.acceptances.offered(id);
    if (offered === undefined || this.acceptances.isCounted(id)) return;
    const { uri } = offered;
    const state = this.of(uri);
    const end = state.lastChange?.cursor ?? 0;
    this.acceptances.note(id, { ...offered, isWhole: true }, end);
    state.acceptedRevision = revision(uri);
    if (state.shown?.isOver === false) this.#judgeLine(state.shown, true);
    if (state.shown !== undefined) state.shown.isOver = true;
    this.#debounce.noteConfirmed();
  }

  forgetShown(): void {
    for (const state of this.#states.values()) state.shown = undefined;
  }

  close(): void {
    this.acceptances.close();
    this.#states.clear();
  }

  /** What the change says about what was shown: taken, typed along, or typed against. */
  #judgeShown(state: DocumentState, change: Change): void {
    const { shown } = state;
    if (shown === undefined || shown.isOver) return;
    const { answer } = shown.offer;
    const verdict = judge(shown, change);
    switch (verdict.kind) {
      case "accepted":
        this.acceptances.note(
          answer.id,
          {
            uri: state.uri,
            length: verdict.length,
            source: answer.source,
            isWhole: verdict.isWhole,
          },
          change.cursor,
        );
        state.acceptedRevision = change.revision;
        shown.followedLength = verdict.followedLength;
        this.#judgeLine(shown, true);
        if (verdict.isWhole) this.#end(shown, state, change);
        return;
      case "usedUp":
        this.#judgeLine(shown, true);
        return this.#end(shown, state, change);
      case "rejected":
        shown.isOver = true;
        this.#judgeLine(shown, false);
        return this.noteContradiction(state.uri);
      case "open":
        shown.followedLength = verdict.followedLength;
        if (isLineTyped(shown)) this.#judgeLine(shown, true);
    }
  }

  /** Once for what was shown: later parts of a suggestion are judged by the same line. */
  #judgeLine(shown: Shown, isRight: boolean): void {
    const { firstLine, answer } = shown.offer;
    if (firstLine === undefined || shown.isJudged) return;
    shown.isJudged = true;
    this.#listener.onJudged(answer.source, { probability: firstLine.probability, isRight });
  }

  /** All of it stands in the document. */
  #end(shown: Shown, state: DocumentState, { revision }: Change): void {
    this.#debounce.noteConfirmed();
    shown.isOver = true;
    const { answer, known, endLength } = shown.offer;
    if (answer.isComplete && endLength >= known.text.length) state.endedRevision = revision;
  }
}

function isLineTyped({ offer, followedLength }: Shown): boolean {
  return offer.firstLine !== undefined && followedLength >= offer.firstLine.end;
}

/** What the user has just done to the text, for the post-processing of the answer. */
export function lastEditOf({ lastChange }: DocumentState): LastEdit | undefined {
  return lastChange && { removed: lastChange.removed, inserted: lastChange.inserted };
}
