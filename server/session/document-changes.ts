/** What a change of a document means for the requests that wait for an answer in it. */
import type { DocumentEvent, DocumentStore } from "../documents/document-store.ts";
import type { RequestSender } from "./provider/request-sender.ts";
import type { PendingRequests } from "./request/pending-requests.ts";
import type { Typing } from "./typing/typing.ts";

export interface DocumentChangesDependencies {
  readonly documents: DocumentStore;
  readonly typing: Typing;
  readonly gate: PendingRequests;
  readonly sender: RequestSender;
}

/** Returns what ends it. */
export function followChanges({
  documents,
  typing,
  gate,
  sender,
}: DocumentChangesDependencies): () => void {
  return documents.onDidChange((event: DocumentEvent) => {
    const { uri } = event;
    const change = typing.follow(event);
    if (change === undefined) {
      // Opened, opened again with another text, or closed.
      gate.supersede(uri);
      sender.forget(uri);
      return;
    }
    gate.dropUnseen(uri);
    for (const pending of gate.waitingIn(uri)) {
      // A menu keeps its place while the user types along the answer that it waits for.
      const mayWait =
        pending.request.surface === "menu" && sender.inFlightOf(uri)?.agrees(change.text) === true;
      if (!mayWait) pending.settle({ kind: "superseded" });
    }
  });
}
