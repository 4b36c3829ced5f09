/** Every provider through the built server: from an editor's request to the document with the suggestion in it. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { defaultModels, startFimServer, type FimServer } from "../support/fim-server.ts";
import { environmentFor, serverKinds } from "../support/local-servers.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";
import { startRealServer, whyNoServer } from "./llama-cpp/real-server.ts";

let server: FimServer;
beforeEach(async () => {
  server = await startFimServer();
});
afterEach(() => server.close());

async function editor(settings: Readonly<Record<string, string>>): Promise<LspClient> {
  const client = await startServer({ kind: "spawned", environment: settings });
  onTestFinished(() => client.close());
  return client;
}

test.each(serverKinds)("$name", async (kind) => {
  server.models = kind.lookUps ?? defaultModels;
  server.answer = kind.answer("alpha + beta");
  const client = await editor(environmentFor(kind, server.origin));
  const place = client.open("const sum = ‸;\n");
  expect(await client.inline(place)).toMatchObject({ items: [{ insertText: "alpha + beta" }] });
});

const reason = await whyNoServer();
describe.skipIf(reason !== undefined)(`a real llama.cpp server ${reason ?? ""}`, () => {
  test("a whole suggestion", async () => {
    const real = await startRealServer();
    onTestFinished(() => real.close());
    const client = await editor({
      FIM_PROVIDER_NAME: "llama-cpp",
      FIM_PROVIDER_ENDPOINT: real.origin,
      FIM_WORKSPACE_MODEL_ROLE: "off",
    });
    real.middle = "alpha + beta";
    const place = client.open("const alpha = 1;\nconst beta = 2;\nconst sum = ‸;\n");
    expect(await client.inline(place)).toMatchObject({ items: [{ insertText: "alpha + beta" }] });
  });
});
