/** The commands of the next edit: go to the next place, repeat the edit there, report what was changed. */
import { leastForNext, nextPlace } from "../../next-edit/choose.ts";
import { placeEdit } from "../../next-edit/place-edits.ts";
import type { DocumentEdits, Scope } from "../../session/next-edit/next-edits.ts";
import { asRecord, asText } from "../json.ts";
import { parsePosition } from "../position.ts";
import { toTextEdit, toWorkspaceEdit, writtenRange } from "./next-edit-shapes.ts";
import type { RequestContext } from "./request-context.ts";

/** `[uri?, position?]`. Default for both: the place of the last edit. */
export async function goToNextEdit(context: RequestContext, given: readonly unknown[]) {
  const { client, host, encoding } = context;
  const last = await host.nextEdits.lastEdit();
  const uri = asText(given[0]) ?? last?.uri;
  const line = parsePosition(given[1])?.line ?? last?.line ?? 0;
  const places = uri === undefined ? [] : await host.nextEdits.find({ uri, line, isAsked: true });
  const own = places.filter((place) => place.uri === uri);
  const place = uri === undefined ? undefined : nextPlace(own, leastForNext, { uri, line });
  const offer = host.nextEdits.offer(place === undefined ? [] : [place]);
  const document = place && host.nextEdits.openEditsOf(place.uri, offer.places);
  const edit = document && placeEdit(place, document.text);
  if (place === undefined || document === undefined || edit === undefined) {
    client.showMessage("info", "No next place for the last edit.");
    return null;
  }
  const { range, newText } = toTextEdit(edit, document, encoding);
  await showDocument(context, document.uri, range);
  const p = Number(place.probability.toFixed(2));
  return { id: offer.id, uri: document.uri, range, newText, p };
}

/** `[id, "next" | "file" | "all"]` */
export async function applyNextEdit(context: RequestContext, given: readonly unknown[]) {
  const { client, host, encoding } = context;
  const id = asText(given[0]) ?? "";
  const offer = host.nextEdits.get(id);
  const documents =
    offer === undefined ? [] : await host.nextEdits.editsOf(offer, toScope(given[1]));
  if (documents.length === 0) {
    client.showMessage("info", "No next place for the last edit.");
    return null;
  }
  const edit = toWorkspaceEdit(documents, encoding);
  const answer = await client.request("workspace/applyEdit", { label: "Repeat the edit", edit });
  const { applied, failureReason } = asRecord(answer);
  if (applied !== true) {
    const reason = asText(failureReason) ?? "the editor gave no reason";
    client.showMessage("warn", `The edit was not repeated: ${reason}.`);
    return null;
  }
  host.nextEdits.accepted(id);
  await showWritten(context, documents.at(-1));
  return null;
}

/** The client has applied the edit of a code action. */
export async function nextEditApplied(context: RequestContext, id: string): Promise<null> {
  const { host, encoding } = context;
  const offer = host.nextEdits.get(id);
  if (offer === undefined) return null;
  host.nextEdits.accepted(id);
  const uri = offer.places[0]?.uri;
  const [place] = offer.places
    .filter((each) => each.uri === uri)
    .toSorted((one, other) => one.line - other.line);
  const document = place && host.nextEdits.writtenAt(place);
  if (document !== undefined) {
    void showDocument(context, document.uri, writtenRange(document, encoding));
  }
  return null;
}

async function showWritten(context: RequestContext, document: DocumentEdits | undefined) {
  if (document === undefined) return;
  await showDocument(context, document.uri, writtenRange(document, context.encoding));
}

async function showDocument({ client }: RequestContext, uri: string, selection: unknown) {
  if (!client.showsDocuments) return;
  await client.request("window/showDocument", { uri, takeFocus: true, selection });
}

function toScope(value: unknown): Scope {
  return value === "file" || value === "all" ? value : "next";
}
