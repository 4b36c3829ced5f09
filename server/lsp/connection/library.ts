/**
 * The part of the library that is used at run time: its JSON-RPC. Only this part is bundled (see the build script
 * and its test), so all such imports are here. Types may be imported from the library directly.
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
