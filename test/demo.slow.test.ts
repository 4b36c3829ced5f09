/** The demo as a newcomer runs it: no key, output into a pipe. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

import { homeWithoutSettings } from "./support/server-process.ts";
import { projectRoot } from "./support/source-files.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fim-demo-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function demo(
  ...argv: string[]
): Promise<{ status: number; stdout: string; stderr?: string }> {
  const home = homeWithoutSettings();
  const tsx = join(projectRoot, "node_modules/tsx/dist/cli.mjs");
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [tsx, "test/demo.ts", ...argv], {
      cwd: projectRoot,
      env: { PATH: process.env["PATH"], HOME: home, USERPROFILE: home, INIT_CWD: folder },
    });
    return { status: 0, stdout };
  } catch (error) {
    const { code, ...output } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout: output.stdout, stderr: output.stderr };
  }
}

test("shows suggestions of the workspace model at most of its places, in plain text", async () => {
  const { status, stdout } = await demo();
  expect(status).toBe(0);
  expect(stdout).not.toContain("\u001B");
  for (const place of [
    "end of a line",
    "middle of a line",
    "empty line in a block",
    "before an auto-closed bracket",
    "after an emoji",
    "file with CRLF line ends",
    "an argument added twice",
  ]) {
    expect(stdout).toContain(place);
  }
  const [, shown, all] = /(\d+) of (\d+) places have a suggestion/.exec(stdout) ?? [];
  expect(Number(all)).toBeGreaterThanOrEqual(6);
  expect(stdout.match(/⟦.+⟧/g)).toHaveLength(Number(shown));
  expect(Number(shown)).toBeGreaterThanOrEqual(4);
}, 60_000);

test("shows a place of the caller's own file; with nothing to suggest it says why and fails", async () => {
  await writeFile(
    join(folder, "own.py"),
    "ratio = first / second\nratio = first / second\nratio = \n",
  );
  expect(await demo("own.py:3:9")).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("ratio = ⟦first / second⟧") as unknown,
  });
  await writeFile(join(folder, "bare.rs"), "\n");
  expect(await demo("bare.rs:1:1")).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/nothing offered after .* ms: [a-z ]+/) as unknown,
  });
}, 60_000);

test("a place that is not there is told in one line", async () => {
  for (const [place, complaint] of [
    ["nowhere.py:1:1", /^demo: cannot read .*nowhere\.py \(ENOENT\)\n$/],
    ["nowhere.py", /^demo: needs a place FILE:LINE:COLUMN.*\n$/],
  ] as const) {
    expect(await demo(place)).toEqual({
      status: 2,
      stdout: "",
      stderr: expect.stringMatching(complaint) as unknown,
    });
  }
}, 60_000);
