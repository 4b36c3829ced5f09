/**
 * What is used of the library at run time: its JSON-RPC. In one place, since only that part is bundled (see
 * the build script and its test); types may come from the library directly.
 */
export {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  Disposable,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
} from "vscode-languageserver/node";
