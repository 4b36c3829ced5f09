/**
 * Runs the end-to-end tests of the built server on other versions of Node.js: `npm run test:all -- nodes [MAJOR...]`.
 * The tests themselves run on that version, so that the server they start does too. A version that cannot
 * be had on this machine is skipped by name.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

import { obtainNode } from "./editors/acquire/npm.ts";
import { recordTally } from "./support/tally-reporter.ts";

const majors = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [22, 24, 26];
const suites = [
  "test/lsp/",
  "test/cli/",
  "test/package.test.ts",
  "test/providers/built-server.test.ts",
];

for (const major of majors) {
  const node = await obtainNode(major).catch((error: unknown) => {
    process.stdout.write(`Node.js ${major}: skipped, ${String(error).split("\n", 1)[0]}\n`);
    recordTally({ passed: 0, failed: 0, skipped: 1 }, []);
    return undefined;
  });
  if (node === undefined) continue;
  process.stdout.write(`Node.js ${major}\n`);
  if ((await runTests(node)) !== 0) process.exitCode = 1;
}

function runTests(node: string): Promise<number | null> {
  const vitest = fileURLToPath(new URL("../node_modules/vitest/vitest.mjs", import.meta.url));
  const child = spawn(node, [vitest, "run", "--project", "core", ...suites], { stdio: "inherit" });
  return new Promise((resolve) => child.on("close", resolve));
}
