/** The next edit as ghost text on the cursor's line, if the client paints it correctly. */
import type { InlineCompletionItem } from "vscode-languageserver/node";

import type { InlinePainting } from "../client/client-profile.ts";
import { acceptedCommand } from "../command-names.ts";
import { toIndex, unitsIn } from "../position.ts";
import type { RequestContext } from "./request-context.ts";
import type { SuggestParams } from "./suggest-request.ts";

/** From this probability on the edit takes precedence over a completion, regardless of the settings. */
const leastToOutrank = 0.75;

export async function nextEditOnLine(
  context: RequestContext,
  { uri, position, selected, hasSelection }: SuggestParams,
): Promise<InlineCompletionItem | undefined> {
  const { documents, host, settings, encoding } = context;
  if (settings["nextEdit.show"] === "off" || selected !== undefined || hasSelection)
    return undefined;
  const { line } = position;
  const revision = documents.get(uri)?.revision;
  const places = await host.nextEdits.find({ uri, line, isAsked: false });
  const least = Math.max(leastToOutrank, settings["nextEdit.confidence"]);
  const place = places.find(
    (each) => each.uri === uri && each.line === line && each.count === 1 && each.lines.length === 1,
  );
  const lines = documents.lines(uri);
  const isStale = documents.get(uri)?.revision !== revision;
  if (place === undefined || place.probability < least || lines === undefined || isStale) {
    return undefined;
  }
  const lineStart = lines.offsetAt({ line, character: 0 });
  const cursor = toIndex(lines, position, encoding) - lineStart;
  const before = lines
    .getText({ start: { line, character: 0 }, end: { line: line + 1, character: 0 } })
    .replace(/[\r\n]+$/, "");
  const painted = paintedText(before, place.lines[0] ?? "", cursor, context.inlinePainting);
  if (painted === undefined) return undefined;
  const offer = host.nextEdits.offer([place]);
  host.nextEdits.shown(offer.id);
  const start = { line, character: unitsIn(before.slice(0, cursor), encoding) };
  const end = { line, character: unitsIn(before.slice(0, cursor + painted.replaced), encoding) };
  return {
    insertText: painted.insertText,
    range: { start, end },
    command: acceptedCommand(offer.id),
  };
}

/** The text to insert at the cursor, and how much right of it to replace. `undefined` if it would be painted wrong. */
export function paintedText(
  before: string,
  after: string,
  cursor: number,
  painting: InlinePainting,
): { readonly insertText: string; readonly replaced: number } | undefined {
  const rest = before.slice(cursor);
  if (!after.startsWith(before.slice(0, cursor))) return undefined;
  const newRest = after.slice(cursor);
  if (painting === "insertion") {
    const length = newRest.length - rest.length;
    if (length <= 0 || !newRest.endsWith(rest)) return undefined;
    return { insertText: newRest.slice(0, length), replaced: 0 };
  }
  if (newRest.length < rest.length || newRest === rest) return undefined;
  if (painting === "subsequence" && !isSubsequence(rest, newRest)) return undefined;
  return { insertText: newRest, replaced: rest.length };
}

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const unit of whole) if (part.startsWith(unit, at)) at += unit.length;
  return at >= part.length;
}
