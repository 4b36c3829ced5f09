/** The layers of settings, as clients send them, and the commands; through the built server. */
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { json, middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient, type StartOptions } from "../support/lsp-client.ts";

let fim: FimServer;
let count = 0;

beforeAll(async () => {
  fim = await startFimServer();
  fim.answer = middle("good;");
});

afterAll(() => fim.close());

function connect(options: Partial<StartOptions>): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    ...options,
    environment: {
      MISTRAL_API_KEY: "key-for-tests",
      FIM_PROVIDER_ENDPOINT: fim.endpoint,
      ...options.environment,
    },
  });
}

/** What the provider is asked with now. */
async function asked(client: LspClient): Promise<Readonly<Record<string, unknown>>> {
  const before = fim.requests.length;
  await client.inline(client.open(`const setting${++count} = ‸;\n`));
  return fim.requests[before]?.json ?? {};
}

test("without any setting the workspace model answers, and nobody is told anything", async () => {
  const client = await startServer({ kind: "spawned" });
  for (const name of ["a", "b", "c", "d"]) {
    client.open(
      `import { readFileSync, writeFileSync } from "node:fs";\nimport { join } from "node:path";\n\nexport function ${name}(file) {\n  return readFileSync(join(root, file), "utf8");\n}\n‸`,
    );
  }
  const place = client.open("import { readFileSync, wr‸\n");
  const answer = await client.inline(place);
  expect(answer).toMatchObject({
    items: [{ insertText: expect.stringContaining("iteFileSync") }],
  });
  expect(client.takeMessages()).toEqual([]);
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  expect(status).toMatchObject({ hasWorkspaceModel: true, lastOutcome: { kind: "suggested" } });
  expect(status).not.toHaveProperty("provider");
  await client.close();
});

test("lsp-mode is not asked to watch files: it would stop the keys with a question", async () => {
  const client = await connect({ profile: "emacs-lsp-mode" });
  await asked(client);
  const registered = client.serverRequests
    .filter(({ method }) => method === "client/registerCapability")
    .map(({ params }) => JSON.stringify(params));
  expect(registered.join()).not.toContain("didChangeWatchedFiles");
  await client.close();
});

test("no message and no log is of type Error, at which Kate takes the focus from the text", async () => {
  const refusing = await startFimServer();
  refusing.answer = json(401, { message: "Unauthorized" });
  const client = await connect({
    profile: "kate",
    environment: { FIM_PROVIDER_ENDPOINT: refusing.endpoint },
    initializationOptions: { log: { level: "debug" } },
  });
  client.expectErrors();
  await client.inline(client.open("const a = ‸;\n"));
  expect((await client.nextMessage()).type).not.toBe(1);
  client.notify("workspace/didChangeConfiguration", {
    settings: { fim: { provider: { name: 7 } } },
  });
  expect((await client.nextMessage()).type).not.toBe(1);
  expect(client.logs.filter(({ type }) => type === 1)).toEqual([]);
  await client.close();
  await refusing.close();
});

describe("initializationOptions", () => {
  test.each([
    ["flat", { "provider.model": "m1" }],
    ["nested", { provider: { model: "m1" } }],
    ["flat under fim", { fim: { "provider.model": "m1" } }],
    ["nested under fim", { fim: { provider: { model: "m1" } } }],
    ["dotted with fim", { "fim.provider.model": "m1" }],
  ])("%s", async (_, initializationOptions) => {
    const client = await connect({ initializationOptions });
    expect(await asked(client)).toMatchObject({ model: "m1" });
    await client.close();
  });
});

test("each layer wins over the one before, key by key, and says nothing with null or {}", async () => {
  const config = join(mkdtempSync(join(tmpdir(), "fim-config-")), "fim-language-server");
  mkdirSync(config);
  writeFileSync(
    join(config, "config.json"),
    JSON.stringify({ provider: { model: "file", topP: 0.2, temperature: 0.2, randomSeed: 2 } }),
  );
  const client = await connect({
    environment: {
      XDG_CONFIG_HOME: join(config, ".."),
      FIM_PROVIDER_MODEL: "environment",
      FIM_PROVIDER_MIN_TOKENS: "1",
    },
    initializationOptions: { provider: { model: "options", topP: 0.3, temperature: 0.3 } },
    configuration: { fim: { provider: { model: "pulled", topP: 0.4, temperature: null } } },
    onQuestion: () => "Allow once",
  });
  const pulled = { model: "pulled", top_p: 0.4, temperature: 0.3, random_seed: 2, min_tokens: 1 };
  expect(await asked(client)).toMatchObject(pulled);
  expect(client.serverRequests.map(({ method }) => method)).toContain("workspace/configuration");
  for (const settings of [
    null,
    {},
    { fim: null },
    { fim: {} },
    { fim: { provider: {} } },
    undefined,
  ]) {
    client.notify("workspace/didChangeConfiguration", { settings });
  }
  client.notify("workspace/didChangeConfiguration");
  expect(await asked(client)).toMatchObject(pulled);
  client.notify("workspace/didChangeConfiguration", {
    settings: { fim: { provider: { model: "pushed" } } },
  });
  await client.logged(/^mistral at .*/);
  await expect.poll(async () => (await asked(client))["model"]).toBe("pushed");
  expect(await asked(client)).toMatchObject({ ...pulled, model: "pushed" });
  await client.close();
});

test("a client that never answers the pull delays nobody for long", async () => {
  const client = await connect({
    initializeParams: { capabilities: { workspace: { configuration: true } } },
    initialize: false,
  });
  await client.request("initialize", {
    processId: null,
    rootUri: null,
    capabilities: { workspace: { configuration: true } },
  });
  // The test's client refuses: it was given no configuration to answer with.
  client.notify("initialized", {});
  expect(await asked(client)).toHaveProperty("model", "codestral-latest");
  await client.close();
});

test("a --config file inside the workspace sets no endpoint, no key source and no command", async () => {
  const folder = mkdtempSync(join(tmpdir(), "fim-workspace-"));
  const file = join(folder, "fim.json");
  writeFileSync(
    file,
    JSON.stringify({
      provider: {
        endpoint: "http://127.0.0.1:1/v1",
        apiKeyCommand: ["touch", join(folder, "ran")],
        model: "m2",
        topP: 0.5,
      },
    }),
  );
  const client = await connect({
    argv: ["--stdio", "--config", file],
    initializeParams: { workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "w" }] },
  });
  expect(await asked(client)).toMatchObject({ model: "codestral-latest", top_p: 0.5 });
  const [{ message } = { message: "" }, ...others] = client.takeMessages();
  expect(message).toContain("provider.endpoint");
  expect(message).toContain("provider.apiKeyCommand");
  expect(others).toEqual([]);
  await client.close();
});

describe("a workspace that brings settings for the editor", () => {
  const hostile = (folder: string) => ({
    provider: {
      name: "openai",
      endpoint: "http://127.0.0.1:1/v1",
      apiKeyCommand: ["touch", join(folder, "ran")],
      apiKeyEnv: "PATH",
      apiKeyFile: join(folder, "key"),
      allowInsecure: true,
      proxy: "http://127.0.0.1:1",
      caFile: join(folder, "ca.pem"),
    },
    prompt: { maskSecrets: false },
    files: { exclude: ["!.env"], respectIgnoreFiles: false },
  });
  const refused = [
    "provider.name",
    "provider.endpoint",
    "provider.apiKeyCommand",
    "provider.apiKeyEnv",
    "provider.apiKeyFile",
    "provider.allowInsecure",
    "provider.proxy",
    "provider.caFile",
    "prompt.maskSecrets",
    "files.exclude",
    "files.respectIgnoreFiles",
  ];

  test.each(["initializationOptions", "pulled", "pushed", "in a folder added later"])(
    "%s: none of them applies, and one message says so",
    async (layer) => {
      const folder = mkdtempSync(join(tmpdir(), "fim-hostile-"));
      const settings = hostile(folder);
      writeFileSync(join(folder, ".neoconf.json"), JSON.stringify(settings));
      const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: "w" }];
      const client = await connect({
        initializeParams: layer === "in a folder added later" ? {} : { workspaceFolders },
        initializationOptions: layer === "initializationOptions" ? settings : {},
        ...(layer === "pulled" && { configuration: { fim: settings } }),
      });
      if (layer === "in a folder added later") {
        client.notify("workspace/didChangeWorkspaceFolders", {
          event: { added: workspaceFolders, removed: [] },
        });
      }
      if (layer === "pushed" || layer === "in a folder added later") {
        client.notify("workspace/didChangeConfiguration", { settings: { fim: settings } });
      }
      expect((await client.nextMessage()).message).toContain("provider.endpoint");
      await client.logged(/^provider\.endpoint/);
      expect(await asked(client)).toMatchObject({ model: "codestral-latest" });
      expect(fim.requests.at(-1)?.headers["authorization"]).toBe("Bearer key-for-tests");
      const told = client.logs.map(({ message }) => message).join("\n");
      for (const key of refused) expect(told).toContain(key);
      expect(readdirSync(folder)).toEqual([".neoconf.json"]);
      expect(client.takeMessages()).toEqual([]);
      await client.close();
    },
  );
});

test("either method can be switched off, before and after the start", async () => {
  const client = await connect({ initializationOptions: { inlineCompletion: { enabled: false } } });
  const { capabilities } = client.initializeResult as { capabilities: object };
  expect(capabilities).not.toHaveProperty("inlineCompletionProvider");
  expect(capabilities).toHaveProperty("completionProvider");
  const place = client.open(`const off${++count} = ‸;\n`);
  expect(await client.inline(place)).toEqual({ items: [] });
  expect(await client.menu(place)).toMatchObject({ items: [{ label: expect.any(String) }] });
  client.notify("workspace/didChangeConfiguration", {
    settings: { completion: { enabled: false } },
  });
  await expect.poll(() => client.menu(place)).toBeNull();
  await client.close();
});

test("what the client can be asked for is registered, and nothing else", async () => {
  const dynamic = { dynamicRegistration: true };
  const client = await connect({
    initializeParams: {
      capabilities: {
        workspace: { didChangeConfiguration: dynamic, didChangeWatchedFiles: dynamic },
      },
    },
  });
  await asked(client);
  const [{ params } = { params: undefined }] = client.serverRequests.filter(
    ({ method }) => method === "client/registerCapability",
  );
  const { registrations } = params as {
    registrations: {
      method: string;
      registerOptions: { watchers?: { globPattern: string }[] };
    }[];
  };
  expect(registrations.map(({ method }) => method)).toEqual([
    "workspace/didChangeConfiguration",
    "workspace/didChangeWatchedFiles",
  ]);
  const globs = registrations.flatMap(({ registerOptions: { watchers = [] } }) =>
    watchers.map(({ globPattern }) => globPattern),
  );
  expect(globs).toEqual([
    "**/.{gitignore,fimignore}",
    expect.stringMatching(
      /^\*\*\/\*\.\{(?=.*\bts,)(?=.*\bpy,)(?!.*\b(?:o|log|pyc|lock)[,}])[^{}*]+\}$/,
    ),
  ]);
  client.notify("workspace/didChangeWatchedFiles", {
    changes: [{ uri: "file:///a.ts", type: 2 }, null],
  });
  client.notify("workspace/didChangeWatchedFiles", null);
  client.notify("workspace/didChangeWorkspaceFolders", {
    event: { added: [{ uri: pathToFileURL(tmpdir()).href, name: "t" }, null], removed: null },
  });
  client.notify("workspace/didChangeWorkspaceFolders", {
    event: { added: [], removed: [{ uri: pathToFileURL(tmpdir()).href, name: "t" }] },
  });
  expect(await asked(client)).toHaveProperty("model");
  await client.close();
});

describe("commands", () => {
  const run = (client: LspClient, command: string, ...given: unknown[]) =>
    client.request("workspace/executeCommand", { command, arguments: given });

  test("enable, disable and toggle", async () => {
    const client = await connect({});
    const place = client.open(`const command${++count} = ‸;\n`);
    expect(await run(client, "fim.disable")).toEqual({ isEnabled: false });
    expect(await client.inline(place)).toEqual({ items: [] });
    expect(await client.menu(place)).toEqual({ isIncomplete: false, items: [] });
    expect(await run(client, "fim.toggle")).toEqual({ isEnabled: true });
    expect(await client.inline(place)).toMatchObject({ items: [{ insertText: "good;" }] });
    expect(await run(client, "fim.toggle")).toEqual({ isEnabled: false });
    expect(await run(client, "fim.enable")).toEqual({ isEnabled: true });
    expect(client.takeMessages()).toEqual(
      ["off", "on", "off", "on"].map((word) => ({ type: 3, message: `Suggestions are ${word}.` })),
    );
    await client.close();
  });

  test("status returns and logs what happened; accepted suggestions are counted once", async () => {
    const client = await connect({});
    const answer = (await client.inline(client.open(`const status${++count} = ‸;\n`))) as {
      items: { command: { command: string; arguments: unknown[] } }[];
    };
    const { command, arguments: given } = answer.items[0]?.command ?? {
      command: "",
      arguments: [],
    };
    expect(command).toBe("fim.suggestionAccepted");
    for (let times = 0; times < 2; times++) expect(await run(client, command, ...given)).toBeNull();
    expect(await run(client, command, "no such suggestion")).toBeNull();
    expect(await run(client, command)).toBeNull();
    expect(await run(client, "fim.status")).toMatchObject({
      isEnabled: true,
      provider: {
        name: "mistral",
        model: "codestral-latest",
        endpoint: fim.endpoint,
        state: { kind: "ready" },
      },
      lastOutcome: { kind: "suggested" },
      counters: { requests: 1, shown: 1, accepted: 1 },
    });
    expect(await client.logged(/^status: Ready: codestral-latest answers\./)).toContain(
      "1 accepted",
    );
    expect(JSON.stringify(client.logs)).not.toContain("key-for-tests");
    await client.close();
  });

  test("clearCache forgets the answers", async () => {
    const client = await connect({});
    const place = client.open(`const cache${++count} = ‸;\n`);
    const before = fim.requests.length;
    for (let times = 0; times < 3; times++) await client.inline(place);
    expect(fim.requests.length - before).toBe(1);
    expect(await run(client, "fim.clearCache")).toBeNull();
    await client.inline(place);
    expect(fim.requests.length - before).toBe(2);
    await client.close();
  });

  test("unknown and malformed commands are refused", async () => {
    const client = await connect({});
    for (const params of [{ command: "fim.nothing" }, { command: 7 }, null, undefined, []]) {
      const { error } = await client.send("workspace/executeCommand", params).answer;
      expect(error?.code).toBe(-32602);
    }
    client.expectErrors();
    await client.close();
  });
});

test("--log-level decides what is logged, $/setTrace what is traced", async () => {
  const client = await connect({ argv: ["--stdio", "--log-level=off"] });
  await asked(client);
  expect([client.logs, client.traces]).toEqual([[], []]);
  client.notify("$/setTrace", { value: "messages" });
  await asked(client);
  expect(client.traces).toEqual([
    expect.stringMatching(/^textDocument\/inlineCompletion was answered in .* ms$/),
  ]);
  client.notify("$/setTrace", { value: "off" });
  client.notify("$/setTrace", null);
  await asked(client);
  expect(client.traces).toHaveLength(1);
  expect(client.logs).toEqual([]);
  await client.close();
});

test("a --log-file that cannot be written is told once, and the server goes on", async () => {
  const argv = ["--stdio", "--log-file=/nonexistent/server.log", "--log-level", "debug"];
  const client = await connect({ argv });
  await asked(client);
  await client.request("shutdown");
  client.notify("exit");
  expect(await client.server.exited).toBe(0);
  const told = client.server.errorOutput().trimEnd().split("\n");
  expect(told).toEqual([expect.stringMatching(/\/nonexistent\/server\.log.*--log-file.*ENOENT/)]);
});

test("--log-file takes the log too, in a file of one's own", async () => {
  const { readFileSync, statSync } = await import("node:fs");
  const file = join(mkdtempSync(join(tmpdir(), "fim-log-")), "server.log");
  const client = await connect({ argv: ["--stdio", `--log-file=${file}`, "--log-level", "debug"] });
  await asked(client);
  await client.close();
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT.* info client without a name: profile/m);
  expect(text).not.toContain("key-for-tests");
  expect(text).not.toContain(`const setting${count}`);
  expect(process.platform === "win32" ? 0 : statSync(file).mode & 0o077).toBe(0);
});
