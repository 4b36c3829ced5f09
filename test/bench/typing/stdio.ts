/**
 * The same replay through the built server over stdio, in real time: the editor's messages, the provider on
 * the loopback interface, the clock on the wall.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { systemClock } from "../../../server/base/clock.ts";
import { singleLineTokens } from "../../../server/engine/prompt/build-prompt.ts";
import type { Offset, ReadableText } from "../../../server/engine/document.ts";
import type { CompletionMode } from "../../../server/engine/prompt/prompt.ts";
import type { DocumentStore } from "../../../server/documents/document-store.ts";
import { middle } from "../../support/fim-answers.ts";
import { startFimServer } from "../../support/fim-server.ts";
import { startServer, type LspClient } from "../../support/lsp-client.ts";
import type { ModelAnswer } from "./model.ts";
import type { Policy } from "./policy.ts";
import type { Tally } from "./tally.ts";

export interface RealServer {
  readonly policy: Policy;
  close(): Promise<void>;
}

/** Starts the provider and the built server; every change of `documents` is told to the server. */
export async function startRealServer(
  documents: DocumentStore,
  tally: Tally,
  answer: (mode: CompletionMode) => ModelAnswer,
): Promise<RealServer> {
  const provider = await startFimServer();
  provider.answer = async (exchange) => {
    const isSingle = Number(exchange.json["max_tokens"]) <= singleLineTokens;
    const { text, latencyMs } = answer(isSingle ? "singleLine" : "multiLine");
    tally.requests += 1;
    await Promise.race([sleep(latencyMs), exchange.closed]);
    if (exchange.isAborted) tally.cancelled += 1;
    else await middle(text)(exchange);
  };
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-benchmarks" },
    initializationOptions: {
      "provider.endpoint": provider.endpoint,
      "workspaceModel.role": "off",
      "log.level": "off",
    },
  });
  const stop = tellChanges(documents, client);
  return {
    policy: {
      suggest: (uri, offset, signal) => ask(documents, client, uri, offset, signal),
      accepted: () => {},
      close: () => Promise.resolve(),
    },
    async close() {
      stop();
      client.expectErrors();
      await client.close();
      await provider.close();
    },
  };
}

function tellChanges(documents: DocumentStore, client: LspClient): () => void {
  return documents.onDidChange(({ uri, before, after, edits }) => {
    const textDocument = { uri, version: after?.version ?? 0 };
    if (after === undefined) client.notify("textDocument/didClose", { textDocument });
    else if (before === undefined || edits.length === 0) {
      const { languageId, text } = after;
      client.notify("textDocument/didOpen", {
        textDocument: { ...textDocument, languageId, text },
      });
    } else {
      const contentChanges = edits.map(({ range, text }) => ({
        range: {
          start: positionAt(before.text, range.start),
          end: positionAt(before.text, range.end),
        },
        text,
      }));
      client.notify("textDocument/didChange", { textDocument, contentChanges });
    }
  });
}

async function ask(
  documents: DocumentStore,
  client: LspClient,
  uri: string,
  offset: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  const text = documents.get(uri)?.text ?? "";
  const sent = client.send("textDocument/inlineCompletion", {
    textDocument: { uri },
    position: positionAt(text, offset as Offset),
    context: { triggerKind: 2 },
  });
  signal.addEventListener("abort", () => sent.cancel(), { once: true });
  const { result } = await sent.answer;
  const items = (result as { readonly items?: readonly { readonly insertText: string }[] } | null)
    ?.items;
  return items?.[0]?.insertText;
}

function positionAt(
  document: ReadableText,
  offset: Offset,
): { readonly line: number; readonly character: number } {
  const text = document.slice(0);
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let line = 0;
  for (
    let index = text.indexOf("\n");
    index >= 0 && index < offset;
    index = text.indexOf("\n", index + 1)
  )
    line++;
  return { line, character: offset - start };
}

/** Time on the wall, moved by waiting. */
export const realClock = {
  ...systemClock,
  async advance(ms: number, isEnough: () => boolean = () => false): Promise<void> {
    const until = systemClock.now() + ms;
    while (!isEnough()) {
      const left = until - systemClock.now();
      if (left <= 0) return;
      await sleep(Math.min(left, 5));
    }
  },
};
