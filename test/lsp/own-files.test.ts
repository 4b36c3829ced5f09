/** The user's files, edited while the server runs: what they say is in force at the next key, and the editor says so. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { json, middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

let fim: FimServer;
let count = 0;

beforeAll(async () => {
  fim = await startFimServer();
  fim.answer = middle(() => `value${++count};`);
});

afterAll(() => fim.close());

async function connect(environment: Readonly<Record<string, string>> = {}) {
  const home = temporaryFolder("fim-own-files-");
  const folder = join(home, "fim-language-server");
  const file = join(folder, "config.json");
  mkdirSync(folder);
  const write = (settings: unknown): void =>
    writeFileSync(file, typeof settings === "string" ? settings : JSON.stringify(settings));
  const start = (): Promise<LspClient> =>
    startServer({
      kind: "spawned",
      environment: {
        MISTRAL_API_KEY: "key-for-tests",
        FIM_PROVIDER_ENDPOINT: fim.endpoint,
        XDG_CONFIG_HOME: home,
        ...environment,
      },
    });
  return { file, folder, write, start };
}

/** The request that the provider gets for a new document. */
async function asked(client: LspClient) {
  const before = fim.requests.length;
  await client.inline(client.open(`const setting${++count} = ‸;\n`));
  return fim.requests[before];
}

/** Of the messages since the last time, those about a file that was read again. */
function notices(client: LspClient): readonly string[] {
  const messages = client.takeMessages().map(({ message }) => message);
  return messages.filter((message) => message.includes("read again"));
}

/** One key in a document, as after a pause. */
function press(client: LspClient): void {
  client.change(client.open(`const key${++count} = ‸;\n`), `const key${count} = a‸;\n`);
}

test("a configuration file that is edited, put there or removed counts from the next key on", async () => {
  const { file, write, start } = await connect();
  const client = await start();
  const usual = (await asked(client))?.json["model"];
  write({ "provider.model": "first" });
  press(client);
  expect(await client.nextMessage()).toEqual({
    type: 3,
    message: `The settings were read again from ${file}.`,
  });
  expect((await asked(client))?.json).toMatchObject({ model: "first" });
  rmSync(file);
  await client.request("workspace/executeCommand", { command: "fim.enable" });
  expect(notices(client)).toHaveLength(1);
  expect((await asked(client))?.json["model"]).toBe(usual);
  await client.close();
});

test("what is edited is in force when suggestions are switched on, and a broken file is told", async () => {
  const { write, start } = await connect();
  write({ provider: { model: "first" } });
  const client = await start();
  expect((await asked(client))?.json).toMatchObject({ model: "first" });
  write('{ "provider": { "model": "second" }, // a comment\n}');
  await client.request("workspace/executeCommand", { command: "fim.enable" });
  expect(notices(client)).toHaveLength(1);
  expect((await asked(client))?.json).toMatchObject({ model: "second" });
  write("{ provider");
  await client.request("workspace/executeCommand", { command: "fim.enable" });
  expect(client.takeMessages().map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^Settings ignored/),
  );
  await client.close();
});

test("files that stay as they are cause no message, whatever is typed and switched", async () => {
  const { write, start } = await connect();
  write({ "provider.model": "first" });
  const client = await start();
  await asked(client);
  press(client);
  for (const command of ["fim.disable", "fim.enable", "fim.toggle", "fim.toggle"]) {
    await client.request("workspace/executeCommand", { command });
  }
  expect((await asked(client))?.json).toMatchObject({ model: "first" });
  expect(notices(client)).toEqual([]);
  await client.close();
});

test("a key file that is corrected after a refusal counts from the next key on", async () => {
  const { folder, write, start } = await connect({ MISTRAL_API_KEY: "" });
  const keyFile = join(folder, "key");
  // As editors save: never half a file.
  const save = (key: string): void => {
    writeFileSync(`${keyFile}.new`, `${key}\n`, { mode: 0o600 });
    renameSync(`${keyFile}.new`, keyFile);
  };
  save("refused");
  write({ "provider.apiKeyFile": keyFile });
  const good = fim.answer;
  fim.answer = (exchange) =>
    exchange.headers["authorization"] === "Bearer corrected"
      ? good(exchange)
      : json(401, { message: "Unauthorized" })(exchange);
  const client = await start();
  await asked(client);
  expect((await client.nextMessage()).message).toContain("Check the key");
  save("corrected");
  press(client);
  expect((await client.nextMessage()).message).toBe(`The file ${keyFile} was read again.`);
  expect((await asked(client))?.headers["authorization"]).toBe("Bearer corrected");
  fim.answer = good;
  await client.close();
});
