// Helix: its completion menu, filled while typing.
import type { EditorDriver } from "../support/editor.ts";
import type { Screen } from "../support/screen.ts";
import { openTerminal } from "../support/terminal.ts";

const normalMode = /^ *NOR /m;
const insertMode = /^ *INS /m;

export const helix: EditorDriver = {
  name: "Helix 25.07",
  fixture: "helix-25.07",
  shows: "menu",
  multiLine: "whole",
  hasOtherServers: true,
  async open(workspace, { file, line, column }) {
    await workspace.copyHome("helix/languages.toml", ".config/helix/languages.toml");
    // a theme of the terminal's own colours; every other setting stays Helix' default
    await workspace.putHome(".config/helix/config.toml", 'theme = "base16_default_dark"\n');
    return openTerminal(workspace, [
      "hx",
      "-vv",
      "--log",
      `${workspace.home}/hx.log`,
      `${file}:${line}:${column}`,
    ]);
  },
  async startTyping(screen) {
    await screen.see(normalMode);
    await screen.keys("i");
    await screen.see(insertMode);
  },
  invoke: (screen) => screen.keys("C-x"),
  async accept(screen) {
    // the first entry is not selected before a key says so
    await screen.keys("C-n", "Enter");
  },
  restart: (screen) => commandLine(screen, "lsp-restart fim"),
  async toggle(screen) {
    await commandLine(screen, "lsp-workspace-command fim.toggle");
    // behind the end of the line
    await screen.keys("A");
    await screen.see(insertMode);
  },
  save: (screen) => commandLine(screen, "write"),
  quit: (screen) => commandLine(screen, "quit!"),
};

async function commandLine(screen: Screen, command: string): Promise<void> {
  await screen.keys("Escape");
  await screen.see(normalMode);
  await screen.type(`:${command}`);
  await screen.keys("Enter");
}
