// A terminal of its own for one program (tmux): keys go in, the screen is read.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { kill, withDescendants } from "./process.ts";
import type { Workspace } from "./workspace.ts";
import { watching, type Screen } from "./screen.ts";

const execute = promisify(execFile);

/** Starts the command in the workspace's project, in a terminal. The keys are those of tmux: `C-x`, `Enter`. */
export async function openTerminal(
  workspace: Workspace,
  command: readonly string[],
): Promise<Screen> {
  const socket = join(workspace.folder, "tmux");
  const tmux = (...args: string[]) =>
    execute("tmux", ["-f", "/dev/null", "-S", socket, ...args], {
      cwd: workspace.project,
      env: workspace.env,
    });
  const quoted = command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const size = ["-x", "110", "-y", "32"];
  const session = ["new-session", "-d", ...size, "-s", "editor", "-P", "-F", "#{pane_pid}"];
  const pid = Number((await tmux(...session, `exec ${quoted}`)).stdout);
  let last = "";

  const read = async () => {
    try {
      const { stdout } = await tmux("capture-pane", "-p", "-t", "editor");
      // a program may move over blanks by a tab
      last = stdout.replaceAll("\t", " ").replaceAll(/ +$/gm, "");
    } catch {
      // the program has ended, and its terminal with it
      last = last.endsWith("(ended)\n") ? last : `${last}(ended)\n`;
    }
    return last;
  };
  return {
    read,
    ...watching(read),
    lastRead: () => last,
    async keys(...names) {
      await tmux("send-keys", "-t", "editor", ...names);
    },
    async type(text) {
      if (text === "") return;
      // In one go: a busy machine between two keys would look like a person who pauses.
      // tmux takes a semicolon at the end for the end of a command.
      await tmux("send-keys", "-t", "editor", "-l", "--", text.replace(/;$/, String.raw`\;`));
    },
    isRunning: () =>
      tmux("has-session", "-t", "editor").then(
        () => true,
        () => false,
      ),
    async close() {
      // Emacs outlives its terminal, and Neovim's core is a process of its own
      const family = withDescendants(pid);
      for (const member of family) kill(member);
      await tmux("kill-server").catch(() => {});
    },
  };
}
