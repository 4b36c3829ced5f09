// What comes from the npm registry: other versions of Node.js, and packages in folders of their own.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder } from "./folder.ts";
import { run } from "./run.ts";

/** The program of the newest Node.js of this major; throws when it cannot be had. */
export async function obtainNode(major: number): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const program = join("node_modules", name, "bin/node");
  const folder = await cachedFolder(`node-${major}`, `${name}@${major}`, async (target) => {
    await writeFile(join(target, "package.json"), '{ "private": true }\n');
    await installPackages(target, [`${name}@${major}`]);
    await run(join(target, program), ["--version"]);
  });
  return join(folder, program);
}

/** Without install scripts. */
export async function installPackages(folder: string, names: readonly string[]): Promise<void> {
  const flags = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  await npm(["install", ...flags, "--prefix", folder, ...names], folder);
}

/** npm, but a lost network is an error after a while and not a wait without end. */
export async function npm(args: readonly string[], cwd: string): Promise<void> {
  await run("npm", ["--loglevel=error", ...args], {
    cwd,
    env: { ...process.env, npm_config_fetch_timeout: "60000", npm_config_fetch_retries: "2" },
  });
}
