// Vim with ALE: ALE's completion menu.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { clientConfigs } from "../support/workspace.ts";
import type { EditorDriver } from "../support/editor.ts";
import type { Screen } from "../support/screen.ts";
import { openTerminal } from "../support/terminal.ts";

const before = (ale: string) => `
set nocompatible noswapfile nobackup viminfo= showmode ttimeoutlen=0
execute 'set runtimepath^=' . fnameescape('${ale}')
filetype plugin on
`;

export const vimAle: EditorDriver = {
  name: "Vim 9.2, ALE",
  fixture: "vim-ale",
  shows: "menu",
  multiLine: "first line",
  // ALE asks the first server that is ready and no other
  hasOtherServers: false,
  async open(workspace, { file, line, column }) {
    const sample = await readFile(join(clientConfigs, "vim/ale.vim"), "utf8");
    const vimrc = `${before(workspace.installed.editors?.ale ?? "")}${sample}`;
    const path = await workspace.putHome(".vimrc", vimrc);
    return openTerminal(workspace, [
      "vim",
      "-Nu",
      path,
      `+call setcursorcharpos(${line}, ${column})`,
      file,
    ]);
  },
  async startTyping(screen, place) {
    await screen.keys(place.isAtLineEnd ? "A" : "i");
    await screen.see("-- INSERT --");
  },
  accept: (screen) => screen.keys("C-n", "C-y"),
  restart: (screen) => commandLine(screen, "ALELint"),
  save: (screen) => commandLine(screen, "write"),
  quit: (screen) => commandLine(screen, "qall!"),
};

async function commandLine(screen: Screen, command: string): Promise<void> {
  await screen.keys("Escape");
  await screen.seeNo("-- INSERT");
  await screen.type(`:${command}`);
  await screen.keys("Enter");
}
