/** `textDocument/inlineCompletion`: ghost text. */
import type { InlineCompletionList, ResponseError } from "vscode-languageserver/node";

import type { RequestContext } from "./request-context.ts";
import { invokedInline } from "../protocol-numbers.ts";
import { invalidParams, requestCancelled, toInlineAnswer } from "./respond.ts";
import { nextEditOnLine } from "./next-edit-on-line.ts";
import { parseSuggestParams, suggestAt } from "./suggest-request.ts";

export async function inlineCompletion(
  context: RequestContext,
  params: unknown,
  signal: AbortSignal,
): Promise<InlineCompletionList | ResponseError | null> {
  const request = parseSuggestParams(params);
  if (request === undefined) return invalidParams("textDocument/inlineCompletion");
  if (!context.settings["inlineCompletion.enabled"]) return { items: [] };
  const nextEdit = await nextEditOnLine(context, request);
  if (nextEdit !== undefined) return { items: [nextEdit] };
  if (signal.aborted) return requestCancelled();
  const isInvoked = request.triggerKind === invokedInline;
  const trigger = isInvoked ? "invoked" : "automatic";
  return toInlineAnswer(await suggestAt(context, request, { trigger, surface: "inline" }, signal));
}
