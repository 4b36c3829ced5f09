/** `textDocument/codeAction` and `codeAction/resolve`: the last edit repeated at the next place, or at all of them. */
import type { CodeAction, ResponseError } from "vscode-languageserver/node";

import { leastForNext, nextPlace, placesOfRule } from "../../next-edit/choose.ts";
import type { Place } from "../../next-edit/next-edit.ts";
import type { Offer, Scope } from "../../session/next-edit/next-edits.ts";
import { nextEditCommand } from "../command-names.ts";
import { asArray, asRecord, asText } from "../json.ts";
import { parsePosition } from "../position.ts";
import { automaticAction, repeatEditKind } from "../protocol-numbers.ts";
import { toWorkspaceEdit } from "./next-edit-shapes.ts";
import type { RequestContext } from "./request-context.ts";
import { invalidParams } from "./respond.ts";

/** If the editor asks automatically, only an edit at least this sure shows a light bulb. */
const leastForBulb = 0.85;

export async function codeAction(
  context: RequestContext,
  params: unknown,
): Promise<readonly CodeAction[] | ResponseError> {
  const { textDocument, range, context: asked } = asRecord(params);
  const uri = asText(asRecord(textDocument)["uri"]);
  const cursor = parsePosition(asRecord(range)["start"]);
  if (uri === undefined || cursor === undefined) return invalidParams("textDocument/codeAction");
  const { only, triggerKind } = asRecord(asked);
  if (!isWanted(only)) return [];
  const isAsked = triggerKind !== automaticAction;
  const { nextEdits } = context.host;
  const places = await nextEdits.find({ uri, line: cursor.line, isAsked });
  const own = places.filter((place) => place.uri === uri);
  if (!isAsked && !isSureAt(own, cursor.line)) return [];
  const actions: CodeAction[] = [];
  const next = nextPlace(own, leastForNext, { uri, line: cursor.line });
  if (next !== undefined) {
    const title = `Repeat the edit at the next place (line ${next.line + 1})`;
    actions.push(await withEdit(context, title, nextEdits.offer([next]), "next"));
  }
  actions.push(...(await setActions(context, own, next)));
  if (context.settings["nextEdit.otherFiles"] === "asked") {
    actions.push(...(await fileActions(context, places, uri)));
  }
  return actions;
}

/** The chosen action, with its edit. */
export async function resolveCodeAction(
  context: RequestContext,
  params: unknown,
): Promise<unknown> {
  const action = asRecord(params);
  const { nextEdit, files } = asRecord(action["data"]);
  const offer = context.host.nextEdits.get(asText(nextEdit) ?? "");
  if (offer === undefined) return action;
  const documents = await context.host.nextEdits.editsOf(offer, files === true ? "all" : "file");
  return { ...action, edit: toWorkspaceEdit(documents, context.encoding) };
}

function isWanted(only: unknown): boolean {
  if (!Array.isArray(only)) return true;
  return asArray(only).some(
    (kind) =>
      typeof kind === "string" &&
      (kind === "" || kind === repeatEditKind || repeatEditKind.startsWith(`${kind}.`)),
  );
}

function isSureAt(places: readonly Place[], line: number): boolean {
  return places.some((place) => place.line === line && place.probability >= leastForBulb);
}

async function setActions(
  context: RequestContext,
  own: readonly Place[],
  next: Place | undefined,
): Promise<readonly CodeAction[]> {
  const { chosen, unsure } = placesOfRule(own);
  const isNextAlone = chosen.length === 1 && chosen[0] === next;
  if (chosen.length === 0 || isNextAlone) return [];
  const left = unsure === 0 ? "" : `, ${unsure} unsure ${plural(unsure, "one")} left out`;
  const title = `Repeat the edit at ${chosen.length} more ${plural(chosen.length, "place")}${left}`;
  return [await withEditOrData(context, title, context.host.nextEdits.offer(chosen), "file")];
}

/** Edits of files that are not open have a separate title. */
async function fileActions(
  context: RequestContext,
  places: readonly Place[],
  uri: string,
): Promise<readonly CodeAction[]> {
  const { chosen } = placesOfRule(places, leastForNext);
  const files = new Set(chosen.map((place) => place.uri)).size;
  if (!chosen.some((place) => place.uri !== uri)) return [];
  const title = `Repeat the edit at ${chosen.length} ${plural(chosen.length, "place")} in ${files} ${plural(files, "file")}`;
  return [await withEditOrData(context, title, context.host.nextEdits.offer(chosen), "all")];
}

async function withEditOrData(
  context: RequestContext,
  title: string,
  offer: Offer,
  scope: Scope,
): Promise<CodeAction> {
  if (!context.resolvesActionEdits) return withEdit(context, title, offer, scope);
  const data = { nextEdit: offer.id, ...(scope === "all" ? { files: true } : {}) };
  return { title, kind: repeatEditKind, data, command: showCommand(offer) };
}

async function withEdit(
  context: RequestContext,
  title: string,
  offer: Offer,
  scope: Scope,
): Promise<CodeAction> {
  const documents = await context.host.nextEdits.editsOf(offer, scope);
  const edit = toWorkspaceEdit(documents, context.encoding);
  return { title, kind: repeatEditKind, edit, command: showCommand(offer) };
}

function showCommand({ id }: Offer) {
  return nextEditCommand("Show the place", "fim.nextEdit.applied", id);
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}
