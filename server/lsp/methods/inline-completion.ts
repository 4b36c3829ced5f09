/** `textDocument/inlineCompletion`: ghost text. */
import type { InlineCompletionList, ResponseError } from "vscode-languageserver/node";

import type { Edge } from "./request-context.ts";
import { invokedInline } from "../protocol-numbers.ts";
import { invalidParams, toInlineAnswer } from "./respond.ts";
import { parseSuggestParams, suggestAt } from "./suggest-request.ts";

export async function inlineCompletion(
  edge: Edge,
  params: unknown,
  signal: AbortSignal,
): Promise<InlineCompletionList | ResponseError | null> {
  const request = parseSuggestParams(params);
  if (request === undefined) return invalidParams("textDocument/inlineCompletion");
  if (!edge.settings["inlineCompletion.enabled"]) return { items: [] };
  const isInvoked = request.triggerKind === invokedInline;
  const trigger = isInvoked ? "invoked" : "automatic";
  return toInlineAnswer(await suggestAt(edge, request, { trigger, surface: "inline" }, signal));
}
