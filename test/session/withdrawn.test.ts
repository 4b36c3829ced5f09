/** A prompt that waits for its turn at a server that takes one at a time is withdrawn when what may be sent changes. */
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

import { gate } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { infill } from "../support/local-answers.ts";
import { environmentFor, serverKinds } from "../support/local-servers.ts";
import { startServer, type LspClient, type Place } from "../support/lsp-client.ts";

const secret = "const CANARY_7f3a = takeCanary();\n";
const patient = { timeout: 15_000 };
const answered = { items: [expect.objectContaining({ insertText: "plain();" })] };

let folder: string;
let fim: FimServer;
let client: LspClient;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "fim-withdrawn-")));
  fim = await startFimServer();
  fim.answer = infill("plain();");
  const kind = serverKinds.find(({ name }) => name === "llama-cpp");
  if (kind?.lookUps === undefined) throw new Error("no llama.cpp");
  fim.models = kind.lookUps;
  client = await startServer({
    kind: "inBand",
    environment: { ...environmentFor(kind, fim.origin), FIM_TRIGGER_SPECULATION: "off" },
    initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
  });
  // What the provider has to learn of its server is learnt with this.
  await client.inline(open("before.ts", "const before = ‸\n"));
});

afterEach(async () => {
  await client.close();
  await fim.close();
  rmSync(folder, { recursive: true });
});

function open(name: string, marked: string): Place {
  writeFileSync(join(folder, name), "");
  return client.open(marked, { uri: pathToFileURL(join(folder, name)).href });
}

/** Asks at both places by key, and returns when the first is asked about and the other one's prompt waits. */
async function askBoth(first: Place, other: Place) {
  const hold = gate();
  fim.answerNext(infill("plain();", { holdHeaders: hold }));
  const before = fim.requests.length;
  const invoked = { triggerKind: 1 };
  const firstAnswer = client.inline(first, invoked);
  await expect.poll(() => fim.requests.length, patient).toBe(before + 1);
  const otherAnswer = client.inline(other, invoked);
  await expect.poll(inFlight, patient).toBe(2);
  return { firstAnswer, otherAnswer, letOn: () => hold.open(), sent: () => bodiesFrom(before) };
}

async function inFlight(): Promise<unknown> {
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  return (status as { readonly inFlight: number }).inFlight;
}

function bodiesFrom(index: number): readonly string[] {
  return fim.requests.slice(index).map(({ body }) => body);
}

/** Returns when the server has taken notice. */
async function tell(name: string, text: string): Promise<void> {
  writeFileSync(join(folder, name), text);
  const uri = pathToFileURL(join(folder, name)).href;
  client.notify("workspace/didChangeWatchedFiles", { changes: [{ uri, type: 1 }] });
  await inFlight();
}

function edit({ textDocument }: Place, text: string): void {
  const top = { line: 0, character: 0 };
  client.notify("textDocument/didChange", {
    textDocument: { ...textDocument, version: 2 },
    contentChanges: [{ range: { start: top, end: top }, text }],
  });
}

test("of a file that is excluded meanwhile; the others are asked about again", async () => {
  const first = open("first.ts", "const first = ‸\n");
  const later = open("later.ts", `${secret}const later = ‸\n`);
  const { firstAnswer, otherAnswer, letOn, sent } = await askBoth(first, later);
  await tell(".fimignore", "later.ts\n");
  letOn();
  expect(await firstAnswer).toEqual(answered);
  expect(await otherAnswer).toEqual({ items: [] });
  // Who asks last is asked about last.
  expect(await client.inline(open("last.ts", "const last = ‸\n"))).toEqual(answered);
  expect(sent().at(-1)).toContain("const last");
  expect(sent().join("\n")).not.toContain("CANARY");
});

test("with an excerpt of a file that is no context of others any more", async () => {
  const main = open("main.ts", "const main = ‸;\n");
  const first = open("first.ts", "const first = ‸\n");
  edit(open("noted.ts", "‸\n"), secret);
  const body = async (): Promise<string> => {
    await client.request("workspace/executeCommand", { command: "fim.clearCache" });
    await client.inline(main, { triggerKind: 1 });
    return fim.requests.at(-1)?.body ?? "";
  };
  await expect.poll(body, { ...patient, interval: 300 }).toContain("CANARY");
  await client.request("workspace/executeCommand", { command: "fim.clearCache" });
  const { firstAnswer, otherAnswer, letOn, sent } = await askBoth(first, main);
  await tell(".gitignore", "noted.ts\n");
  letOn();
  await firstAnswer;
  expect(await otherAnswer).toEqual(answered);
  expect(sent().join("\n")).toContain("const main");
  expect(sent().join("\n")).not.toContain("CANARY");
});
