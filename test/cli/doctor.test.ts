/** `doctor`: a line for everything a suggestion depends on, the remedy where something is wrong, no secret. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { runInProcess, type CommandRun } from "../support/command-line.ts";
import { json, middle } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";

const key = "canary-key-9876";
let folder: string;
let server: FimServer;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-doctor-"));
  await writeFile(join(folder, "a.py"), "x = 1\n");
  server = await startFimServer();
  server.answer = middle("height * depth", {
    usage: {
      prompt_tokens: 80,
      completion_tokens: 4,
      prompt_tokens_details: { cached_tokens: 64 },
    },
  });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function doctor(
  argv: readonly string[],
  environment: Record<string, string> = {},
): Promise<CommandRun> {
  return runInProcess(["doctor", ...argv], {
    workingDirectory: folder,
    environment: { FIM_PROVIDER_ENDPOINT: server.endpoint, MISTRAL_API_KEY: key, ...environment },
  });
}

test("a healthy provider: every line holds, a completion is shown in place, the status is 0", async () => {
  const { status, stdout, stderr } = await doctor([]);
  expect(stderr).toBe("");
  for (const line of [
    /^✓ Node\.js: /m,
    /^✓ configuration: no file/m,
    /^✓ provider: mistral at http:.*the variable MISTRAL_API_KEY/m,
    /^✓ network: 127\.0\.0\.1 is 127\.0\.0\.1, no TLS, HTTP\/1\.1, round trip/m,
    /^✓ model: codestral-latest can fill in the middle, context of 128000 tokens/m,
    /^✓ prompt: prompt and suffix are fields/m,
    /^✓ rate limit: not told/m,
    /^✓ streaming: \d+ pieces/m,
    /^✓ speed: first text after \d+ ms, then \d+ ms/m,
    /^✓ completion: return width \* ⟦height \* depth⟧$/m,
    /^✓ workspace: 1 files/m,
  ]) {
    expect(stdout).toMatch(line);
  }
  expect(stdout).not.toContain(key);
  expect(status).toBe(0);
});

test("--json holds the same for a bug report, without the key", async () => {
  const { status, stdout } = await doctor(["--json"]);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string }[] };
  expect(checks.map(({ name }) => name)).toContain("completion");
  expect(checks.every(({ state }) => state === "ok")).toBe(true);
  expect(stdout).not.toContain(key);
  expect(status).toBe(0);
});

test("--probe prints a table of facts", async () => {
  const { stdout } = await doctor(["--probe"]);
  for (const row of [
    /^ {2}empty prompt +14 characters$/m,
    /^ {2}empty suffix +14 characters$/m,
    /^ {2}stop string +is in the text$/m,
    /^ {2}unknown field +is accepted, 14 characters$/m,
    /^ {2}abort in mid-stream +the next request's first text after \d+ ms/m,
    /^ {2}cached tokens +64 of 80$/m,
    /^ {2}Retry-After +no 429/m,
  ]) {
    expect(stdout).toMatch(row);
  }
});

test("a refused key: the line says so, names the remedy, and the status is 1", async () => {
  server.models = json(401, { detail: "Unauthorized" });
  server.answer = json(401, { detail: "Unauthorized" });
  const { status, stdout } = await doctor([]);
  expect(stdout).toMatch(/^✗ model: .*answered 401.*Check the key/m);
  expect(stdout).toMatch(/^✗ completion: /m);
  expect(status).toBe(1);
});

test("an endpoint that is not there ends the examination of the provider", async () => {
  await server.close();
  const { status, stdout } = await doctor([]);
  expect(stdout).toMatch(/^✗ network: Nothing listens at http:/m);
  expect(stdout).not.toContain("completion");
  expect(status).toBe(1);
});

test("a configuration file that cannot be read is not said to apply", async () => {
  const file = join(folder, "fim-language-server", "config.json");
  await mkdir(dirname(file));
  await writeFile(file, '{ "provider": ');
  const { stdout } = await doctor([], { XDG_CONFIG_HOME: folder });
  const lines = stdout.split("\n").filter((line) => line.includes("configuration"));
  expect(lines).toEqual([
    `! configuration: ${file} is ignored: text that is not JSON from line 1, column 15 on — expected JSON (comments are allowed) with an object of settings`,
  ]);
});

test("settings that were ignored are listed with what was expected", async () => {
  const { stdout } = await doctor([], { FIM_TRIGGER_DEBOUNCE_MS: "soon" });
  expect(stdout).toMatch(
    /^! configuration: trigger\.debounceMs \(environment\) is ignored: .* — expected /m,
  );
});

test("without a provider the workspace model is asked", async () => {
  const { status, stdout } = await runInProcess(["doctor"], {
    workingDirectory: folder,
    environment: { FIM_PROVIDER_NAME: "workspace" },
  });
  expect(stdout).toMatch(/^✓ provider: provider\.name is workspace/m);
  expect(stdout).toMatch(/^✓ completion: return width \* ⟦\w.*⟧$/m);
  expect(status).toBe(0);
});

test("without a key it names the next step, the ports that were tried and variables that are near misses", async () => {
  const { stdout } = await runInProcess(["doctor"], {
    workingDirectory: folder,
    environment: {
      MISTRAL_KEY: "canary-1234",
      FIM_PROVIDER_MODLE: "canary-5678",
      FIM_HOME: "x",
      HOME: "/",
    },
  });
  expect(stdout).toMatch(
    /^! provider: No key was found.* 8012, 8080, 11434, 1234\. — set MISTRAL_API_KEY/m,
  );
  expect(stdout).toMatch(
    /^! environment: MISTRAL_KEY is not read — did you mean MISTRAL_API_KEY\?$/m,
  );
  expect(stdout).toMatch(
    /^! environment: FIM_PROVIDER_MODLE is not read — did you mean FIM_PROVIDER_MODEL\?$/m,
  );
  expect(stdout).toMatch(/^! environment: FIM_HOME is not read — fim-language-server config/m);
  expect(stdout).not.toContain("canary");
});

test.each([
  [
    "auto",
    /^! provider: No key was found for 192\.0\.2\.1.* is not used\. — set provider\.name, or /m,
  ],
  [
    "openai",
    /^! provider: openai at https:\/\/192\.0\.2\.1.* No key is sent\. — where it needs one, /m,
  ],
])("%s at an endpoint elsewhere, without a key: a warning", async (name, line) => {
  const { stdout } = await runInProcess(["doctor"], {
    workingDirectory: folder,
    environment: {
      FIM_PROVIDER_NAME: name,
      FIM_PROVIDER_MODEL: "m",
      FIM_PROVIDER_ENDPOINT: "https://192.0.2.1/v1",
      FIM_PROVIDER_PROXY: server.endpoint,
      HOME: "/",
    },
  });
  expect(stdout).toMatch(line);
});
