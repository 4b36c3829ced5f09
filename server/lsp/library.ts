/**
 * What is used of the library at run time. In one place, since each file that imports values from it costs
 * a copy of its seven hundred names at the start; types may come from it directly.
 */
export {
  AbstractMessageReader,
  CompletionTriggerKind,
  createMessageConnection,
  Disposable,
  ErrorCodes,
  InlineCompletionTriggerKind,
  IPCMessageReader,
  IPCMessageWriter,
  LSPErrorCodes,
  MessageType,
  ResponseError,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
