/** The least an editor does: start the built server, open a document, ask at the cursor. */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";

import { builtServer } from "../support/built-server.ts";

export interface DemoClient {
  /** Opens `text` as `file` and asks at `offset`, as the editor's key for a suggestion does. */
  suggest(file: string, text: string, offset: number): Promise<Answer>;
  /** Opens `lines` as `file`, puts `edits` in as a person does, and asks where the last one is due as well. */
  repeat(file: string, lines: readonly string[], edits: readonly Edit[]): Promise<NextPlace | null>;
  /** What answers, for people. */
  provider(): Promise<string>;
  /** Messages that the user would have seen. */
  readonly messages: readonly string[];
  close(): Promise<void>;
}

export interface Answer {
  readonly insertText: string | undefined;
  /** UTF-16 units right of the cursor that it replaces. */
  readonly replacedLength: number;
  readonly latencyMs: number;
  /** Why there is none, as `fim.status` tells it. */
  readonly reason: string | undefined;
}

/** Text typed at a place. */
export interface Edit {
  readonly line: number;
  readonly character: number;
  readonly text: string;
}

export interface NextPlace {
  readonly newText: string;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly latencyMs: number;
}

interface Status {
  readonly provider?: { readonly name: string; readonly model: string };
  readonly lastOutcome?: { readonly reason?: string; readonly kind: string };
  readonly workspaceModel?: { readonly isIndexing?: boolean };
}

const longestIndexingMs = 10_000;

/** The server gets this process's environment: with a key in it, the provider answers. */
export async function startDemoClient(folder: string): Promise<DemoClient> {
  const server = spawn(process.execPath, [builtServer, "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = new Promise((resolve) => server.on("close", resolve));
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const messages: string[] = [];
  connection.onNotification("window/showMessage", ({ message }: { message: string }) => {
    messages.push(message);
  });
  connection.onRequest(() => null);
  connection.listen();

  const uri = pathToFileURL(folder).href;
  await connection.sendRequest("initialize", {
    processId: process.pid,
    clientInfo: { name: "demo" },
    rootUri: uri,
    workspaceFolders: [{ uri, name: basename(folder) }],
    capabilities: {
      // The client shows the state by itself: no message answers its questions for it.
      experimental: { fimStatus: true },
      textDocument: { inlineCompletion: {} },
      general: { positionEncodings: ["utf-16"] },
    },
  });
  await connection.sendNotification("initialized", {});

  const status = (): Promise<Status> =>
    connection.sendRequest("workspace/executeCommand", { command: "fim.status" });

  /** A person would not notice that the index is not complete; a demo is quicker than a person. */
  async function untilIndexed(): Promise<void> {
    const deadline = performance.now() + longestIndexingMs;
    while ((await status()).workspaceModel?.isIndexing === true && performance.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  return {
    messages,
    async suggest(file, text, offset) {
      const textDocument = { uri: pathToFileURL(file).href };
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: { ...textDocument, languageId: languageOf(file), version: 1, text },
      });
      await untilIndexed();
      const startedAt = performance.now();
      const answer: { items: readonly Item[] } | null = await connection.sendRequest(
        "textDocument/inlineCompletion",
        { textDocument, position: positionAt(text, offset), context: { triggerKind: 1 } },
      );
      const latencyMs = performance.now() - startedAt;
      const { lastOutcome } = await status();
      await connection.sendNotification("textDocument/didClose", { textDocument });
      const item = answer?.items[0];
      return {
        insertText: item?.insertText,
        replacedLength: item === undefined ? 0 : replacedLength(item),
        latencyMs,
        reason: item === undefined ? (lastOutcome?.reason ?? lastOutcome?.kind) : undefined,
      };
    },
    async repeat(file, lines, edits) {
      const { href } = pathToFileURL(file);
      await connection.sendNotification("textDocument/didOpen", {
        textDocument: {
          uri: href,
          languageId: languageOf(file),
          version: 1,
          text: lines.join("\n"),
        },
      });
      for (const [index, { line, character, text }] of edits.entries()) {
        const start = { line, character };
        await connection.sendNotification("textDocument/didChange", {
          textDocument: { uri: href, version: index + 2 },
          contentChanges: [{ range: { start, end: start }, text }],
        });
      }
      const startedAt = performance.now();
      const position = { line: edits.at(-1)?.line ?? 0, character: 0 };
      const place: Omit<NextPlace, "latencyMs"> | null = await connection.sendRequest(
        "workspace/executeCommand",
        { command: "fim.nextEdit", arguments: [href, position] },
      );
      return place && { ...place, latencyMs: performance.now() - startedAt };
    },
    async provider() {
      const { provider } = await status();
      return provider === undefined ? "workspace model" : `${provider.name} ${provider.model}`;
    },
    async close() {
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      await exited;
      connection.dispose();
    },
  };
}

interface Item {
  readonly insertText: string;
  readonly range: { readonly start: { character: number }; readonly end: { character: number } };
}

function replacedLength({ range }: Item): number {
  return range.end.character - range.start.character;
}

function positionAt(text: string, offset: number): { line: number; character: number } {
  const lines = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** What editors call the languages; the server knows most others by the file's ending. */
function languageOf(file: string): string {
  const byEnding: Readonly<Record<string, string>> = { ts: "typescript", py: "python" };
  const ending = file.slice(file.lastIndexOf(".") + 1);
  return byEnding[ending] ?? ending;
}

export const projectFolder: string = fileURLToPath(new URL("../../", import.meta.url));
