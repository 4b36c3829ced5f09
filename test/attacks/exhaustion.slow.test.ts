/** What is large, endless or odd in the world around the server costs little and is told in one line. */
import { execFileSync, spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { printable } from "../../server/base/printable.ts";
import { resolveSettings } from "../../server/settings/resolve.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { builtServer } from "../support/built-server.ts";
import { startServer } from "../support/lsp-client.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

test("100,000 unknown settings are told in few lines, and the known one applies", async () => {
  const unknown = Object.fromEntries(
    Array.from({ length: 100_000 }, (_, at) => [`provider.modul${at}`, at]),
  );
  const content = { ...unknown, "trigger.debounceMs": 7 };
  const { settings, issues } = await resolveSettings([{ name: "initializationOptions", content }]);
  expect(settings["trigger.debounceMs"]).toBe(7);
  expect(issues.length).toBeLessThan(30);
  expect(issues.at(-1)?.received).toMatch(/^\d+ more unknown names$/);
});

test("a few unknown settings are told one by one", async () => {
  const content = { "trigger.debounce": 1, "provider.modle": 2 };
  const { issues } = await resolveSettings([{ name: "initializationOptions", content }]);
  expect(issues.map(({ path }) => path)).toEqual(["trigger.debounce", "provider.modle"]);
});

describe.skipIf(process.platform === "win32")("a pipe that nobody writes or reads", () => {
  const pipe = (): string => {
    const path = join(temporaryFolder("fim-pipe-"), "pipe");
    execFileSync("mkfifo", [path]);
    return path;
  };

  test.each([
    [
      "key file",
      (path: string) => ({ environment: { FIM_PROVIDER_API_KEY_FILE: path } }),
      /^Check provider\.apiKeyFile: it is not a file /,
    ],
    ["configuration file", (path: string) => ({ argv: ["--stdio", "--config", path] }), /pipe/],
  ])("as %s: told once, and the server answers and ends", async (_, options, message) => {
    const client = await startServer({ kind: "spawned", ...options(pipe()) });
    expect((await client.nextMessage()).message).toMatch(message);
    await client.logged(/pipe/);
    const place = client.open("const a = ‸;\n");
    expect(await client.inline(place)).toEqual({ items: [] });
    await client.close();
  });

  test("as log file: the server answers and ends", async () => {
    const client = await startServer({
      kind: "spawned",
      argv: ["--stdio", "--log-file", pipe(), "--log-level", "debug"],
    });
    expect(await client.inline(client.open("const a = ‸;\n"))).toEqual({ items: [] });
    client.expectErrors();
    await client.close();
    expect(client.server.errorOutput()).toMatch(/cannot write .*pipe.* \(ENXIO\)/);
  });
});

test.each(["", "relative"])(
  "HOME is %j: it starts, and reads nothing of where it runs",
  async (home) => {
    const fim = await startFimServer();
    fim.answer = middle("good;");
    const client = await startServer({
      kind: "spawned",
      environment: {
        HOME: home,
        FIM_PROVIDER_ENDPOINT: fim.endpoint,
        MISTRAL_API_KEY: "home-key-01234",
      },
    });
    const place = client.open("const a = ‸;\n");
    expect(await client.inline(place)).toMatchObject({ items: [{ insertText: "good;" }] });
    await client.close();
    await fim.close();
  },
);

// Only root can start a process for a user whom the system does not list.
test.skipIf(process.platform !== "linux" || process.getuid?.() !== 0)(
  "no HOME and no entry in the list of users: it starts",
  () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [builtServer, "config"], {
      uid: 54_321,
      gid: 54_321,
      env: { PATH: process.env["PATH"] },
      cwd: "/",
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("provider.name");
    expect(status).toBe(0);
  },
);

describe("names that hold escapes and line ends", () => {
  const name = "a\u001B]0;owned\u0007\nerror: all is lost\u2028\u202Eb.json";

  test("stand escaped in one line of a message and of the log", async () => {
    const file = join(temporaryFolder("fim-names-"), name);
    writeFileSync(file, "[1]");
    const log = join(temporaryFolder("fim-names-"), "log");
    const client = await startServer({
      kind: "spawned",
      argv: ["--stdio", "--config", file, "--log-file", log],
    });
    const { message } = await client.nextMessage();
    expect(message).toBe(printable(message));
    await client.logged(/owned/);
    for (const line of client.logs) expect(line.message).toBe(printable(line.message));
    await client.close();
  });

  test.each(["a b.ts", "é.ts", "日本.ts", "👩‍💻.ts", "C:\\x\\y.ts", 'quote".ts'])(
    "the name %s stands as it is",
    (harmless) => {
      expect(printable(harmless)).toBe(harmless);
    },
  );
});

describe("5,000 unclosed brackets before the cursor", () => {
  test.each([
    ["round", "(".repeat(5000)],
    ["one a line", "{\n".repeat(5000)],
    ["of all kinds", "([{".repeat(1700)],
    ["with quotes", 'f("'.repeat(1700)],
  ])("%s: the provider is asked, and its answer is offered or refused", async (_, brackets) => {
    const fim = await startFimServer();
    fim.answer = middle("x, y)");
    const client = await startServer({
      kind: "inBand",
      environment: { FIM_PROVIDER_ENDPOINT: fim.endpoint, MISTRAL_API_KEY: "bracket-key-0123" },
    });
    const place = client.open(`const a = ${brackets}‸\n`);
    expect(await client.inline(place)).toHaveProperty("items");
    expect(fim.requests).toHaveLength(1);
    await client.close();
    await fim.close();
  });
});
