// The editors that run in a terminal, and tmux to drive them with.
import { mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { unpackPackages, writeLauncher } from "./debian.ts";
import { cachedFolder } from "./folder.ts";
import { run } from "./run.ts";

const packages = [
  "neovim",
  "hx",
  "emacs-nox",
  "elpa-lsp-mode",
  "vim",
  "vim-ale",
  "kakoune",
  "tmux",
] as const;

export interface TerminalEditors {
  /** Holds nvim, hx, emacs, vim, kak and tmux. */
  readonly bin: string;
  /** Holds one folder per Emacs Lisp package. */
  readonly emacsPackages: string;
  /** A Vim plugin folder. */
  readonly ale: string;
  /** Debian's version of each package. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Where Debian puts them, below the folder. */
const emacsPackages = "root/usr/share/emacs/site-lisp/elpa-src";

/** The editors, installed into the cache on first use (about 15 s); throws when they cannot be had. */
export async function obtainTerminalEditors(): Promise<TerminalEditors> {
  const folder = await cachedFolder("terminal", await recipe(), install);
  return {
    bin: join(folder, "bin"),
    emacsPackages: join(folder, emacsPackages),
    ale: join(folder, "root/usr/share/vim-ale"),
    versions: await versionsIn(folder),
  };
}

/** What is installed follows from these files: a change of them installs again. */
async function recipe(): Promise<string> {
  const paths = [import.meta.url, new URL("debian.ts", import.meta.url).href];
  const sources = await Promise.all(paths.map((path) => readFile(fileURLToPath(path), "utf8")));
  return sources.join("\n");
}

async function install(folder: string): Promise<void> {
  await unpackPackages(folder, packages);
  const root = join(folder, "root");
  const share = (...path: string[]) => join(root, "usr/share", ...path);
  await writeLauncher(folder, "tmux", "usr/bin/tmux");
  await writeLauncher(folder, "kak", "usr/bin/kak");
  await writeLauncher(folder, "nvim", "usr/bin/nvim", {
    VIM: share("nvim"),
    VIMRUNTIME: share("nvim/runtime"),
  });
  await writeLauncher(folder, "hx", "usr/lib/hx/hx", {
    HELIX_RUNTIME: join(root, "usr/lib/hx/runtime"),
  });
  const vim = await onlyEntry(share("vim"), /^vim\d/);
  await writeLauncher(folder, "vim", "usr/bin/vim.basic", {
    VIM: share("vim"),
    VIMRUNTIME: share("vim", vim),
  });
  await emacsLauncher(folder);
  for (const [program, flag] of [
    ["tmux", "-V"],
    ["kak", "-version"],
    ["nvim", "--version"],
    ["hx", "--version"],
    ["vim", "--version"],
    ["emacs", "--version"],
  ] as const) {
    await run(join(folder, "bin", program), [flag]);
  }
  await compileEmacsPackages(folder);
  await rm(join(folder, "apt"), { recursive: true, force: true });
}

/** Debian compiles them when they are installed; uncompiled, lsp-mode takes seconds to load. */
async function compileEmacsPackages(folder: string): Promise<void> {
  const packagesFolder = join(folder, emacsPackages);
  const found = (await readdir(packagesFolder)).map((name) => join(packagesFolder, name));
  const path = found.flatMap((name) => ["-L", name]);
  const compile = `(dolist (folder command-line-args-left) (byte-recompile-directory folder 0))`;
  const args = ["-Q", "--batch", ...path, "--eval", "(setq byte-compile-warnings nil)"];
  await run(join(folder, "bin/emacs"), [...args, "--eval", compile, ...found]);
}

async function emacsLauncher(folder: string): Promise<void> {
  const usr = join(folder, "root/usr");
  const version = await onlyEntry(join(usr, "share/emacs"), /^\d/);
  const libexec = join(usr, "libexec/emacs", version);
  const programs = join(libexec, await onlyEntry(libexec, /-linux-gnu$/));
  const dump = join(programs, await onlyEntry(programs, /\.pdmp$/));
  // There is no assembler beside Emacs' native compiler. Emacs reads the subdirs.el of each folder
  // of its load path before anything else, even with -Q: there it is told not to compile.
  const first = join(folder, "emacs-first");
  await mkdir(first, { recursive: true });
  await writeFile(
    join(first, "subdirs.el"),
    "(setq native-comp-jit-compilation nil native-comp-enable-subr-trampolines nil)\n",
  );
  const lisp = join(usr, "share/emacs", version, "lisp");
  await writeLauncher(
    folder,
    "emacs",
    "usr/bin/emacs-nox",
    {
      EMACSDATA: join(usr, "share/emacs", version, "etc"),
      EMACSDOC: join(usr, "share/emacs", version, "etc"),
      EMACSPATH: programs,
      EMACSLOADPATH: `${first}:${lisp}`,
    },
    [`--dump-file=${dump}`],
  );
  await symlink("emacs", join(folder, "bin/emacs-nox"));
}

async function onlyEntry(folder: string, name: RegExp): Promise<string> {
  const found = (await readdir(folder)).find((entry) => name.test(entry));
  if (found === undefined) throw new Error(`nothing in ${folder} matches ${name}`);
  return found;
}

async function versionsIn(folder: string): Promise<Record<string, string>> {
  const plan = (await readFile(join(folder, "packages.txt"), "utf8")).trim().split("\n");
  const pairs = plan.map((entry) => entry.split("=", 2) as [string, string]);
  return Object.fromEntries(
    pairs.filter(([name]) => (packages as readonly string[]).includes(name)),
  );
}
