// Recent programs from Debian, unpacked into a folder: no root, nothing of the system is changed.
//
// apt gets sources, lists and a status file of its own and downloads packages of a newer suite from
// the mirror that this machine already uses. They are unpacked together with their own libc, and
// each program's ELF header is pointed at that libc (patchelf: interpreter and rpath). So a program
// runs with the libraries it was built for, while what it starts runs with the machine's own.
import {
  chmod,
  copyFile,
  mkdir,
  open,
  readFile,
  readdir,
  symlink,
  writeFile,
} from "node:fs/promises";
import { join } from "node:path";
import { exists } from "./folder.ts";
import { run } from "./run.ts";

/** Debian suites to take packages from, the preferred one first. */
const suites = (process.env["FIM_EDITORS_SUITES"] ?? "forky sid").split(" ");

/**
 * Dependencies that running a program does not need: compilers for Emacs' native compiler,
 * interpreters of maintainer scripts, system services. When a program turns out to need one of
 * them after all, everything is unpacked.
 */
const unneeded = new RegExp(
  `^(${[
    "gcc-\\d+-base",
    "lib(a|l|t|ub|hwa)san\\d+|libitm1|libquadmath0|libgcc-\\d+-dev|libc-dev-bin|libc6-dev",
    "linux-libc-dev|binutils.*|libbinutils|libctf.*|libgprofng.*|libsframe.*|libjansson4",
    "libc-gconv-modules-extra|perl|perl-base|perl-modules-.*|libperl.*|libdb5.*|libgdbm.*|libcrypt1",
    "debconf|emacs-el|emacsen-common|install-info|dh-elpa-helper|systemd|libsystemd-shared",
    "libmount1|libblkid1|libasound2-data|tzdata|readline-common|init-system-helpers",
    "sysvinit-utils|sensible-utils|ucf|media-types|python3.*|libpython3.*|libjs-.*",
  ].join("|")})=`,
);

/**
 * Unpacks the packages and what they depend on into `folder/root`. `libraryFolders` are those beside the usual
 * one, below it, in which the programs' libraries lie.
 */
export async function unpackPackages(
  folder: string,
  packages: readonly string[],
  libraryFolders: readonly string[] = [],
): Promise<void> {
  for (const tool of ["apt-get", "dpkg-deb", "dpkg", "tar"]) {
    await run(tool, ["--version"]).catch(() => {
      throw new Error(`this machine has no ${tool}`);
    });
  }
  const apt = await ownApt(join(folder, "apt"));
  const plan = await resolve(apt, ["patchelf", ...packages]);
  await writeFile(join(folder, "packages.txt"), `${plan.join("\n")}\n`);
  const slim = plan.filter((entry) => !unneeded.test(entry));
  await unpack(folder, apt, slim);
  if (await relink(folder, libraryFolders)) return;
  await unpack(folder, apt, plan);
  if (!(await relink(folder, libraryFolders)))
    throw new Error("a library is missing among the packages");
}

interface Apt {
  readonly work: string;
  readonly mirror: string;
  run(program: "apt-get", args: readonly string[], cwd?: string): Promise<string>;
}

async function ownApt(work: string): Promise<Apt> {
  for (const path of ["lists/partial", "cache/archives/partial", "nolists/partial", "debs"]) {
    await mkdir(join(work, path), { recursive: true });
  }
  await writeFile(join(work, "status"), "");
  await writeFile(join(work, "sources.list"), "");
  const architecture = (await run("dpkg", ["--print-architecture"])).trim();
  const options = {
    "Dir::Etc::SourceList": join(work, "sources.list"),
    "Dir::Etc::SourceParts": "/dev/null",
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": "/dev/null",
    "Dir::State": work,
    "Dir::State::Lists": join(work, "lists"),
    "Dir::State::status": join(work, "status"),
    "Dir::Cache": join(work, "cache"),
    "APT::Architectures": architecture,
    "APT::Sandbox::User": "",
    "APT::Install-Recommends": "false",
    "APT::Update::Error-Mode": "any",
    "APT::Update::Post-Invoke": "",
    "APT::Get::List-Cleanup": "0",
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
    "Acquire::http::Timeout": "30",
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  return {
    work,
    mirror: await mirrorOfThisMachine(work),
    run: (program, args, cwd) =>
      run(program, ["-q", ...flags, ...args], cwd === undefined ? {} : { cwd }),
  };
}

/** The mirror that apt is set up with here, for the suite that this machine runs. */
async function mirrorOfThisMachine(work: string): Promise<string> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(release)?.[1] ?? "stable";
  const lists = `Dir::State::Lists=${join(work, "nolists")}`;
  const uris = await run("apt-get", ["-q", "-o", lists, "update", "--print-uris"]);
  for (const [, mirror, found] of uris.matchAll(/^'([^']+)\/dists\/([^/]+)\/(?:In)?Release/gm)) {
    if (mirror !== undefined && found === suite) return mirror;
  }
  throw new Error("no Debian mirror is set up on this machine");
}

/** What has to be downloaded, as `name=version`: from the first suite alone if it can be, else from more. */
async function resolve(apt: Apt, packages: readonly string[]): Promise<string[]> {
  const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
  const signed = (await exists(keyring)) ? `[signed-by=${keyring}] ` : "";
  let failure: unknown = new Error("no suite is named");
  let sources = "";
  let preferred: string | undefined;
  for (const suite of suites) {
    const extended = `${sources}deb ${signed}${apt.mirror} ${suite} main\n`;
    try {
      await writeFile(join(apt.work, "sources.list"), extended);
      await apt.run("apt-get", ["update"]);
      sources = extended;
      preferred ??= suite;
      const args = ["-s", "--default-release", preferred, "install", ...packages];
      const plan = await apt.run("apt-get", args);
      // a line of the plan: Inst NAME (VERSION ORIGIN [ARCHITECTURE])
      return [...plan.matchAll(/^Inst (\S+) \((\S+)/gm)].map((found) => `${found[1]}=${found[2]}`);
    } catch (error) {
      failure = error;
    }
  }
  throw new Error(`not to be had from ${suites.join(", ")}: ${String(failure)}`, {
    cause: failure,
  });
}

async function unpack(folder: string, apt: Apt, plan: readonly string[]): Promise<void> {
  const debs = join(apt.work, "debs");
  const root = join(folder, "root");
  await apt.run("apt-get", ["download", ...plan], debs);
  await mkdir(join(root, "usr"), { recursive: true });
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    await mkdir(join(root, "usr", name), { recursive: true });
    if (!(await exists(join(root, name)))) await symlink(`usr/${name}`, join(root, name));
  }
  const left = ["doc", "man", "info", "locale", "lintian", "bug"].map((name) => `share/${name}`);
  const excluded = [...left, "include"].map((path) => `--exclude=./usr/${path}`);
  const extract =
    'set -eo pipefail; deb=$1 root=$2; shift 2; dpkg-deb --fsys-tarfile "$deb" |' +
    ' tar -x -C "$root" --no-same-owner --keep-directory-symlink --exclude="*/gconv" "$@"';
  for (const deb of await readdir(debs)) {
    await run("bash", ["-c", extract, "bash", join(debs, deb), root, ...excluded]);
  }
}

/** Points every program at the unpacked libc; false when a library would be the system's or none. */
async function relink(folder: string, libraryFolders: readonly string[]): Promise<boolean> {
  const root = join(folder, "root");
  const libraries = await libraryFolder(root);
  const loader = (await readdir(libraries)).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (loader === undefined) throw new Error("no dynamic loader among the packages");
  const interpreter = join(libraries, loader);
  const patchelf = join(folder, "patchelf");
  await copyFile(join(root, "usr/bin/patchelf"), patchelf);
  const viaLoader = (...args: string[]) =>
    run(interpreter, ["--library-path", libraries, patchelf, ...args]);
  const all = [libraries, ...libraryFolders.map((name) => join(libraries, name))];
  const path = ["--force-rpath", "--set-rpath", all.join(":")];
  if (libraryFolders.length > 0) {
    // A library with a path of its own does not look at the program's.
    for (const library of await librariesIn(all)) {
      const own = await viaLoader("--print-rpath", library);
      if (own.trim() !== "") await viaLoader(...path, library);
    }
  }
  let isComplete = true;
  for (const program of await programsIn(root)) {
    const isStatic = await viaLoader("--print-interpreter", program).then(
      () => false,
      () => true,
    );
    if (isStatic) continue;
    await viaLoader("--set-interpreter", interpreter, ...path, program);
    const found = await run(interpreter, ["--inhibit-cache", "--list", program]);
    const isOurs = (line: string) => line.includes(`=> ${root}/`) || line.includes(interpreter);
    const strangers = found.split("\n").filter((line) => / => \/|not found/.test(line));
    if (!strangers.every((line) => isOurs(line))) isComplete = false;
  }
  return isComplete;
}

async function librariesIn(folders: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.isFile() && /\.so\b/.test(entry.name)) found.push(join(folder, entry.name));
    }
  }
  return found;
}

async function libraryFolder(root: string): Promise<string> {
  const names = await readdir(join(root, "usr/lib"));
  const name = names.find((entry) => entry.endsWith("-linux-gnu"));
  if (name === undefined) throw new Error("no library folder among the packages");
  return join(root, "usr/lib", name);
}

async function programsIn(root: string): Promise<string[]> {
  const programs: string[] = [];
  for (const folder of ["usr/bin", "usr/libexec", "usr/lib/hx", "usr/lib/chromium"]) {
    const entries = await readdir(join(root, folder), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && !/\.so\b/.test(entry.name) && (await isElf(path))) programs.push(path);
    }
  }
  return programs;
}

async function isElf(path: string): Promise<boolean> {
  const handle = await open(path);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString("latin1") === "\u007FELF";
  } finally {
    await handle.close();
  }
}

/** Writes a script that starts `program` (a path under root) with the variables it needs. */
export async function writeLauncher(
  folder: string,
  name: string,
  program: string,
  variables: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<void> {
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  const exports = Object.entries(variables).map(([key, value]) => `export ${key}='${value}'`);
  const command = ["exec", join(folder, "root", program), ...args].map((word) => `'${word}'`);
  const script = ["#!/bin/sh", ...exports, `${command.join(" ").replace("'exec'", "exec")} "$@"`];
  await writeFile(join(bin, name), `${script.join("\n")}\n`);
  await chmod(join(bin, name), 0o755);
}
