/**
 * A model as attacker: half characters, invisible and reordering text and special tokens, through the built
 * server. What is visible and whole passes untouched; no answer is an error.
 */
import type { InlineCompletionItem } from "vscode-languageserver/node";
import { afterAll, beforeAll, expect, test } from "vitest";

import { acceptInlineItem } from "../support/apply-item.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";
import { parseInput } from "../support/notation.ts";
import { oddAnswers } from "../support/odd-answers.ts";

let fim: FimServer;
let client: LspClient;

beforeAll(async () => {
  fim = await startFimServer();
  client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-of-this-test" },
    initializationOptions: { "provider.endpoint": fim.endpoint, "workspaceModel.role": "off" },
  });
});

afterAll(async () => {
  await client.close();
  await fim.close();
});

async function lastReason(): Promise<unknown> {
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  return (status as { readonly lastOutcome: { readonly reason?: string } }).lastOutcome.reason;
}

test.each(oddAnswers)("$name", async ({ document, answer, expected }) => {
  fim.answer = middle(answer, { eventLength: 1 });
  const { items } = (await client.inline(client.open(document))) as {
    readonly items: readonly InlineCompletionItem[];
  };
  const [item] = items;
  const after = item && acceptInlineItem(parseInput(document).text, item);
  expect(after === undefined ? { reason: await lastReason() } : { after }).toEqual(expected);
});
