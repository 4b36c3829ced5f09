// A folder with everything one editor touches: its home, its configuration, the project.
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TerminalEditors } from "../acquire/terminal-editors.ts";
import type { VsCode } from "../acquire/vscode.ts";

export const clientConfigs = fileURLToPath(new URL("../../../client-configs", import.meta.url));

/** What there is to test on this machine. */
export interface Installed {
  /** The folder of the server's command. */
  readonly serverBin?: string;
  readonly editors?: TerminalEditors;
  readonly vscode?: VsCode;
  /** The folder of the installed extension for VS Code, which brings its own server. */
  readonly extension?: string;
}

export interface Workspace {
  readonly folder: string;
  readonly home: string;
  readonly project: string;
  /** Where record.mjs writes. */
  readonly traffic: string;
  readonly installed: Installed;
  /** Nothing of the user's environment but what programs need to be found. */
  readonly env: Readonly<Record<string, string>>;
  /** Writes a file into the home folder. */
  putHome(path: string, text: string): Promise<string>;
  /** Copies a file of client-configs/ into the home folder. */
  copyHome(from: string, path: string): Promise<string>;
  /** Makes a command that every program started here can call. */
  putCommand(name: string, script: string): Promise<void>;
  remove(): Promise<void>;
}

export async function createWorkspace(
  installed: Installed,
  variables: Readonly<Record<string, string>>,
): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), "fim-"));
  const home = join(folder, "home");
  const project = join(folder, "project");
  const traffic = join(folder, "traffic");
  const bin = join(folder, "bin");
  for (const path of [home, project, traffic, bin]) await mkdir(path, { recursive: true });
  await makeRepository(project);
  const write = async (path: string, text: string, mode?: number) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, mode === undefined ? {} : { mode });
    return path;
  };
  const record = new URL("record.mjs", import.meta.url).href;
  return {
    folder,
    home,
    project,
    traffic,
    installed,
    env: {
      PATH: [bin, installed.serverBin, installed.editors?.bin, process.env["PATH"]]
        .filter((path) => path !== undefined)
        .join(":"),
      HOME: home,
      XDG_CONFIG_HOME: join(home, ".config"),
      XDG_DATA_HOME: join(home, ".local/share"),
      XDG_STATE_HOME: join(home, ".local/state"),
      XDG_CACHE_HOME: join(home, ".cache"),
      TMPDIR: folder,
      LANG: "C.UTF-8",
      LC_ALL: "C.UTF-8",
      TERM: "screen-256color",
      SHELL: "/bin/sh",
      NODE_OPTIONS: `--import=${record}`,
      RECORD_FOLDER: traffic,
      ...variables,
    },
    putHome: (path, text) => write(join(home, path), text),
    async copyHome(from, path) {
      const target = join(home, path);
      await mkdir(dirname(target), { recursive: true });
      await cp(join(clientConfigs, from), target, { recursive: true });
      return target;
    },
    async putCommand(name, script) {
      await write(join(bin, name), script, 0o755);
    },
    remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** An empty git repository, as Emacs asks git for the files of a project that looks like one. */
async function makeRepository(project: string): Promise<void> {
  for (const name of ["objects", "refs"]) {
    await mkdir(join(project, ".git", name), { recursive: true });
  }
  await writeFile(join(project, ".git/HEAD"), "ref: refs/heads/main\n");
}
