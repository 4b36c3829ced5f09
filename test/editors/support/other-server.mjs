// A second, trivial language server: the items named as its arguments, at once, for each request.
import {
  CompletionItemKind,
  createConnection,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";

const connection = createConnection(
  new StreamMessageReader(process.stdin),
  new StreamMessageWriter(process.stdout),
);
connection.onInitialize(() => ({
  capabilities: {
    textDocumentSync: TextDocumentSyncKind.Incremental,
    completionProvider: { triggerCharacters: ["."] },
  },
}));
connection.onCompletion(() => ({
  isIncomplete: false,
  items: process.argv.slice(2).map((label) => ({ label, kind: CompletionItemKind.Function })),
}));
connection.listen();
