/**
 * `npm run test:all`: every suite that `npm test` leaves out. `npm run test:all -- NAME [options]` runs one; some are so
 * long that they run only by name. Goes on after a failure; the exit code is 1 when any suite failed.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

interface Suite {
  readonly command: readonly [string, ...string[]];
  readonly says: string;
  /** Minutes or hours: only by name. */
  readonly isLong?: true;
}

const vitest = "node_modules/vitest/vitest.mjs";
const tsx = "node_modules/tsx/dist/cli.mjs";

const suites: Readonly<Record<string, Suite>> = {
  slow: {
    command: [vitest, "run", "--project", "slow"],
    says: "fuzz, endings, canary, the real llama.cpp server: a slice of each",
  },
  faults: {
    command: [tsx, "test/hostile/faults/main.ts"],
    says: "each fault at each point of an exchange with a provider",
  },
  editors: {
    command: [vitest, "run", "--project", "editors"],
    says: "Neovim, Helix, Emacs and Vim, driven by their keys",
  },
  vscode: {
    command: [vitest, "run", "--project", "vscode"],
    says: "VS Code in a browser",
  },
  nodes: {
    command: [tsx, "test/nodes.ts"],
    says: "the end-to-end tests on other versions of Node.js",
  },
  fuzz: {
    command: [tsx, "test/fuzz/main.ts"],
    says: "odd messages from a seed: --messages 1000000 --seed 1",
    isLong: true,
  },
  endings: {
    command: [tsx, "test/hostile/endings/main.ts"],
    says: "every way for the server to end",
    isLong: true,
  },
  canary: {
    command: [tsx, "test/hostile/canary/main.ts"],
    says: "secrets looked for under every fault, at every log level",
    isLong: true,
  },
  soak: {
    command: [tsx, "test/hostile/soak.ts"],
    says: "a long day of typing, with its memory: --keys 1000000",
    isLong: true,
  },
  load: {
    command: [tsx, "test/hostile/load.ts"],
    says: "fifty documents edited at once",
    isLong: true,
  },
};

const [name, ...options] = process.argv.slice(2);
const chosen =
  name === undefined
    ? Object.values(suites).filter(({ isLong }) => isLong !== true)
    : [suites[name]].filter((suite) => suite !== undefined);
if (chosen.length === 0) {
  const lines = Object.entries(suites).map(([each, { says }]) => `  ${each.padEnd(8)} ${says}`);
  process.stderr.write(`no suite "${name}"; there are:\n${lines.join("\n")}\n`);
  process.exitCode = 2;
}
for (const { command } of chosen) {
  if ((await run([...command, ...options])) !== 0) process.exitCode = 1;
}

function run(argv: readonly string[]): Promise<number | null> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const child = spawn(process.execPath, argv, { cwd: root, stdio: "inherit" });
  return new Promise((resolve) => child.on("close", resolve));
}
