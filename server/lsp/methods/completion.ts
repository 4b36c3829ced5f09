/** `textDocument/completion`: one item in the editor's menu. */
import type { CompletionList, ResponseError } from "vscode-languageserver/node";

import type { RequestContext } from "./request-context.ts";
import { continuedMenu, invokedMenu } from "../protocol-numbers.ts";
import { invalidParams, toMenuAnswer } from "./respond.ts";
import { parseSuggestParams, suggestAt, type SuggestParams } from "./suggest-request.ts";

export async function completion(
  context: RequestContext,
  typing: TypingWatch,
  params: unknown,
  signal: AbortSignal,
): Promise<CompletionList | ResponseError | null> {
  const request = parseSuggestParams(params);
  if (request === undefined) return invalidParams("textDocument/completion");
  const { settings, profile, readsMarkdown, clock } = context;
  const askedAt = clock.now();
  if (!settings["completion.enabled"]) return null;
  const trigger = typing.isInvoked(request) ? "invoked" : "automatic";
  const answer = await suggestAt(context, request, { trigger, surface: "menu" }, signal);
  return toMenuAnswer(answer, profile, {
    sortLast: settings["completion.sortLast"],
    readsMarkdown,
    isLate: request.triggerKind === continuedMenu || clock.now() - askedAt >= gatheringMs,
  });
}

/** How long Helix waits for other servers after the first answer that it can show. */
const gatheringMs = 100;

/**
 * Distinguishes a menu opened by key from one opened while typing, because the protocol has one number for both. A
 * request counts as made by key if no text change came before it, or none for longer than any editor waits after a
 * key.
 */
export interface TypingWatch {
  isInvoked(request: SuggestParams): boolean;
}

/** Helix waits 250 ms after a key, Vim's plugins less. A user needs longer to stop and press a chord. */
const longestEditorDelayMs = 600;

export function createTypingWatch({
  clock,
  documents,
}: Pick<RequestContext, "clock" | "documents">): TypingWatch {
  let changed: { readonly uri: string; readonly atMs: number } | undefined;
  documents.onDidChange(({ uri, before, after }) => {
    if (before !== undefined && after !== undefined) changed = { uri, atMs: clock.now() };
  });
  return {
    isInvoked({ uri, triggerKind }) {
      const isTyping = changed?.uri === uri && clock.now() - changed.atMs < longestEditorDelayMs;
      changed = undefined;
      return triggerKind === invokedMenu && !isTyping;
    },
  };
}
