/** What a developer is told who mistypes an option of a long run: one line, not what the run would have said. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

import { projectRoot } from "./support/source-files.ts";

function run(script: string, ...options: string[]): Promise<readonly [number, string, string]> {
  const tsx = join(projectRoot, "node_modules/tsx/dist/cli.mjs");
  const argv = [tsx, join(projectRoot, "test", script), ...options];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: projectRoot }, (error, stdout, stderr) =>
      resolve([Number(error?.code ?? 0), stdout, stderr]),
    );
  });
}

test.concurrent.each([
  ["fuzz/main.ts", "--message", /^Unknown option '--message'; there are: --messages, --seed\n$/],
  ["hostile/load.ts", "--seconds=many", /^--seconds takes a number, not "many"\n$/],
])("%s %s", async (script, option, message) => {
  const [status, stdout, stderr] = await run(script, option);
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
});
