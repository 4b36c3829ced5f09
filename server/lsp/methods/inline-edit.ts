/** `textDocument/copilotInlineEdit`: the next edit for clients that use this method, one at a time. */
import type { Range, ResponseError } from "vscode-languageserver/node";

import { nextPlace } from "../../next-edit/choose.ts";
import { placeEdit } from "../../next-edit/place-edits.ts";
import { nextEditCommand } from "../command-names.ts";
import { asArray, asRecord, asText } from "../json.ts";
import { parsePosition } from "../position.ts";
import { toTextEdit } from "./next-edit-shapes.ts";
import type { RequestContext } from "./request-context.ts";
import { invalidParams } from "./respond.ts";

interface InlineEdit {
  readonly text: string;
  readonly textDocument: { readonly uri: string; readonly version: number };
  readonly range: Range;
  readonly command: ReturnType<typeof nextEditCommand>;
}

/** Clients apply all edits of an answer at once, so the answer has one edit, in the document of the request. */
export async function inlineEdit(
  context: RequestContext,
  params: unknown,
): Promise<{ readonly edits: readonly InlineEdit[] } | ResponseError> {
  const { textDocument, position } = asRecord(params);
  const { uri: given, version } = asRecord(textDocument);
  const uri = asText(given);
  const cursor = parsePosition(position);
  if (uri === undefined || cursor === undefined) {
    return invalidParams("textDocument/copilotInlineEdit");
  }
  const { documents, host, settings } = context;
  const isCurrent = (): boolean => documents.get(uri)?.version === version;
  if (settings["nextEdit.show"] === "off" || !isCurrent()) return { edits: [] };
  const { line } = cursor;
  const found = await host.nextEdits.find({ uri, line, isAsked: false, isPaused: true });
  if (!isCurrent() || typeof version !== "number") return { edits: [] };
  const own = found.filter((place) => place.uri === uri);
  const place = nextPlace(own, settings["nextEdit.confidence"], { uri, line });
  const offer = place && host.nextEdits.offer([place]);
  const document = offer && host.nextEdits.openEditsOf(uri, offer.places);
  const edit = place && document && placeEdit(place, document.text);
  if (offer === undefined || edit === undefined || document === undefined) return { edits: [] };
  const { newText, range } = toTextEdit(edit, document, context.encoding);
  const command = nextEditCommand("Next edit accepted", "fim.nextEdit.accepted", offer.id);
  return { edits: [{ text: newText, textDocument: { uri, version }, range, command }] };
}

export function didShowInlineEdit(context: RequestContext, params: unknown): void {
  const command = asRecord(asRecord(asRecord(params)["item"])["command"]);
  const id = asText(asArray(command["arguments"])[0]);
  if (id !== undefined) context.host.nextEdits.shown(id);
}
