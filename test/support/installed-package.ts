/** The server as users install it: packed by npm and installed offline from the tarball into a separate folder. */
import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { projectRoot } from "./source-files.ts";

export interface InstalledPackage {
  /** Paths in the tarball. */
  readonly files: readonly string[];
  /** What stands in the folder's node_modules. */
  readonly packages: readonly string[];
  /** The file that the command runs. */
  readonly program: string;
}

/** Needs the build; runs no scripts, so that it does not build under the feet of other tests. */
export async function packAndInstall(folder: string): Promise<InstalledPackage> {
  const target = join(folder, "installed");
  await mkdir(target, { recursive: true });
  await writeFile(join(target, "package.json"), '{ "private": true }\n');

  const pack = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
  const [packed] = tarballs(await npm(pack, projectRoot));
  if (packed === undefined) throw new Error("npm pack made no package");
  const flags = ["--offline", "--no-audit", "--no-fund", "--no-package-lock"];
  await npm(["install", ...flags, join(folder, packed.filename)], target);

  const modules = join(target, "node_modules");
  const packages = (await readdir(modules)).filter((name) => !name.startsWith("."));
  const program = join(modules, "fim-language-server/dist/fim-language-server.cjs");
  return { files: packed.files.map(({ path }) => path), packages, program };
}

interface Tarball {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** npm 11 prints a list, later ones an object by package name. */
function tarballs(output: string): readonly Tarball[] {
  return Object.values(JSON.parse(output) as Record<string, Tarball>);
}

async function npm(argv: readonly string[], cwd: string): Promise<string> {
  // npm is a script of its own on Windows, which only a shell starts.
  const isWindows = process.platform === "win32";
  const { stdout } = await promisify(execFile)(isWindows ? "npm.cmd" : "npm", [...argv], {
    cwd,
    shell: isWindows,
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout;
}
