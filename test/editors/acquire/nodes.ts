// Other versions of Node.js, from the npm packages that hold its program.
import { join } from "node:path";
import { writeFile } from "node:fs/promises";
import { cachedFolder } from "./folder.ts";
import { run } from "./run.ts";

/** The program of the newest Node.js of this major; throws when it cannot be had. */
export async function obtainNode(major: number): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = await cachedFolder(`node-${major}`, `${name}@${major}`, async (target) => {
    await writeFile(join(target, "package.json"), '{ "private": true }\n');
    await installPackages(target, [`${name}@${major}`]);
    await run(programIn(target, name), ["--version"]);
  });
  return programIn(folder, name);
}

/** `npm install` without install scripts, into a folder of its own. */
export async function installPackages(folder: string, names: readonly string[]): Promise<void> {
  const flags = ["--silent", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  await run("npm", ["install", ...flags, "--prefix", folder, ...names], {
    env: { ...process.env, npm_config_fetch_timeout: "60000", npm_config_fetch_retries: "2" },
  });
}

function programIn(folder: string, name: string): string {
  return join(folder, "node_modules", name, "bin/node");
}
