import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { runInProcess } from "../support/command-line.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-cli-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(text: string): Promise<string> {
  const file = join(folder, "config.json");
  await writeFile(file, text);
  return file;
}

/** The row of one setting, blanks collapsed. */
function row(stdout: string, key: string): string | undefined {
  return stdout
    .split("\n")
    .map((line) => line.replaceAll(/\s+/g, " "))
    .find((line) => line.startsWith(`${key} `));
}

describe("config", () => {
  test("tells value and layer of each setting", async () => {
    const file = await write('{"trigger": {"debounceMs": 90}}');
    const { status, stdout, stderr } = await runInProcess(["config", "--config", file], {
      environment: { FIM_PROVIDER_MODEL: "codestral-2508" },
    });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    expect(row(stdout, "trigger.debounceMs")).toBe("trigger.debounceMs configuration file 90");
    expect(row(stdout, "provider.model")).toBe('provider.model environment "codestral-2508"');
    expect(row(stdout, "provider.stream")).toBe("provider.stream default true");
    expect(row(stdout, "provider.endpoint")).toBe("provider.endpoint default unset");
    expect(stdout).toContain(`configuration file: ${file}`);
  });

  test("says of secrets only whether they are set", async () => {
    const file = await write(
      JSON.stringify({
        "provider.apiKeyEnv": "canary_1",
        "provider.apiKeyCommand": ["pass", "canary-2"],
        "provider.proxy": "http://user:canary-3@proxy:8080",
      }),
    );
    const environment = { canary_1: "canary-4", MISTRAL_API_KEY: "canary-5" };
    for (const format of [[], ["--json"]]) {
      const argv = ["config", "--config", file, ...format];
      const { stdout, stderr } = await runInProcess(argv, { environment });
      expect(stdout + stderr).not.toContain("canary");
      expect(stdout).toMatch(/MISTRAL_API_KEY"?: "?set/);
      expect(stdout).toMatch(/CODESTRAL_API_KEY"?: "?unset/);
      expect(stdout).toMatch(/provider\.apiKeyCommand[^\n]*(?:\n[^}]*)?"set"/);
      expect(stdout).toMatch(/provider\.apiKeyEnv[^\n]*(?:\n[^}]*)?"set"/);
    }
  });

  test("reports what it cannot use on stderr, with status 1", async () => {
    const file = await write('{"trigger.debounceMs": "soon", "provider.modle": "x"}');
    const { status, stdout, stderr } = await runInProcess(["config", "--config", file]);
    expect(status).toBe(1);
    expect(row(stdout, "trigger.debounceMs")).toBe("trigger.debounceMs default 75");
    expect(stderr).toContain("trigger.debounceMs");
    expect(stderr).toContain("such as provider.model");
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test.each([
    ["config"],
    ["doctor"],
    ["complete", "config.json:1:1"],
    ["next-edit", "config.json:1", "--was", "x"],
  ])(
    "%s: a --config that cannot be read is an error with its place, status 2",
    async (command, ...place) => {
      const run = (file: string) =>
        runInProcess([command, ...place, "--config", file], { workingDirectory: folder });
      const broken = await write('{\n  "é": 1\n  "provider.modle": "canary"\n}\n');
      expect(await run(broken)).toEqual({
        status: 2,
        stdout: "",
        stderr: `fim-language-server ${command}: --config ${broken}: text that is not JSON from line 3, column 3 on\n`,
      });
      const missing = join(folder, "none.json");
      expect(await run(missing)).toMatchObject({
        status: 2,
        stderr: `fim-language-server ${command}: --config ${missing}: no such file\n`,
      });
    },
  );

  test("--json is JSON with the same facts", async () => {
    const { stdout } = await runInProcess(["config", "--json"], {
      environment: { FIM_TRIGGER_DEBOUNCE_MS: "10" },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      file: null,
      issues: [],
      settings: {
        "trigger.debounceMs": { value: 10, layer: "environment" },
        "provider.temperature": { value: null, layer: "default" },
      },
    });
  });

  test("--schema is a JSON Schema", async () => {
    const { status, stdout } = await runInProcess(["config", "--schema"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      properties: { "provider.name": { default: "auto" } },
    });
  });
});

test.each([["help"], ["complete", "--help"], ["config", "-h"], ["doctor", "--json", "--help"]])(
  "%s %s prints the help",
  async (...argv) => {
    const { status, stdout, stderr } = await runInProcess(argv);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("Usage: fim-language-server");
  },
);

describe("arguments that make no sense", () => {
  test.each([
    [["config", "--colour"], "--colour"],
    [["doctor", "--log-level", "debug"], "see fim-language-server --help"],
    [["config", "file"], "takes no arguments"],
    [["complete"], "FILE:LINE:COLUMN"],
    [["complete", "a.ts:1"], "FILE:LINE:COLUMN"],
    [["complete", "a.ts:0:1"], "counted from 1"],
    [["complete", "a.ts:1:1", "b.ts:1:1"], "one place"],
    [["complete", "/nonexistent/a.ts:1:1"], "ENOENT"],
    [["compleet"], "no command"],
  ])("%j: status 2 and one line on stderr", async (argv, reason) => {
    const { status, stdout, stderr } = await runInProcess(argv);
    expect(status).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(reason);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
