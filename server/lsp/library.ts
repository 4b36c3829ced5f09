/**
 * What is used of the library at run time: its JSON-RPC. In one place, since only that part is bundled (see
 * the build script and its test); types may come from the library directly.
 */
export {
  AbstractMessageReader,
  createMessageConnection,
  Disposable,
  ErrorCodes,
  IPCMessageReader,
  IPCMessageWriter,
  ResponseError,
  StreamMessageWriter,
} from "vscode-languageserver/node";
