/** The commands of the built program, as a shell runs them. */
import { spawn } from "node:child_process";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { json, silence } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { builtServer } from "../support/built-server.ts";
import { homeWithoutSettings } from "../support/server-process.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-built-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `stdout`: a file descriptor to write to instead of being read; `reads`: characters read before hanging up. */
function run(
  argv: readonly string[],
  options: { stdout?: number; reads?: number; environment?: Record<string, string> } = {},
): Promise<Run> {
  const home = homeWithoutSettings();
  const child = spawn(process.execPath, [builtServer, ...argv], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: home, USERPROFILE: home, ...options.environment },
    stdio: ["ignore", options.stdout ?? "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (stdout.length >= (options.reads ?? Number.POSITIVE_INFINITY)) child.stdout?.destroy();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    child.on("close", (status) => resolve({ status, stdout, stderr }));
  });
}

describe("complete", () => {
  test("one line on stdout, status 0", async () => {
    await writeFile(
      join(folder, "a.py"),
      "ratio = first / second\nratio = first / second\nratio = \n",
    );
    expect(await run(["complete", "a.py:3:9"])).toEqual({
      status: 0,
      stdout: "first / second\n",
      stderr: "",
    });
  });

  test("nothing to suggest: nothing on stdout, the reason on stderr, status 1", async () => {
    await writeFile(join(folder, "a.rs"), "\n");
    const { status, stdout, stderr } = await run(["complete", "a.rs:1:1"]);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^no suggestion: [a-z ]+/);
  });
});

describe("output that cannot be written", () => {
  test("a reader that has enough of it is no error", async () => {
    const { stderr } = await run(["config", "--schema"], { reads: 1 });
    expect(stderr).toBe("");
  });

  test.skipIf(process.platform !== "linux")("a full disk is told in one line", async () => {
    const full = await open("/dev/full", "w");
    try {
      const { status, stderr } = await run(["config", "--schema"], { stdout: full.fd });
      expect(status).toBe(1);
      expect(stderr).toBe("fim-language-server: cannot write the output (ENOSPC)\n");
    } finally {
      await full.close();
    }
  });
});

describe("complete with a provider in trouble", () => {
  const environmentOf = (endpoint: string) => ({
    FIM_PROVIDER_ENDPOINT: endpoint,
    MISTRAL_API_KEY: "key-of-the-test",
  });

  test.each<[number, Record<string, string>]>([
    [408, {}],
    [429, { "retry-after": "1" }],
    [500, {}],
    [502, {}],
    [503, { "retry-after": "1" }],
    [504, {}],
    [529, {}],
  ])("%i: a second try, an error line, status 1", async (status, headers) => {
    await writeFile(join(folder, "a.ts"), "let a = \n");
    const server = await startFimServer();
    server.answer = json(status, { message: "busy" }, headers);
    const environment = environmentOf(server.endpoint);
    const ended = await run(["complete", "--json", "a.ts:1:9"], { environment });
    await server.close();
    expect(ended.status).toBe(1);
    expect(ended.stderr).toContain(`no suggestion: ${server.endpoint} answered ${status}: busy`);
    expect(JSON.parse(ended.stdout)).toMatchObject({ insertText: null, reason: "failed" });
  });

  test("the workspace model's answer after a timeout comes with what was waited for", async () => {
    await writeFile(join(folder, "one.py"), "ratio = first / second\n".repeat(3));
    await writeFile(join(folder, "two.py"), "ratio = \n");
    const server = await startFimServer();
    server.answer = silence;
    const environment = {
      ...environmentOf(server.endpoint),
      FIM_PROVIDER_REQUEST_TIMEOUT_MS: "1500",
      FIM_WORKSPACE_MODEL_MIN_CONFIDENCE: "0",
    };
    const { status, stdout, stderr } = await run(["complete", "two.py:1:9"], { environment });
    await server.close();
    expect([status, stdout]).toEqual([0, "first / second\n"]);
    expect(stderr).toContain(`waiting for mistral at ${server.endpoint}\n`);
    expect(stderr).toContain("answers in place of the provider");
    expect(stderr).toContain("did not answer within 1.5 s");
  });
});
