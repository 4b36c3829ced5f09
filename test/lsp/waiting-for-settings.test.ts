/**
 * Menus that come while the server still waits for its settings or its key, through the built server: an
 * editor that asks nothing while a request is outstanding must not wait for them.
 */
import { afterAll, beforeAll, expect, test } from "vitest";

import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";

let fim: FimServer;

beforeAll(async () => {
  fim = await startFimServer();
  fim.answer = middle("good;");
});

afterAll(() => fim.close());

/** The client is asked for its settings and does not answer. */
function connect(settings: Readonly<Record<string, unknown>> = {}): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    profile: "helix-25.07",
    environment: { MISTRAL_API_KEY: "key-for-tests", FIM_PROVIDER_ENDPOINT: fim.endpoint },
    initializationOptions: { "workspaceModel.role": "off", ...settings },
    configuration: "silence",
  });
}

/** Logged when the settings are applied. */
const chosen = /^mistral at/;

function hasChosen({ logs }: LspClient): boolean {
  return logs.some(({ message }) => chosen.test(message));
}

test("a change of the document answers the menu before there are settings", async () => {
  const client = await connect({ "completion.latencyBudgetMs": 10_000 });
  const place = client.open("const a = ‸\n");
  const menu = client.menu(place);
  client.change(place, "const a = b‸\n");
  expect(await menu).toMatchObject({ items: [] });
  expect(hasChosen(client)).toBe(false);
  await client.close();
});

test("a newer menu answers the older one, and the settings the newer one", async () => {
  const client = await connect({ "completion.latencyBudgetMs": 10_000 });
  const place = client.open("const a = ‸\n");
  const older = client.menu(place);
  const newer = client.menu(place);
  expect(await older).toMatchObject({ items: [] });
  expect(hasChosen(client)).toBe(false);
  expect(await newer).toMatchObject({ items: [{ label: "good;" }] });
  expect(hasChosen(client)).toBe(true);
  await client.close();
});

test("the menu's budget passes before there are settings", async () => {
  const client = await connect({ "completion.latencyBudgetMs": 20 });
  expect(await client.menu(client.open("const a = ‸\n"))).toMatchObject({ items: [] });
  expect(hasChosen(client)).toBe(false);
  await client.close();
});

test("a key command that hangs holds back neither", async () => {
  const client = await connect({
    "completion.latencyBudgetMs": 20,
    "provider.apiKeyCommand": [process.execPath, "-e", "setInterval(() => {}, 1000)"],
  });
  const place = client.open("const b = ‸\n");
  expect(await client.menu(place)).toMatchObject({ items: [] });
  const menu = client.menu(place);
  client.change(place, "const b = c‸\n");
  expect(await menu).toMatchObject({ items: [] });
  expect(hasChosen(client)).toBe(false);
  await client.close();
});
