/** What `textDocument/completion` and `textDocument/inlineCompletion` share: place, request, wait. */
import type { Position, Range } from "vscode-languageserver/node";

import type { Offset, OffsetRange } from "../../engine/document.ts";
import type { CompletionOutcome } from "../../engine/outcome.ts";
import { completionSite } from "../../engine/site.ts";
import type { SuggestRequest } from "../../session/session.ts";
import type { RequestSite } from "./completion-item.ts";
import type { RequestContext } from "./request-context.ts";
import { asRecord, asText } from "../json.ts";
import {
  offsetAt,
  offsetRange,
  openDocument,
  positionAt,
  type OpenDocument,
} from "../open-document.ts";
import { parsePosition, parseRange } from "../position.ts";

export interface SuggestParams {
  readonly uri: string;
  readonly position: Position;
  /** The number that the client sent. Its meaning depends on the method. */
  readonly triggerKind: number | undefined;
  readonly selected: { readonly range: Range; readonly text: string } | undefined;
  /** Not in the protocol; some clients send it. */
  readonly hasSelection: boolean;
}

/** `undefined` if the request has no position. A missing or null context is treated as empty. */
export function parseSuggestParams(params: unknown): SuggestParams | undefined {
  const { textDocument, position, context } = asRecord(params);
  const uri = asText(asRecord(textDocument)["uri"]);
  const place = parsePosition(position);
  if (uri === undefined || place === undefined) return undefined;
  const { triggerKind, selectedCompletionInfo, hasSelection } = asRecord(context);
  const { range, text } = asRecord(selectedCompletionInfo);
  const selectedRange = parseRange(range);
  const selected =
    selectedRange === undefined || typeof text !== "string"
      ? undefined
      : { range: selectedRange, text };
  return {
    uri,
    position: place,
    triggerKind: typeof triggerKind === "number" ? triggerKind : undefined,
    selected,
    hasSelection: hasSelection === true,
  };
}

/** The popup's selected item at its place in the document, and the part of it that is already typed. */
export interface SelectedItem {
  readonly range: Range;
  readonly text: string;
  readonly typed: string;
}

export interface Suggested {
  /** `undefined` if the document is unknown. */
  readonly at: RequestSite | undefined;
  readonly selected: SelectedItem | undefined;
  readonly outcome: CompletionOutcome;
}

/** Asks the session. The place is read from the current text. */
export async function suggestAt(
  { documents, encoding, host }: RequestContext,
  { uri, position, selected, hasSelection }: SuggestParams,
  how: Pick<SuggestRequest, "trigger" | "surface">,
  signal: AbortSignal,
): Promise<Suggested> {
  const document = openDocument(documents, encoding, uri);
  if (document === undefined) {
    const outcome = await host.session.suggest({ uri, offset: 0 as Offset, ...how }, signal);
    return { at: undefined, selected: undefined, outcome };
  }
  const offset = offsetAt(document, position);
  const at: RequestSite = {
    site: completionSite(document.snapshot, offset),
    position: positionAt(document, offset),
    encoding,
  };
  const range = selected && offsetRange(document, selected.range);
  const item = selected && range && selectedItem(document, range, selected.text, offset);
  const request: SuggestRequest = {
    uri,
    offset,
    ...how,
    hasSelection,
    ...(selected && range && { selected: { range, text: selected.text } }),
  };
  const outcome = await host.session.suggest(request, signal);
  return { at, selected: item, outcome };
}

function selectedItem(
  document: OpenDocument,
  { start, end }: OffsetRange,
  text: string,
  cursor: Offset,
): SelectedItem {
  const range = { start: positionAt(document, start), end: positionAt(document, end) };
  return { range, text, typed: document.snapshot.text.slice(start, cursor) };
}
