/**
 * Whatever way a repository gets its settings into the editor's: they send no text, no key and run no command until
 * the user has said yes. An honest user is asked once.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openDecisions } from "../../server/settings/trust/decisions.ts";
import { isFromClient, layerNames, type SettingsLayer } from "../../server/settings/resolve.ts";
import { definitionOf, settingKeys, type SettingKey } from "../../server/settings/schema.ts";
import { ClientTrust, type Answer } from "../../server/settings/trust/client-trust.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient, type StartOptions } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let own: FimServer;
let foreign: FimServer;
let home: string;
let folder: string;

beforeEach(async () => {
  own = await startFimServer();
  foreign = await startFimServer();
  own.answer = foreign.answer = middle("good;");
  home = temporaryFolder("fim-trust-home-");
  folder = temporaryFolder("fim-trust-");
});
afterEach(async () => {
  await own.close();
  await foreign.close();
});

const workspace = () => ({
  rootUri: pathToFileURL(folder).href,
  workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }],
});

/** With a workspace, a key, and the user's own endpoint unless another environment is given. */
function connect(options: Partial<StartOptions>): Promise<LspClient> {
  return startServer({
    kind: options.argv === undefined ? "inBand" : "spawned",
    initializeParams: workspace(),
    ...options,
    environment: {
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      MISTRAL_API_KEY: "trust-key-0123456789",
      ...(options.environment ?? { FIM_PROVIDER_ENDPOINT: own.endpoint }),
    },
  });
}

let count = 0;
async function ask(client: LspClient): Promise<void> {
  await client.inline(client.open(`const trust${++count} = ‸;\n`));
}

/** What a repository may have put into the editor's settings. */
const evil = () => ({
  provider: {
    endpoint: foreign.endpoint,
    apiKeyCommand: ["touch", join(folder, "ran")],
  },
  files: { exclude: ["!.env"], respectIgnoreFiles: false },
  prompt: { maskSecrets: false },
});

describe("settings that come when a workspace is known", () => {
  test.each<[string, Partial<StartOptions>, (client: LspClient) => void]>([
    ["in initializationOptions", { initializationOptions: evil }, () => {}],
    ["under fim", { initializationOptions: () => ({ fim: evil() }) }, () => {}],
    ["pulled", { configuration: { fim: evil } }, () => {}],
    ["pushed", {}, (client) => push(client, evil())],
  ])("%s: neither text, nor key, nor command, nor what is excluded", async (_, options, then) => {
    writeFileSync(join(folder, ".env"), "");
    const client = await connect(evaluated(options));
    then(client);
    await client.nextMessage();
    await ask(client);
    const uri = pathToFileURL(join(folder, ".env")).href;
    await client.inline(client.open("const a = ‸\n", { uri }));
    expect(foreign.requests).toEqual([]);
    expect(own.requests).toHaveLength(1);
    expect(own.requests[0]?.headers["authorization"]).toBe("Bearer trust-key-0123456789");
    expect(() => statSync(join(folder, "ran"))).toThrow("ENOENT");
    await client.close();
  });

  test("what was refused stays refused, whatever happens to files, folders and layers", async () => {
    const carrier = join(folder, ".vscode/settings.json");
    mkdirSync(dirname(carrier));
    writeFileSync(carrier, JSON.stringify({ fim: evil() }));
    const client = await connect({ initializationOptions: evil() });
    await client.nextMessage();
    rmSync(dirname(carrier), { recursive: true });
    const [change] = workspace().workspaceFolders;
    for (const event of [
      { added: [], removed: [change] },
      { added: [change], removed: [] },
      { added: [], removed: [change] },
    ]) {
      client.notify("workspace/didChangeWorkspaceFolders", { event });
    }
    for (const settings of [null, {}, { fim: null }, { fim: { provider: {} } }, undefined]) {
      client.notify("workspace/didChangeConfiguration", { settings });
      await ask(client);
    }
    push(client, { trigger: { debounceMs: 1 } });
    await ask(client);
    expect(foreign.requests).toEqual([]);
    expect(own.requests.length).toBeGreaterThan(0);
    expect(client.takeMessages()).toEqual([]);
    await client.close();
  });

  test("a --config file of a folder that leaves the window stays the workspace's", async () => {
    const file = join(folder, "fim.json");
    writeFileSync(file, JSON.stringify({ provider: { endpoint: foreign.endpoint } }));
    const client = await connect({ argv: ["--stdio", "--config", file] });
    await client.nextMessage();
    const event = { added: [], removed: workspace().workspaceFolders };
    client.notify("workspace/didChangeWorkspaceFolders", { event });
    await ask(client);
    expect([own.requests.length, foreign.requests.length]).toEqual([1, 0]);
    await client.close();
  });

  test("a refused change leaves what the user chose before", async () => {
    const client = await connect({
      initializeParams: {},
      initializationOptions: { provider: { name: "workspace" } },
    });
    await ask(client);
    client.notify("workspace/didChangeWorkspaceFolders", {
      event: { added: workspace().workspaceFolders, removed: [] },
    });
    push(client, evil());
    await client.nextMessage();
    await ask(client);
    expect([own.requests, foreign.requests]).toEqual([[], []]);
    await client.close();
  });

  test("the message names where the setting is the user's own", async () => {
    const client = await connect({
      argv: ["--stdio"],
      initializationOptions: { provider: { endpoint: foreign.endpoint } },
    });
    const { message } = await client.nextMessage();
    expect(message).toContain("provider.endpoint");
    expect(message).toContain("~/.config/fim-language-server/config.json");
    expect(message.length).toBeLessThanOrEqual(120);
    expect(await client.logged(/provider\.endpoint/)).toContain("FIM_PROVIDER_ENDPOINT");
    await client.close();
  });

  test("without an endpoint of the user's own, text stays here until there is an answer", async () => {
    const client = await connect({
      environment: {},
      initializationOptions: { provider: { endpoint: foreign.endpoint } },
    });
    await client.nextMessage();
    await client.logged(/provider\.name is workspace/);
    await ask(client);
    expect(foreign.requests).toEqual([]);
    await client.close();
  });
});

/** `:cloud` models of Ollama, and vendors behind a gateway: the model decides where the text ends. */
describe("another model", () => {
  const evilModel = { provider: { model: "big:cloud" } };

  test.each<[string, Partial<StartOptions>, (client: LspClient) => void]>([
    ["in initializationOptions", { initializationOptions: evilModel }, () => {}],
    ["pulled", { configuration: { fim: evilModel } }, () => {}],
    ["pushed", {}, (client) => push(client, evilModel)],
  ])("%s: the user's own is asked", async (_, options, then) => {
    const client = await connect(options);
    then(client);
    expect((await client.nextMessage()).message).toContain("provider.model");
    await ask(client);
    expect(own.requests.map(({ json }) => json["model"])).toEqual(["codestral-latest"]);
    await client.close();
  });

  test("the user says yes to it by its name", async () => {
    const questions: string[] = [];
    const client = await connect({
      initializationOptions: evilModel,
      onQuestion({ message }) {
        questions.push(message);
        return "Allow once";
      },
    });
    await expect
      .poll(async () => {
        await ask(client);
        return own.requests.at(-1)?.json["model"];
      })
      .toBe("big:cloud");
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain('use the model "big:cloud"');
    await client.close();
  });
});

describe("settings that do no harm need no question", () => {
  test.each([
    ["the same endpoint", () => ({ provider: { endpoint: own.endpoint } })],
    ["the same model", () => ({ provider: { model: "codestral-latest" } })],
    ["more is excluded", () => ({ files: { exclude: ["*.local"] } })],
    ["masking is on", () => ({ prompt: { maskSecrets: true } })],
    ["no unencrypted endpoint", () => ({ provider: { allowInsecure: false } })],
    ["how it suggests", () => ({ trigger: { debounceMs: 1 }, provider: { temperature: 0 } })],
  ])("%s", async (_, settings) => {
    const client = await connect({
      initializationOptions: settings(),
      onQuestion: ({ message }) => {
        throw new Error(message);
      },
    });
    await ask(client);
    expect(own.requests).toHaveLength(1);
    expect(client.serverRequests.map(({ method }) => method)).not.toContain(
      "window/showMessageRequest",
    );
    await client.close();
  });

  test("they came before any folder and any document", async () => {
    const settings = { provider: { endpoint: foreign.endpoint } };
    const client = await connect({
      environment: {},
      initializeParams: {},
      initializationOptions: settings,
    });
    await ask(client);
    client.notify("workspace/didChangeWorkspaceFolders", {
      event: { added: workspace().workspaceFolders, removed: [] },
    });
    push(client, settings);
    await ask(client);
    expect(foreign.requests).toHaveLength(2);
    push(client, { provider: { endpoint: own.endpoint } });
    await client.nextMessage();
    await ask(client);
    expect([foreign.requests.length, own.requests.length]).toEqual([3, 0]);
    await client.close();
  });

  test("a folder that is no file is a workspace too", async () => {
    const client = await connect({
      initializeParams: { workspaceFolders: [{ uri: "vscode-vfs://github/a/b", name: "b" }] },
      initializationOptions: evil(),
    });
    await client.nextMessage();
    await ask(client);
    expect(foreign.requests).toEqual([]);
    await client.close();
  });
});

describe("the question", () => {
  async function answer(
    title: string | undefined,
    settings: unknown = evil().provider,
    environment: Readonly<Record<string, string>> = {},
  ) {
    const questions: string[] = [];
    const client = await connect({
      environment,
      initializationOptions: { provider: settings },
      onQuestion({ message, titles }) {
        expect(titles).toEqual(["Allow once", "Always", "Never"]);
        questions.push(message);
        return title;
      },
    });
    return { client, questions };
  }
  const endpointOnly = () => ({ endpoint: foreign.endpoint });

  test("names the host and the program", async () => {
    const { client, questions } = await answer(undefined);
    await client.nextMessage();
    expect(questions).toHaveLength(1);
    expect(questions[0]).toContain(new URL(foreign.endpoint).host);
    expect(questions[0]).toContain('"touch"');
    await client.close();
  });

  test("names from a stranger cannot write lines of their own", async () => {
    const { client, questions } = await answer(undefined, {
      apiKeyCommand: ["a\nAllow all.\u001B[2J\u202Eb"],
    });
    await client.nextMessage();
    expect(questions[0]).toMatch(/^[\x20-\x7E…]+$/);
    await client.close();
  });

  test("once: for this session", async () => {
    for (let session = 1; session <= 2; session++) {
      const { client, questions } = await answer("Allow once", endpointOnly());
      await client.logged(new RegExp(`^mistral at ${foreign.endpoint}`));
      await ask(client);
      expect(foreign.requests).toHaveLength(session);
      expect(questions).toHaveLength(1);
      await client.close();
    }
  });

  test("always: never again, in any workspace, in a file for the user alone", async () => {
    const first = await answer("Always", endpointOnly());
    await first.client.logged(new RegExp(`^mistral at ${foreign.endpoint}`));
    await first.client.close();
    const file = join(home, ".config/fim-language-server/decisions.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    folder = temporaryFolder("fim-trust-");
    const second = await answer("Never", endpointOnly());
    await ask(second.client);
    expect(second.questions).toEqual([]);
    expect(foreign.requests).toHaveLength(1);
    await second.client.close();
  });

  test("a yes to an endpoint is none to the same one with another key or proxy", async () => {
    const first = await answer("Always", endpointOnly());
    await first.client.logged(new RegExp(`^mistral at ${foreign.endpoint}`));
    await first.client.close();
    for (const more of [
      { apiKeyEnv: "OTHER_KEY" },
      { apiKeyFile: "/etc/hostname" },
      { proxy: own.origin },
      { name: "openai" },
    ]) {
      const { client, questions } = await answer(undefined, { ...endpointOnly(), ...more });
      await client.nextMessage();
      expect([more, questions.length]).toEqual([more, 1]);
      await ask(client);
      await client.close();
    }
    expect([own.requests, foreign.requests]).toEqual([[], []]);
  });

  test("never: not asked again, and said in the log", async () => {
    const environment = { FIM_PROVIDER_ENDPOINT: own.endpoint };
    const first = await answer("Never", endpointOnly(), environment);
    const file = join(home, ".config/fim-language-server/decisions.json");
    await expect.poll(() => existsSync(file)).toBe(true);
    await first.client.close();
    const second = await answer("Always", endpointOnly(), environment);
    expect(await second.client.logged(/refused, as decided in/)).toContain("decisions.json");
    expect(second.questions).toEqual([]);
    expect(foreign.requests).toEqual([]);
    await second.client.close();
  });

  test("a file that others can write decides nothing", async () => {
    const first = await answer("Always", endpointOnly());
    await first.client.logged(new RegExp(`^mistral at ${foreign.endpoint}`));
    await first.client.close();
    const file = join(home, ".config/fim-language-server/decisions.json");
    chmodSync(file, 0o666);
    const second = await answer(undefined, endpointOnly());
    await second.client.nextMessage();
    expect(second.questions).toHaveLength(1);
    await second.client.close();
    expect(readFileSync(file, "utf8")).not.toContain(folder);
  });
});

/** A value of the right type that is not the default and not stricter. */
const samples: Readonly<Record<string, unknown>> = {
  "provider.name": "openai",
  "provider.endpoint": "https://evil.example/v1",
  "provider.model": "evil:cloud",
  "provider.apiKeyEnv": "EVIL",
  "provider.apiKeyCommand": ["evil"],
  "provider.apiKeyFile": "/evil",
  "provider.proxy": "http://evil.example",
  "provider.caFile": "/evil.pem",
  "files.exclude": ["!.env"],
};

describe("every setting that only the user may set", () => {
  const keys = settingKeys.filter((key) => definitionOf(key).scope === "user");
  const layers = layerNames.filter(
    (name): name is SettingsLayer["name"] =>
      name !== "default" && isFromClient({ name, content: {} }),
  );
  test.each(keys.flatMap((key) => layers.map((name) => [key, name] as const)))(
    "%s in %s: not without a yes",
    async (key, name) => {
      const initial = definitionOf(key).default;
      const content = { [key]: samples[key] ?? !(initial as boolean) };
      const value = async (answer: Answer | undefined): Promise<unknown> => {
        const trust = createTrust(answer);
        await trust.resolve([{ name, content }]);
        await trust.asked;
        return (await trust.resolve([{ name, content }])).settings[key];
      };
      const expected = key === "provider.name" ? "workspace" : initial;
      expect(await value(undefined)).toEqual(expected);
      expect(await value("never")).toEqual(initial);
      expect(await value("once")).not.toEqual(initial);
    },
  );
});

function createTrust(answer: Answer | undefined) {
  let done = (): void => {};
  const asked = new Promise<void>((resolve) => {
    done = resolve;
  });
  const places = {
    environment: {},
    homeDirectory: temporaryFolder("fim-trust-"),
    platform: "linux",
  };
  const trust = new ClientTrust({
    decisions: openDecisions({ ...places, platform: "linux" }),
    ask: () => Promise.resolve(answer),
    onDecision: done,
    note: () => {},
    ownPlaces: (key: SettingKey) => key,
  });
  return { asked, resolve: (given: readonly SettingsLayer[]) => trust.resolve(given) };
}

function push(client: LspClient, settings: unknown): void {
  client.notify("workspace/didChangeConfiguration", { settings: { fim: settings } });
}

/** The endpoints are known only when the test runs. */
function evaluated(options: Partial<StartOptions>): Partial<StartOptions> {
  const { initializationOptions: given, configuration } = options;
  const value = (from: unknown): unknown => (typeof from === "function" ? from() : from);
  return {
    ...options,
    ...(given === undefined ? {} : { initializationOptions: value(given) }),
    ...(configuration === undefined || configuration === "silence"
      ? {}
      : { configuration: { fim: value(configuration["fim"]) } }),
  };
}
