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

/** The other server of the tests, as a user would add any; no other linter may look at the file. */
const after = `
call ale#linter#Define('javascript', {'name': 'other', 'lsp': 'stdio', 'executable': 'typescript-language-server', 'command': '%e', 'project_root': function('FimProjectRoot'), 'language': 'javascript'})
let g:ale_linters = {'javascript': ['fim', 'other']}
`;

export const vimAle: EditorDriver = {
  name: "Vim 9.2, ALE",
  shows: "menu",
  multiLine: "first line",
  hasOtherServers: true,
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
