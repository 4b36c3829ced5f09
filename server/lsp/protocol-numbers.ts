/**
 * The protocol numbers that the server uses, typed by the library. The library's constants are not used at run
 * time: importing them loads all request types of the protocol, before the first answer.
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
/** `CodeActionTriggerKind.Automatic`: some editors ask at each cursor movement. */
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
  // Not 1, Error: Kate moves the focus to the message, and the keys that follow are lost.
  error: 2,
  warn: 2,
  info: 3,
  // Type 5, Debug, was added in LSP 3.18: older clients do not know it.
  debug: 4,
  trace: 4,
};
