// Vim with ALE: ALE's completion menu.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { clientConfigs } from "../support/workspace.ts";
import type { EditorDriver } from "../support/editor.ts";
import type { Terminal } from "../support/terminal.ts";

const before = (ale: string) => `
set nocompatible noswapfile nobackup viminfo= showmode ttimeoutlen=0
execute 'set runtimepath^=' . fnameescape('${ale}')
let g:ale_completion_enabled = 1
filetype plugin on
`;

/** No other linter may look at the file. */
const after = "let g:ale_linters = {'javascript': ['fim']}\n";

export const vimAle: EditorDriver = {
  name: "Vim 9.2, ALE",
  shows: "menu",
  multiLine: "first line",
  // ALE asks the first server that is ready and no other
  hasOtherServers: false,
  async prepare(workspace, { file, line, column }) {
    const sample = await readFile(join(clientConfigs, "vim/ale.vim"), "utf8");
    const vimrc = `${before(workspace.editors.ale)}${sample}${after}`;
    const path = await workspace.putHome(".vimrc", vimrc);
    return { command: ["vim", "-Nu", path, `+call setcursorcharpos(${line}, ${column})`, file] };
  },
  async startTyping(terminal, place) {
    await terminal.keys(place.isAtLineEnd ? "A" : "i");
    await terminal.see("-- INSERT --");
  },
  accept: (terminal) => terminal.keys("C-n", "C-y"),
  restart: (terminal) => commandLine(terminal, "ALELint"),
  save: (terminal) => commandLine(terminal, "write"),
  quit: (terminal) => commandLine(terminal, "qall!"),
};

async function commandLine(terminal: Terminal, command: string): Promise<void> {
  await terminal.keys("Escape");
  await terminal.seeNo("-- INSERT");
  await terminal.type(`:${command}`);
  await terminal.keys("Enter");
}
