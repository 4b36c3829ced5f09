/** A real llama.cpp server from Debian's packages, kept in the cache folder; no root, nothing of the system changed. */
import { readFile, readdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { unpackPackages, writeLauncher } from "../../editors/acquire/debian.ts";
import { cachedFolder } from "../../editors/acquire/folder.ts";
import { run } from "../../editors/acquire/run.ts";

/** The program's path, installed on first use (13 MB, some seconds); throws when it cannot be had here. */
export async function obtainLlamaServer(): Promise<string> {
  const recipe = await readFile(fileURLToPath(import.meta.url), "utf8");
  const folder = await cachedFolder("llama-cpp", recipe, install);
  return join(folder, "bin/llama-server");
}

async function install(folder: string): Promise<void> {
  await unpackPackages(folder, ["llama.cpp-tools"], ["llama"]);
  const usr = join(folder, "root/usr");
  // What computes on the CPU are plug-ins, which are looked for beside the program.
  const found = await readdir(join(usr, "lib"), { recursive: true });
  for (const path of found.filter((name) => /\/libggml-[^/]+\.so$/.test(name))) {
    const target = join(usr, "bin", path.slice(path.lastIndexOf("/") + 1));
    await symlink(join(usr, "lib", path), target);
  }
  await writeLauncher(folder, "llama-server", "usr/bin/llama-server");
  await run(join(folder, "bin/llama-server"), ["--version"]);
  await rm(join(folder, "apt"), { recursive: true, force: true });
}
