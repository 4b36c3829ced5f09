// Helix: its completion menu, filled while typing.
import type { EditorDriver } from "../support/editor.ts";
import type { Terminal } from "../support/terminal.ts";

const normalMode = /^ *NOR /m;
const insertMode = /^ *INS /m;

export const helix: EditorDriver = {
  name: "Helix 25.07",
  shows: "menu",
  multiLine: "whole",
  hasOtherServers: true,
  async prepare(workspace, { file, line, column }) {
    await workspace.copyHome("helix/languages.toml", ".config/helix/languages.toml");
    // a theme of the terminal's own colours; every other setting stays Helix' default
    await workspace.putHome(".config/helix/config.toml", 'theme = "base16_default_dark"\n');
    return {
      command: ["hx", "-vv", "--log", `${workspace.home}/hx.log`, `${file}:${line}:${column}`],
    };
  },
  async startTyping(terminal) {
    await terminal.see(normalMode);
    await terminal.keys("i");
    await terminal.see(insertMode);
  },
  invoke: (terminal) => terminal.keys("C-x"),
  async accept(terminal) {
    // the first entry is not selected before a key says so
    await terminal.keys("C-n", "Enter");
  },
  restart: (terminal) => commandLine(terminal, "lsp-restart fim"),
  save: (terminal) => commandLine(terminal, "write"),
  quit: (terminal) => commandLine(terminal, "quit!"),
};

async function commandLine(terminal: Terminal, command: string): Promise<void> {
  await terminal.keys("Escape");
  await terminal.see(normalMode);
  await terminal.type(`:${command}`);
  await terminal.keys("Enter");
}
