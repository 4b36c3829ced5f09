/** The commands of the built program, as a shell runs them. */
import { spawn } from "node:child_process";
import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

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
  options: { stdout?: number; reads?: number } = {},
): Promise<Run> {
  const home = homeWithoutSettings();
  const child = spawn(process.execPath, [builtServer, ...argv], {
    cwd: folder,
    env: { PATH: process.env["PATH"], HOME: home, USERPROFILE: home },
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
