// VS Code without a desktop: its server part from npm (code-server), and a headless Chromium from Debian.
import { mkdir, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { unpackPackages, writeLauncher } from "./debian.ts";
import { cachedFolder } from "./folder.ts";
import { installPackages, npm } from "./npm.ts";
import { run } from "./run.ts";

export interface VsCode {
  /** The script that starts the server part. */
  readonly codeServer: string;
  /** Holds playwright-core. */
  readonly modules: string;
  readonly chromium: string;
}

/** VS Code 1.100; later ones do not run on Node.js 20. */
const codeServer = "code-server@4.100.3";

/** Drives the browser. */
const playwright = "playwright-core@1.56.1";

/** Installed into the cache on first use (about a minute); throws when it cannot be had. */
export async function obtainVsCode(): Promise<VsCode> {
  const chromium = await cachedFolder("chromium", chromiumPackage, installChromium);
  const code = await cachedFolder("vscode", `${codeServer} ${playwright}`, installCode);
  return {
    codeServer: join(code, "node_modules/code-server/out/node/entry.js"),
    modules: join(code, "node_modules"),
    chromium: join(chromium, "bin/chromium"),
  };
}

async function installCode(folder: string): Promise<void> {
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  await installPackages(folder, [codeServer, playwright]);
  // The packages' own install scripts would download programs; what is needed of them is built here.
  await npm(["rebuild", "--build-from-source", "argon2"], folder);
  const vscode = join(folder, "node_modules/code-server/lib/vscode");
  await npm(["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund"], vscode);
  for (const native of ["@vscode/spdlog", "native-watchdog"]) {
    await npm(["rebuild", native], vscode);
  }
  await rm(join(vscode, "node_modules.asar"), { force: true });
  await symlink("node_modules", join(vscode, "node_modules.asar"));
  const home = join(folder, "home");
  await mkdir(home);
  const entry = join(folder, "node_modules/code-server/out/node/entry.js");
  await run(process.execPath, [entry, "--version"], { env: { ...process.env, HOME: home } });
}

const chromiumPackage = "chromium-headless-shell";

async function installChromium(folder: string): Promise<void> {
  await unpackPackages(folder, [chromiumPackage, "fonts-dejavu-core"], ["pulseaudio"]);
  const programs = await readdir(join(folder, "root/usr/lib/chromium"));
  const program = programs.find((name) => name.includes("headless"));
  if (program === undefined) throw new Error("Chromium's program was not found");
  await writeLauncher(folder, "chromium", join("usr/lib/chromium", program));
  await run(join(folder, "bin/chromium"), ["--version"]);
  await rm(join(folder, "apt"), { recursive: true, force: true });
}
