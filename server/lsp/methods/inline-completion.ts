/** `textDocument/inlineCompletion`: ghost text. */
import type { InlineCompletionList, ResponseError } from "vscode-languageserver/node";

import type { RequestContext } from "./request-context.ts";
import { invokedInline } from "../protocol-numbers.ts";
import { invalidParams, toInlineAnswer } from "./respond.ts";
import { parseSuggestParams, suggestAt } from "./suggest-request.ts";

export async function inlineCompletion(
  context: RequestContext,
  params: unknown,
  signal: AbortSignal,
): Promise<InlineCompletionList | ResponseError | null> {
  const request = parseSuggestParams(params);
  if (request === undefined) return invalidParams("textDocument/inlineCompletion");
  if (!context.settings["inlineCompletion.enabled"]) return { items: [] };
  const isInvoked = request.triggerKind === invokedInline;
  const trigger = isInvoked ? "invoked" : "automatic";
  return toInlineAnswer(await suggestAt(context, request, { trigger, surface: "inline" }, signal));
}
