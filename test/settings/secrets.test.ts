import { chmod, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { systemClock } from "../../server/base/clock.ts";
import { keyCommandTimeoutMs } from "../../server/settings/key-command.ts";
import { createRedactor } from "../../server/settings/redact.ts";
import { defaultSettings, type Settings } from "../../server/settings/schema.ts";
import { createKeyReader, type KeyReader, type KeyResult } from "../../server/settings/secrets.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const usualVariables = ["CODESTRAL_API_KEY", "MISTRAL_API_KEY"];
const isWindows = process.platform === "win32";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-key-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function reader(settings: Partial<Settings>, environment = {}, clock = systemClock): KeyReader {
  return createKeyReader({
    settings: { ...defaultSettings, ...settings },
    environment: { PATH: process.env["PATH"], ...environment },
    usualVariables,
    clock,
  });
}

const node = (script: string): Partial<Settings> => ({
  "provider.apiKeyCommand": [process.execPath, "-e", script],
});

function keyOf(result: KeyResult): string {
  return result.kind === "found" ? result.key : `no key: ${JSON.stringify(result)}`;
}

describe("variables", () => {
  test("the usual ones, in their order, trimmed", async () => {
    const both = { CODESTRAL_API_KEY: " codestral-key\n", MISTRAL_API_KEY: "mistral-key" };
    expect(await reader({}, both).read()).toEqual({
      kind: "found",
      key: "codestral-key",
      source: { kind: "variable", name: "CODESTRAL_API_KEY" },
    });
    expect(keyOf(await reader({}, { MISTRAL_API_KEY: "mistral-key" }).read())).toBe("mistral-key");
    expect(await reader({}, { MISTRAL_API_KEY: " " }).read()).toEqual({ kind: "none" });
  });

  test("a named one goes before the usual ones; when it is not set nothing else is tried", async () => {
    const named = { "provider.apiKeyEnv": "MY_KEY" };
    const usual = { CODESTRAL_API_KEY: "other" };
    expect(keyOf(await reader(named, { ...usual, MY_KEY: "mine" }).read())).toBe("mine");
    const result = await reader(named, usual).read();
    expect(result).toMatchObject({ kind: "failed" });
    expect(JSON.stringify(result)).toContain("not set where the editor runs");
  });

  test.each([["two words"], ["line\nbreak"], ["unicode-ключ"]])(
    "a key like %j is refused and not quoted",
    async (key) => {
      const result = await reader({}, { MISTRAL_API_KEY: key }).read();
      expect(result.kind).toBe("failed");
      expect(JSON.stringify(result)).not.toContain(key.slice(0, 4));
    },
  );
});

describe("command", () => {
  test("the first of the lines it prints, trimmed; a file and variables come after it", async () => {
    const settings = {
      ...node("console.log('  the-key  \\nlogin: me')"),
      "provider.apiKeyFile": "/nowhere",
    };
    const result = await reader(settings, { MISTRAL_API_KEY: "other" }).read();
    expect(result).toEqual({ kind: "found", key: "the-key", source: { kind: "command" } });
  });

  test("runs once for many readers", async () => {
    const key = reader(node("console.log('key-' + process.pid)"));
    expect(keyOf(await key.read())).toMatch(/^key-\d+$/);
    expect(await key.read()).toEqual(await key.read());
  });

  test("is not given the keys of the environment", async () => {
    const script = "console.log('key-' + (process.env.MISTRAL_API_KEY ?? 'withheld'))";
    const result = await reader(node(script), { MISTRAL_API_KEY: "canary" }).read();
    expect(keyOf(result)).toBe("key-withheld");
  });

  test("is run again after its key was refused, and the new key is kept", async () => {
    const key = reader(node("console.log('key-' + process.pid)"));
    const first = keyOf(await key.read());
    const second = await key.renew();
    expect(second).not.toBe(first);
    expect(keyOf(await key.read())).toBe(second);
  });

  test("that prints the refused key again gives no new one; neither does a variable", async () => {
    const key = reader(node("console.log('same-key')"));
    await key.read();
    expect(await key.renew()).toBeUndefined();
    const variable = reader({}, { MISTRAL_API_KEY: "key" });
    await variable.read();
    expect(await variable.renew()).toBeUndefined();
  });

  test.each([
    ["fails", "console.log('canary'); console.error('canary'); process.exit(3)", "status 3"],
    ["prints nothing", "", "empty"],
    ["prints two words", "console.log('canary canary')", "blanks"],
    ["is killed", "process.kill(process.pid, 9)", "key command"],
  ])("that %s is explained without its output", async (_, script, reason) => {
    const result = await reader(node(script)).read();
    expect(result.kind).toBe("failed");
    expect(JSON.stringify(result)).toContain(reason);
    expect(JSON.stringify(result)).not.toContain("canary");
  });

  test("that does not exist is explained", async () => {
    const command = [join(folder, "no-such-program"), "canary"];
    const result = await reader({ "provider.apiKeyCommand": command }).read();
    expect(JSON.stringify(result)).toContain("was not found");
    expect(JSON.stringify(result)).not.toContain("canary");
  });

  test("that hangs is ended after its time", async () => {
    const clock = createFakeClock();
    const pending = reader(node("setInterval(() => {}, 1e6)"), {}, clock).read();
    await clock.advance(keyCommandTimeoutMs);
    const result = await pending;
    expect(JSON.stringify(result)).toContain("did not end within 30 seconds");
    expect(clock.pendingTimers).toBe(0);
  });
});

describe("what stands around a key is taken off", () => {
  test.each([
    '"key-1234567890"',
    "'key-1234567890'",
    "\u{FEFF}key-1234567890",
    "Bearer key-1234567890",
    "bearer  key-1234567890\n",
    '"Bearer key-1234567890"',
    "Authorization: Bearer key-1234567890",
    "\r\n  key-1234567890\r\n",
    "MISTRAL_API_KEY=key-1234567890\n",
    'export MISTRAL_API_KEY="key-1234567890"',
    "API_TOKEN = 'key-1234567890'",
  ])("%j", async (written) => {
    const path = join(folder, "key");
    await writeFile(path, written, { mode: 0o600 });
    const fromFile = await reader({ "provider.apiKeyFile": path }, {}).read();
    expect(fromFile).toMatchObject({ kind: "found", key: "key-1234567890" });
    const fromVariable = await reader({ "provider.apiKeyEnv": "K" }, { K: written }).read();
    expect(fromVariable).toMatchObject({ kind: "found", key: "key-1234567890" });
  });

  test("but not what belongs to it", async () => {
    for (const key of [
      "bearer-123456",
      'ab"cd"ef',
      "'half",
      "MY_KEY==",
      "SECRET=",
      "aKEY=b+c/d=",
      "ID=12",
    ]) {
      expect(await reader({ "provider.apiKeyEnv": "K" }, { K: key }).read()).toMatchObject({ key });
    }
  });
});

test("of a file with comments the line with the key is taken, of several keys none", async () => {
  const path = join(folder, "key");
  const read = async (text: string): Promise<KeyResult> => {
    await writeFile(path, text, { mode: 0o600 });
    return reader({ "provider.apiKeyFile": path }).read();
  };
  expect(keyOf(await read("# mine\n\n  MISTRAL_API_KEY=key-1\nDEBUG=1\n"))).toBe("key-1");
  const several = JSON.stringify(await read("OPENAI_API_KEY=canary-1\nMISTRAL_API_KEY=canary-2\n"));
  expect(several).toContain("several keys: keep one");
  expect(several).not.toContain("canary");
});

describe("file", () => {
  const write = async (text: string, mode = 0o600): Promise<string> => {
    const file = join(folder, "key");
    await writeFile(file, text);
    await chmod(file, mode);
    return file;
  };
  const fromFile = (path: string): Promise<KeyResult> =>
    reader({ "provider.apiKeyFile": path }).read();

  test.each([["the-key"], ["the-key\n"], ["\uFEFFthe-key\r\n"], ["the-key\nnotes"]])(
    "%j holds the key",
    async (text) => {
      expect(keyOf(await fromFile(await write(text)))).toBe("the-key");
    },
  );

  test.skipIf(isWindows)("that others can read is refused, also through a link", async () => {
    for (const mode of [0o640, 0o604, 0o644]) {
      const file = await write("canary-key", mode);
      const link = join(folder, `link-${mode}`);
      await symlink(file, link);
      for (const path of [file, link]) {
        const result = await fromFile(path);
        expect(JSON.stringify(result)).toContain("chmod 600");
        expect(JSON.stringify(result)).not.toContain("canary");
      }
    }
  });

  test("is read again after its key was refused", async () => {
    const path = await write("old-key");
    const key = reader({ "provider.apiKeyFile": path });
    expect(keyOf(await key.read())).toBe("old-key");
    expect(await key.renew()).toBeUndefined();
    await write("new-key");
    expect(await key.renew()).toBe("new-key");
    expect(keyOf(await key.read())).toBe("new-key");
  });

  test("that is missing, a folder or empty is explained", async () => {
    expect(JSON.stringify(await fromFile(join(folder, "none")))).toContain("ENOENT");
    expect((await fromFile(folder)).kind).toBe("failed");
    expect(JSON.stringify(await fromFile(await write("\n")))).toContain("empty");
  });
});

describe("redactor", () => {
  test("secrets in their usual disguises are replaced", () => {
    const redactor = createRedactor();
    redactor.add('k"y/secret');
    redactor.add('k"y/secret-longer');
    const text = [
      'plain k"y/secret-longer,',
      'k\\"y/secret in JSON,',
      "k%22y%2Fsecret in a URL,",
      "Authorization: Bearer abc.def",
      "http://user:pass@proxy:8080",
    ].join(" ");
    expect(redactor.redact(text)).toBe(
      "plain [redacted], [redacted] in JSON, [redacted] in a URL, " +
        "Authorization: Bearer [redacted] http://[redacted]@proxy:8080",
    );
  });

  test("other text stays, also when a secret is too short to tell", () => {
    const redactor = createRedactor();
    redactor.add("on");
    redactor.add("");
    expect(redactor.redact("one connection to https://a.b:1/c?d=e@f")).toBe(
      "one connection to https://a.b:1/c?d=e@f",
    );
  });
});
