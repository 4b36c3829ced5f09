/** What a change of a document means for what is shown in it and for who waits for an answer. */
import { judge } from "./typing/acceptance.ts";
import { noteContradiction } from "./typing/debounce.ts";
import { toChange, type Change, type DocumentState, type Shown } from "./typing/document-state.ts";
import type { DocumentEvent } from "../documents/document-store.ts";
import type { SessionParts } from "./session-state.ts";

export class DocumentWatch {
  readonly #parts: SessionParts;
  readonly #stop: () => void;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    const { documents } = parts.dependencies;
    this.#stop = documents.onDidChange((event) => this.#documentChanged(event));
  }

  close(): void {
    this.#stop();
  }

  #documentChanged(event: DocumentEvent): void {
    const { uri, after } = event;
    this.#parts.acceptances.follow(event);
    if (after === undefined) return this.#documentClosed(uri);
    const documentState = this.#parts.documentStates.of(uri);
    const last = event.edits.at(-1);
    if (last === undefined) return this.#documentOpened(documentState);
    const change = toChange(event, last, after, this.#parts.dependencies.clock.now());
    if (documentState.lastChange !== undefined)
      this.#parts.debounce.noteGap(change.at - documentState.lastChange.at);
    if (documentState.changesSinceContradiction > 0) documentState.changesSinceContradiction += 1;
    this.#judgeShown(documentState, change, after.revision);
    documentState.lastChange = change;
    this.#parts.gate.dropUnseen(uri);
    for (const pending of this.#parts.gate.waitingIn(uri)) {
      const mayWait =
        pending.request.surface === "menu" && documentState.inFlightRequest?.agrees(change.text);
      if (mayWait !== true) pending.settle({ kind: "superseded" });
    }
  }

  /** What the change says about what was shown: taken, typed along, or typed against. */
  #judgeShown(documentState: DocumentState, change: Change, revision: number): void {
    const { shown } = documentState;
    if (shown === undefined || shown.isOver) return;
    const { answer } = shown.offer;
    const verdict = judge(shown, change);
    switch (verdict.kind) {
      case "accepted":
        this.#parts.acceptances.note(documentState.uri, answer.id, verdict.length, change.cursor);
        documentState.acceptedRevision = revision;
        shown.followedLength = verdict.followedLength;
        if (verdict.isWhole) this.#end(shown, documentState, revision);
        return;
      case "usedUp":
        return this.#end(shown, documentState, revision);
      case "rejected":
        shown.isOver = true;
        return noteContradiction(documentState, this.#parts.debounce);
      case "open":
        shown.followedLength = verdict.followedLength;
    }
  }

  /** All of it stands in the document. */
  #end(shown: Shown, documentState: DocumentState, revision: number): void {
    this.#parts.debounce.noteConfirmed();
    shown.isOver = true;
    if (shown.offer.answer.isComplete) documentState.endedRevision = revision;
  }

  /** A text that was read from a file has no last key. */
  #documentOpened(documentState: DocumentState): void {
    this.#parts.gate.supersede(documentState.uri);
    documentState.lastChange = undefined;
    documentState.changesSinceContradiction = 0;
  }

  #documentClosed(uri: string): void {
    this.#parts.gate.supersede(uri);
    this.#parts.documentStates.get(uri)?.inFlightRequest?.abort("closed");
    this.#parts.documentStates.delete(uri);
    this.#parts.cache.deleteDocument(uri);
    this.#parts.sender.forget(uri);
  }
}
