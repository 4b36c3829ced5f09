/** Which provider the settings and the environment lead to, and what the user is told about it. */
import { expect, onTestFinished, test } from "vitest";

import { systemClock } from "../../server/base/clock.ts";
import { silentLog } from "../../server/base/log.ts";
import {
  chooseProvider,
  type ProviderChoice,
} from "../../server/session/provider/provider-choice.ts";
import { defaultSettings, type Settings } from "../../server/settings/schema.ts";
import { byPath, json } from "../support/fim-answers.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { consentOf } from "../support/server-consent.ts";
import { startFimServer } from "../support/fim-server.ts";

async function choice(
  settings: Partial<Settings>,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProviderChoice> {
  const dependencies = { clock: systemClock, log: silentLog, environment, localServers: [] };
  const chosen = await chooseProvider({ ...defaultSettings, ...settings }, dependencies);
  onTestFinished(async () => chosen.provider?.close());
  return chosen;
}

const codestral = "https://codestral.mistral.ai/v1";
const mistral = "https://api.mistral.ai/v1";
const both = { CODESTRAL_API_KEY: "codestral-key", MISTRAL_API_KEY: "mistral-key" };

test.each([
  ["a Codestral key", {}, { CODESTRAL_API_KEY: " codestral-key\n" }, codestral],
  ["a Mistral key", {}, { MISTRAL_API_KEY: "mistral-key" }, mistral],
  ["both keys", {}, both, codestral],
  ["both keys and an endpoint", { "provider.endpoint": mistral }, both, mistral],
  ["a named variable", { "provider.apiKeyEnv": "MY_KEY" }, { MY_KEY: "k1234567" }, mistral],
  [
    "a gateway and a named variable",
    { "provider.endpoint": "https://gateway.example/v1", "provider.apiKeyEnv": "MISTRAL_API_KEY" },
    both,
    "https://gateway.example/v1",
  ],
])("%s", async (_name, settings, environment, endpoint) => {
  const chosen = await choice(settings, environment);
  expect(chosen.provider).toMatchObject({ name: "mistral", endpoint });
  expect(chosen.problem).toBeUndefined();
  expect(chosen.reason).toContain(endpoint);
  for (const key of Object.values(environment)) expect(chosen.reason).not.toContain(key.trim());
});

test("no key: the workspace model answers, and that is no problem", async () => {
  const chosen = await choice({});
  expect(chosen.provider).toBeUndefined();
  expect(chosen.problem).toBeUndefined();
  expect(chosen.reason).toContain("No key was found");
});

test("a key of another host is withheld, and the reason says how to name one", async () => {
  const settings = { "provider.endpoint": "https://gateway.example/v1" };
  const chosen = await choice(settings, { MISTRAL_API_KEY: "mistral-key" });
  expect(chosen.provider).toBeUndefined();
  expect(chosen.reason).toContain("gateway.example");
  expect(chosen.reason).toContain("provider.apiKeyEnv");
});

test("no key, but a model server on this machine: it takes over when it is found", async () => {
  const server = await startFimServer();
  onTestFinished(() => server.close());
  server.models = byPath({ "/props": json(200, { default_generation_settings: { n_ctx: 4096 } }) });
  const chosen = await chooseProvider(defaultSettings, {
    // Its time stands still: no deadline passes, however slow this machine is.
    clock: createFakeClock(),
    log: silentLog,
    environment: {},
    localServers: [{ name: "llama-cpp", endpoint: server.origin }],
    serverConsent: consentOf("always"),
  });
  expect(chosen.provider).toBeUndefined();
  const better = await chosen.search?.();
  onTestFinished(async () => better?.provider?.close());
  expect(better?.provider).toMatchObject({ name: "llama-cpp", endpoint: server.origin });
  expect(better?.reason).toContain("runs on this machine");
  // Nothing but what it is was asked.
  expect(server.requests).toHaveLength(0);
});

test("a template of the settings is the provider's", async () => {
  const custom = {
    text: "<S>{suffix}<P>{prefix}<M>",
    sentinels: ["<S>", "<P>", "<M>"],
    stops: ["<S>"],
  };
  const chosen = await choice({ "provider.name": "openai", "template.custom": custom });
  expect(chosen.provider?.shape).toMatchObject({
    kind: "rendered",
    order: "suffixFirst",
    template: { family: "custom", ...custom },
  });
});

test("the workspace model by name, whatever keys there are", async () => {
  expect((await choice({ "provider.name": "workspace" }, both)).provider).toBeUndefined();
});

test("a key of the environment is not sent to a host that it does not belong to", async () => {
  const chosen = await choice({ "provider.endpoint": "https://gateway.example/v1" }, both);
  expect(chosen.provider).toBeUndefined();
});

test("Mistral by name without a key names what to set", async () => {
  const chosen = await choice({ "provider.name": "mistral" });
  expect(chosen.provider).toBeUndefined();
  expect(chosen.problem).toContain("MISTRAL_API_KEY");
  expect(chosen.problem).toContain("provider.apiKeyCommand");
});

test("a key source that fails is a problem, not a search for other keys", async () => {
  const chosen = await choice({ "provider.apiKeyFile": "/nowhere/key" }, both);
  expect(chosen.provider).toBeUndefined();
  expect(chosen.problem).toContain("/nowhere/key");
});

test("an endpoint that is no URL is a problem", async () => {
  const chosen = await choice({
    "provider.endpoint": "https://user:secret@host/v1",
    "provider.apiKeyCommand": ["printf", "key-1234"],
  });
  expect(chosen.provider).toBeUndefined();
  expect(chosen.problem).toContain("provider.endpoint");
  expect(chosen.problem).not.toContain("secret");
});
