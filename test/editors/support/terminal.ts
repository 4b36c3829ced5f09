// A terminal of its own for one program (tmux): keys go in, the screen is read.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { kill, withDescendants } from "./process.ts";
import { waitFor } from "./wait.ts";

const execute = promisify(execFile);

export interface Terminal {
  /** What is on the screen, one line each, without trailing blanks. */
  screen(): Promise<string>;
  /** Named keys of tmux: `Escape`, `Enter`, `C-x`, `M-x`. */
  keys(...names: string[]): Promise<void>;
  /** Text, key by key. */
  type(text: string): Promise<void>;
  /** Waits until the text or pattern is on the screen. */
  see(wanted: string | RegExp): Promise<void>;
  /** Waits until it is not. */
  seeNo(unwanted: string | RegExp): Promise<void>;
  /** The last screen that could be read, also after the end. */
  lastScreen(): string;
  isRunning(): Promise<boolean>;
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly tmux: string;
  /** Holds the socket. */
  readonly folder: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

export async function openTerminal(options: TerminalOptions): Promise<Terminal> {
  const socket = join(options.folder, "tmux");
  const tmux = (...args: string[]) =>
    execute(options.tmux, ["-f", "/dev/null", "-S", socket, ...args], {
      cwd: options.cwd,
      env: options.env,
    });
  const quoted = options.command.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
  const size = ["-x", "110", "-y", "32"];
  const session = ["new-session", "-d", ...size, "-s", "editor", "-P", "-F", "#{pane_pid}"];
  const pid = Number((await tmux(...session, `exec ${quoted}`)).stdout);
  let last = "";

  const screen = async () => {
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
  const isSeen = async (wanted: string | RegExp) => {
    const text = await screen();
    return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
  };
  return {
    screen,
    lastScreen: () => last,
    async keys(...names) {
      await tmux("send-keys", "-t", "editor", ...names);
    },
    async type(text) {
      for (const character of text) {
        // tmux takes a lone semicolon for the end of a command
        const key = character === ";" ? String.raw`\;` : character;
        await tmux("send-keys", "-t", "editor", "-l", "--", key);
      }
    },
    async see(wanted) {
      await waitFor(`${wanted} on the screen`, () => isSeen(wanted));
    },
    async seeNo(unwanted) {
      await waitFor(`no ${unwanted} on the screen`, async () => !(await isSeen(unwanted)));
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
