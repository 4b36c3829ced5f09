/** What a client gets, from one request to the next: in process, against a provider that the test holds back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, expect, test } from "vitest";

import { acceptInlineItem, acceptMenuItem } from "../support/apply-item.ts";
import { gate, middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import {
  startServer,
  type LspClient,
  type Place,
  type StartOptions,
} from "../support/lsp-client.ts";
import { parseInput } from "../support/notation.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

type InlineItem = Parameters<typeof acceptInlineItem>[1];
type MenuItem = Parameters<typeof acceptMenuItem>[1];

let fim: FimServer;
let client: LspClient;

beforeEach(async () => {
  fim = await startFimServer();
});

afterEach(async () => {
  await client.close();
  await fim.close();
});

async function connect(options: Partial<StartOptions> = {}): Promise<LspClient> {
  client = await startServer({
    kind: "inBand",
    environment: { MISTRAL_API_KEY: "key-for-tests", FIM_PROVIDER_ENDPOINT: fim.endpoint },
    ...options,
  });
  return client;
}

async function inlineItem(place: Place, context?: unknown): Promise<InlineItem | undefined> {
  const { items } = (await client.inline(place, context)) as { items: InlineItem[] };
  return items[0];
}

async function menuItem(place: Place): Promise<MenuItem | undefined> {
  const { items } = (await client.menu(place)) as { items: MenuItem[] };
  return items[0];
}

test("ghost text before a bracket that the editor closed replaces it, a menu item leaves it", async () => {
  await connect({ profile: "helix-25.07" });
  fim.answer = middle("a, b)");
  const marked = "const sum = add(‸);\n";
  const place = client.open(marked);
  const { text } = parseInput(marked);
  const ghost = await inlineItem(place);
  expect(ghost && acceptInlineItem(text, ghost)).toBe("const sum = add(a, b);\n");
  const item = await menuItem(place);
  expect(item && acceptMenuItem(text, item, { habit: "raw" })).toBe("const sum = add(a, b);\n");
  expect(fim.requests).toHaveLength(1);
});

test("in a CRLF document Helix gets its line ends, ghost text has line feeds", async () => {
  await connect({ profile: "helix-25.07" });
  fim.answer = middle("first();\n  second();");
  const marked = "function f() {\r\n  ‸\r\n}\r\n";
  const place = client.open(marked);
  const { text } = parseInput(marked);
  const item = await menuItem(place);
  expect(item && acceptMenuItem(text, item, { habit: "raw" })).toBe(
    "function f() {\r\n  first();\r\n  second();\r\n}\r\n",
  );
  expect((await inlineItem(place))?.insertText).toBe("first();\n  second();");
  expect(fim.requests[0]?.json).not.toHaveProperty("prompt", expect.stringContaining("\r"));
});

test("typing along a suggestion keeps it, at once and without a request; typing against it asks again", async () => {
  await connect();
  fim.answer = middle("compute(left);");
  const place = client.open("const total = ‸\n");
  await inlineItem(place);
  const longer = client.change(place, "const total = comp‸\n");
  expect((await inlineItem(longer, { triggerKind: 2 }))?.insertText).toBe("ute(left);");
  expect(fim.requests).toHaveLength(1);
  fim.answer = middle("ntext;");
  const other = client.change(place, "const total = co‸\n");
  await inlineItem(client.change(other, "const total = conte‸\n"));
  expect(fim.requests).toHaveLength(2);
});

test("with the popup's selected item ghost text extends it, or there is none", async () => {
  await connect();
  fim.answer = middle(".log(1);");
  const marked = "con‸\n";
  const place = client.open(marked);
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 3 } };
  const selected = (text: string) => ({
    triggerKind: 2,
    selectedCompletionInfo: { range, text },
  });
  const item = await inlineItem(place, selected("console"));
  expect(item?.range?.start).toEqual(range.start);
  expect(item && acceptInlineItem(parseInput(marked).text, item)).toBe("console.log(1);\n");
  expect(fim.requests[0]?.json).toHaveProperty("prompt", expect.stringMatching(/console$/));
  expect(await inlineItem(place, selected("other"))).toBeUndefined();
  expect(fim.requests).toHaveLength(1);
});

test("while text is selected, or in a file that is read-only, only a request by key is answered", async () => {
  await connect();
  fim.answer = middle("1;");
  const file = join(temporaryFolder("fim-read-only-"), "a.ts");
  writeFileSync(file, "", { mode: 0o444 });
  const free = client.open("const a = ‸\n");
  const readOnly = client.open("const a = ‸\n", { uri: pathToFileURL(file).href });
  const cases = [
    { place: free, context: { hasSelection: true }, reason: "selection" },
    { place: readOnly, context: {}, reason: "readOnlyDocument" },
  ];
  for (const { place, context, reason } of cases) {
    expect(await inlineItem(place, { ...context, triggerKind: 2 })).toBeUndefined();
    const status = await client.request("workspace/executeCommand", { command: "fim.status" });
    expect(status).toMatchObject({ lastOutcome: { kind: "skipped", reason } });
    expect((await inlineItem(place, { ...context, triggerKind: 1 }))?.insertText).toBe("1;");
  }
});

test("a request that a newer one supersedes is answered with null, at once", async () => {
  await connect();
  const held = gate();
  fim.answer = middle("1;", { holdHeaders: held });
  const place = client.open("const a = ‸\nconst b = \n");
  const first = client.inline(place);
  await fim.nextRequest();
  const second = client.inline({ ...place, position: { line: 1, character: 10 } });
  expect(await first).toBeNull();
  held.open();
  expect(await second).toMatchObject({ items: [{ insertText: "1;" }] });
});

test("closing the document answers its request", async () => {
  await connect();
  const held = gate();
  fim.answer = middle("1;", { holdHeaders: held });
  const place = client.open("const a = ‸\n");
  const pending = client.inline(place);
  const exchange = await fim.nextRequest();
  client.notify("textDocument/didClose", { textDocument: place.textDocument });
  const answer = await pending;
  expect([null, '{"items":[]}']).toContain(answer === null ? null : JSON.stringify(answer));
  await exchange.closed;
  expect(exchange.isAborted).toBe(true);
  held.open();
});

test.each([
  ["neovim-0.12", 30],
  // Later than Helix gathers the answers of other servers.
  ["helix-25.07", 150],
])(
  "a menu does not wait for a slow provider; %s asks again and finds the answer",
  async (profile, budgetMs) => {
    await connect({ profile, initializationOptions: { "completion.latencyBudgetMs": budgetMs } });
    const held = gate();
    fim.answer = middle("slow();", { holdHeaders: held });
    const place = client.open("const a = ‸\n");
    expect(await client.menu(place)).toEqual({ isIncomplete: true, items: [] });
    const ghost = client.inline(place);
    held.open();
    await ghost;
    expect((await menuItem(place))?.label).toBe("slow();");
    expect(fim.requests).toHaveLength(1);
  },
);

test("Helix, whose menu shows another server's items, goes on asking when it types on", async () => {
  await connect({ profile: "helix-25.07" });
  fim.answer = middle("slow();", { holdHeaders: gate() });
  const place = client.open("const a =‸\n");
  const changed = client.change(place, "const a = ‸\n");
  const menu = client.menu(changed, { triggerKind: 3 });
  const further = client.change(changed, "const a = b‸\n");
  expect(await menu).toEqual({ isIncomplete: true, items: [] });
  expect(fim.requests).toHaveLength(0);
  fim.answer = middle("();");
  expect(await client.menu(further, { triggerKind: 3 })).toMatchObject({
    items: [{ label: "b();" }],
  });
  expect(fim.requests).toHaveLength(1);
});

test("a suggestion that the client inserts without a word is counted as accepted", async () => {
  await connect({ profile: "helix-25.07" });
  fim.answer = middle("compute(left);");
  const place = client.open("const total = ‸\n");
  await menuItem(place);
  client.change(place, "const total = compute(left);‸\n");
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  expect(status).toMatchObject({ counters: { shown: 1, accepted: 1 } });
});

test("an excluded file is never sent", async () => {
  await connect();
  fim.answer = middle("secret");
  for (const name of [".env", "id_rsa", "credentials.json", "sub/.env.local"]) {
    const uri = `file:///workspace/${name}`;
    expect(
      await inlineItem(client.open("TOKEN=‸\n", { uri, languageId: "plaintext" })),
    ).toBeUndefined();
  }
  expect(fim.requests).toHaveLength(0);
});

test("languages can be chosen", async () => {
  await connect({ initializationOptions: { "languages.disabled": ["markdown"] } });
  fim.answer = middle("text");
  const inMarkdown = client.open("a ‸\n", { languageId: "markdown" });
  const [byKey, automatic] = [{ triggerKind: 1 }, { triggerKind: 2 }];
  expect(await inlineItem(inMarkdown, automatic)).toBeUndefined();
  expect(await inlineItem(inMarkdown, byKey)).toBeDefined();
  const inPython = client.open("a = ‸\n", { languageId: "python" });
  expect(await inlineItem(inPython, automatic)).toBeDefined();
});
