/** `next-edit`: places on stdout, reasons on stderr. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { runInProcess } from "../support/command-line.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

function run(lines: readonly string[], ...argv: string[]) {
  const workingDirectory = temporaryFolder("next-edit-");
  mkdirSync(join(workingDirectory, ".git"));
  writeFileSync(join(workingDirectory, "total.ts"), lines.join("\n"));
  const environment = { FIM_PROVIDER_NAME: "workspace" };
  return runInProcess(["next-edit", ...argv], { workingDirectory, environment });
}

const total = [
  "export function calculateTotal(items) {}",
  "const one = computeTotal(items);",
  "const two = computeTotal(others);",
];

test("prints the other places that need the same change as a line", async () => {
  const was = "export function computeTotal(items) {}";
  const { status, stdout } = await run(total, "total.ts:1", "--was", was, "--explain");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^total\.ts:2 {2}0\.\d\d {2}const one = calculateTotal\(items\);$/m);
  expect(stdout).toMatch(/^ {4}computeTotal → calculateTotal$/m);
  expect(stdout).toMatch(/^ {4}[+-]\d\.\d\d {2}distance \d\.\d\d$/m);
});

test("says when there is no such place", async () => {
  const was = "const other = computeTotal(items);";
  const { status, stdout, stderr } = await run(total.slice(1), "total.ts:1", "--was", was);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toBe("no other place seems to need this change\n");
});

test.each([
  [["total.ts:1"]],
  [["total.ts", "--was", "x"]],
  [["total.ts:9", "--was", "x"]],
  [["total.ts:1", "other.ts:1", "--was", "x"]],
])("takes no other arguments: %j", async (argv) => {
  const { status, stderr } = await run(total, ...argv);
  expect(status).toBe(2);
  expect(stderr).not.toBe("");
});
