// A second, trivial language server: `other-server.mjs READY-FILE ITEM...` offers the items at once, for
// each request, and makes the file when a document is open.
import { writeFileSync } from "node:fs";
import {
  CompletionItemKind,
  createConnection,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";

const [readyFile, ...items] = process.argv.slice(2);
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
connection.onDidOpenTextDocument(() => writeFileSync(readyFile, ""));
connection.onCompletion(() => ({
  isIncomplete: false,
  items: items.map((label) => ({ label, kind: CompletionItemKind.Function })),
}));
connection.listen();
