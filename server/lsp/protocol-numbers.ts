/**
 * The protocol's numbers that the server uses, typed by the library. Its constants are not used at run time:
 * they come with every request type of the protocol, which would have to be loaded before the first answer.
 */
import type {
  CodeActionKind,
  CodeActionTriggerKind,
  CompletionTriggerKind,
  InlineCompletionTriggerKind,
  MessageType,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";

import type { LogSeverity } from "../base/log.ts";

export const incrementalSync: TextDocumentSyncKind = 2;
/** `CodeActionTriggerKind.Automatic`: some editors ask at each move of the cursor. */
export const automaticAction: CodeActionTriggerKind = 2;
/** `CodeActionKind.RefactorRewrite`. */
export const repeatEditKind: CodeActionKind = "refactor.rewrite";
export const invokedMenu: CompletionTriggerKind = 1;
/** `TriggerForIncompleteCompletions`: the menu is open. */
export const continuedMenu: CompletionTriggerKind = 3;
export const invokedInline: InlineCompletionTriggerKind = 1;
/** `LSPErrorCodes.RequestCancelled`. */
export const requestCancelledCode = -32800;

export const messageTypes: Readonly<Record<LogSeverity, MessageType>> = {
  error: 1,
  warn: 2,
  info: 3,
  // Type 5, Debug, came with LSP 3.18: older clients do not know it.
  debug: 4,
  trace: 4,
};
