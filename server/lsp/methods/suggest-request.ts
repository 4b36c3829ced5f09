/** What `textDocument/completion` and `textDocument/inlineCompletion` have in common: place, question, wait. */
import type { Position, Range } from "vscode-languageserver/node";

import { toOffset, type DocumentSnapshot, type Offset } from "../../engine/document.ts";
import type { CompletionOutcome } from "../../engine/outcome.ts";
import { completionSite } from "../../engine/site.ts";
import type { SuggestRequest } from "../../session/session.ts";
import type { RequestSite } from "./completion-item.ts";
import type { RequestContext } from "./request-context.ts";
import { asRecord, asText } from "../json.ts";
import { parsePosition, parseRange, toIndex, toIndexRange, toPosition } from "../position.ts";

export interface SuggestParams {
  readonly uri: string;
  readonly position: Position;
  /** The number that the client sent, whatever it means in this method. */
  readonly triggerKind: number | undefined;
  readonly selected: { readonly range: Range; readonly text: string } | undefined;
  /** Beside the protocol, from clients that tell it. */
  readonly hasSelection: boolean;
}

/** `undefined` when the request says no place. A missing or null context is none. */
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

/** The popup's selected item where it stands in the document, and the part of it that is typed already. */
export interface SelectedItem {
  readonly range: Range;
  readonly text: string;
  readonly typed: string;
}

export interface Suggested {
  /** `undefined` when the document is unknown. */
  readonly at: RequestSite | undefined;
  readonly selected: SelectedItem | undefined;
  readonly outcome: CompletionOutcome;
}

/** Asks the session. The place is read from the text as it is now. */
export async function suggestAt(
  context: RequestContext,
  params: SuggestParams,
  how: Pick<SuggestRequest, "trigger" | "surface">,
  signal: AbortSignal,
): Promise<Suggested> {
  const { documents, host } = context;
  const lines = documents.lines(params.uri);
  const text = documents.get(params.uri)?.text ?? "";
  const index = lines === undefined ? 0 : toIndex(lines, params.position, context.encoding);
  const offset = toOffset(text, index);
  const document = documents.get(params.uri, offset);
  const at = document === undefined ? undefined : requestSite(context, document, offset);
  const selected = selectedItem(context, params, offset);

  const request: SuggestRequest = {
    uri: params.uri,
    offset,
    ...how,
    hasSelection: params.hasSelection,
    ...(selected === undefined
      ? {}
      : { selected: { range: selected.offsets, text: selected.item.text } }),
  };
  const outcome = await host.session.suggest(request, signal);
  return { at, selected: selected?.item, outcome };
}

function requestSite(
  context: RequestContext,
  document: DocumentSnapshot,
  offset: Offset,
): RequestSite {
  const lines = context.documents.lines(document.uri);
  const position =
    lines === undefined ? { line: 0, character: 0 } : toPosition(lines, offset, context.encoding);
  return { site: completionSite(document, offset), position, encoding: context.encoding };
}

function selectedItem(context: RequestContext, params: SuggestParams, cursor: Offset) {
  const lines = context.documents.lines(params.uri);
  const { selected } = params;
  if (lines === undefined || selected === undefined) return undefined;
  const { start, end } = toIndexRange(lines, selected.range, context.encoding);
  const text = lines.getText();
  const offsets = { start: toOffset(text, start), end: toOffset(text, end) };
  const range = {
    start: toPosition(lines, offsets.start, context.encoding),
    end: toPosition(lines, offsets.end, context.encoding),
  };
  return {
    offsets,
    item: { range, text: selected.text, typed: text.slice(offsets.start, cursor) },
  };
}
