/** Every provider through the built server: from an editor's request to the document with the suggestion in it. */
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";

import { byPath, json, middle, type Answer } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { completions, generate, infill } from "../support/local-answers.ts";
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

interface Case {
  readonly name: string;
  /** Behind the origin. */
  readonly base?: string;
  readonly model?: string;
  readonly lookUps?: Answer;
  readonly answer: Answer;
}

const cases: readonly Case[] = [
  { name: "mistral", base: "/v1", answer: middle("alpha + beta") },
  { name: "deepseek", base: "/beta", answer: completions("alpha + beta") },
  {
    name: "openai",
    base: "/v1",
    lookUps: json(200, { data: [{ id: "qwen2.5-coder" }] }),
    answer: completions("alpha + beta"),
  },
  {
    name: "ollama",
    model: "qwen2.5-coder:7b",
    answer: byPath({
      "/api/show": json(200, { capabilities: ["insert"] }),
      "/api/generate": generate("alpha + beta"),
    }),
  },
  {
    name: "llama-cpp",
    lookUps: byPath({
      "/health": json(200, { status: "ok" }),
      "/props": json(200, { default_generation_settings: { n_ctx: 8192 } }),
    }),
    answer: infill("alpha + beta"),
  },
];

test.each(cases)("$name", async ({ name, base = "", model, lookUps, answer }) => {
  if (lookUps !== undefined) server.models = lookUps;
  server.answer = answer;
  const client = await editor({
    FIM_PROVIDER_NAME: name,
    FIM_PROVIDER_ENDPOINT: server.origin + base,
    MISTRAL_API_KEY: "key-of-the-test",
    DEEPSEEK_API_KEY: "key-of-the-test",
    FIM_WORKSPACE_MODEL_ROLE: "off",
    ...(model !== undefined && { FIM_PROVIDER_MODEL: model }),
  });
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
