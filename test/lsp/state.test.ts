/** What the user sees of the server's state: short messages, and `fim/status` for clients that show it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { gate, json, middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient, type StartOptions } from "../support/lsp-client.ts";

let fim: FimServer;
let client: LspClient;

beforeEach(async () => {
  fim = await startFimServer();
});

afterEach(async () => {
  await client.close();
  await fim.close();
});

async function connect(options: Partial<StartOptions> = {}): Promise<void> {
  client = await startServer({
    kind: "inBand",
    environment: { MISTRAL_API_KEY: "key-for-tests", FIM_PROVIDER_ENDPOINT: fim.endpoint },
    ...options,
  });
}

function run(command: string, ...given: unknown[]): Promise<unknown> {
  return client.request("workspace/executeCommand", { command, arguments: given });
}

async function ghostText(triggerKind = 1): Promise<string | undefined> {
  const place = client.open("const place = ‸;\n", { uri: "file:///workspace/one.ts" });
  const { items } = (await client.inline(place, { triggerKind })) as {
    items: { insertText: string }[];
  };
  client.notify("textDocument/didClose", { textDocument: place.textDocument });
  return items[0]?.insertText;
}

const host = () => new URL(fim.endpoint).host;

describe("what happens to the user is told once, in less than 80 columns, the remedy first", () => {
  test.each([
    [401, "error", "key refused", () => `Check the key: ${host()} refuses it.`],
    [402, "error", "no credit", () => `Add credit: ${host()} says that the account has none.`],
    [
      403,
      "error",
      "key refused",
      () => `Check provider.model and the key's rights: ${host()} answers 403.`,
    ],
    [
      404,
      "error",
      "refused",
      () => `Check provider.model and provider.endpoint: ${host()} answers 404.`,
    ],
    [429, "paused", "rate limit", () => `Wait 30 s: ${host()} limits the requests.`],
    [503, "paused", "in trouble", () => `Wait 30 s: ${host()} is in trouble.`],
  ] as const)("status %i", async (status, kind, text, message) => {
    await connect();
    fim.answer = json(status, { message: "no" }, { "retry-after": "30" });
    for (let times = 0; times < 3; times++) expect(await ghostText(1)).toBeUndefined();
    expect(client.takeMessages()).toEqual([{ type: 3, message: message() }]);
    expect(message().length).toBeLessThan(80);
    expect(client.states.at(-1)).toMatchObject({ kind, text });
    expect(client.states.at(-1)?.tooltip).toContain(String(status));
  });

  test("and its end, and what was wrong stands in the log whole", async () => {
    await connect();
    fim.answer = json(401, { message: "the key has ended" });
    await ghostText();
    expect(await client.logged(/the key has ended/)).toContain("401");
    client.takeMessages();
    fim.answer = middle("good;");
    await run("fim.enable");
    expect(await ghostText()).toBe("good;");
    expect(client.takeMessages()).toEqual([{ type: 3, message: "Suggestions are on." }]);
    expect(client.states.at(-1)).toMatchObject({ kind: "ready", text: "ready" });
  });

  test("a key that is missing", async () => {
    await connect({ environment: { FIM_PROVIDER_NAME: "mistral" } });
    const message = "Set MISTRAL_API_KEY: no key was found for api.mistral.ai.";
    expect(await client.nextMessage()).toEqual({ type: 3, message });
    await ghostText();
    expect(client.states.at(-1)).toMatchObject({ kind: "noKey", text: "no key" });
  });
});

test("each change of the state is told to a client that shows it, and a repeated one is not", async () => {
  await connect();
  const hold = gate();
  fim.answer = middle("good;", { holdHeaders: hold });
  const asked = ghostText();
  await expect.poll(() => client.states.at(-1)?.kind).toBe("working");
  hold.open();
  await asked;
  await run("fim.toggle");
  await run("fim.disable");
  await run("fim.toggle");
  const kinds = client.states.map(({ kind }) => kind);
  expect(kinds.slice(kinds.indexOf("working"))).toEqual(["working", "ready", "off", "ready"]);
  expect(client.takeMessages().map(({ message }) => message)).toEqual([
    "Suggestions are off.",
    "Suggestions are off.",
    "Suggestions are on.",
  ]);
});

test("a client that shows no state gets messages alone, the status too", async () => {
  await connect({ initializeParams: { capabilities: {} } });
  fim.answer = middle("good;");
  await ghostText();
  expect(await run("fim.status")).toHaveProperty(
    "text",
    expect.stringMatching(/^Ready: codestral/),
  );
  expect(client.takeMessages()).toEqual([
    { type: 3, message: "ready (codestral-latest): 1 shown, 0 accepted" },
  ]);
  expect(client.states).toEqual([]);
});

describe("switches", () => {
  beforeEach(async () => {
    await connect();
    fim.answer = middle("good;");
  });

  test("a snooze holds back what comes while typing, until it is ended", async () => {
    expect(await run("fim.snooze", "5")).toEqual({ minutes: 5 });
    expect(await ghostText(2)).toBeUndefined();
    expect(await ghostText(1)).toBe("good;");
    expect(client.states.at(-1)).toMatchObject({ kind: "snoozed", text: "snoozed 5 min" });
    expect(await run("fim.snooze", 0)).toEqual({ minutes: 0 });
    expect(await ghostText(2)).toBe("good;");
    expect(await run("fim.snooze")).toEqual({ minutes: 15 });
    await run("fim.enable");
    expect(await ghostText(2)).toBe("good;");
    client.takeMessages();
  });

  test("a snooze takes minutes only", async () => {
    client.expectErrors();
    await expect(run("fim.snooze", "soon")).rejects.toThrow("number of minutes");
  });

  test("a document and a language are switched by command, and a key asks there", async () => {
    const place = client.open("const other = ‸;\n", { uri: "file:///workspace/two.ts" });
    const text = async (triggerKind: number) =>
      ((await client.inline(place, { triggerKind })) as { items: { insertText: string }[] })
        .items[0]?.insertText;
    const { uri } = place.textDocument;
    expect(await run("fim.toggleDocument", uri)).toEqual({ isEnabled: false });
    expect(await text(2)).toBeUndefined();
    expect(await text(1)).toBe("good;");
    expect(await ghostText(2)).toBe("good;");
    expect(await run("fim.toggleDocument", uri)).toEqual({ isEnabled: true });
    expect(await text(2)).toBe("good;");
    // The one that was asked about last.
    expect(await run("fim.toggleLanguage")).toEqual({ isEnabled: false });
    expect(await ghostText(2)).toBeUndefined();
    expect(await run("fim.toggleLanguage", uri)).toEqual({ isEnabled: true });
    expect(client.takeMessages().map(({ message }) => message)).toEqual([
      "Suggestions are off in two.ts.",
      "Suggestions are on in two.ts.",
      "Suggestions are off in typescript.",
      "Suggestions are on in typescript.",
    ]);
  });

  test("without a document there is nothing to switch", async () => {
    expect(await run("fim.toggleDocument")).toBeNull();
    expect(client.takeMessages()).toHaveLength(1);
  });
});
