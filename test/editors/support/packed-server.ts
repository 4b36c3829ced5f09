// The server as users get it: packed by npm, installed from the package into a folder of its own.
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../acquire/run.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Installs the packed server under `folder` and returns the folder that its command is in. */
export async function installPackedServer(folder: string): Promise<string> {
  const target = join(folder, "installed");
  await mkdir(target, { recursive: true });
  const pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  await run("npm", pack, { cwd: repository });
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm pack made no package");
  await writeFile(join(target, "package.json"), '{ "private": true }\n');
  const flags = ["--offline", "--silent", "--no-audit", "--no-fund", "--no-package-lock"];
  await run("npm", ["install", ...flags, join(folder, tarball)], { cwd: target });
  return join(target, "node_modules/.bin");
}
