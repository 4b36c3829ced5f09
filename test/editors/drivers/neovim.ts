// Neovim 0.12: ghost text (vim.lsp.inline_completion), and its own completion menu.
import type { EditorDriver, Place } from "../support/editor.ts";
import type { Screen } from "../support/screen.ts";
import { openTerminal } from "../support/terminal.ts";
import { clientConfigs, type Workspace } from "../support/workspace.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The other server of the tests, as a user would add any. */
const otherServer = `
vim.lsp.config('other', { cmd = { 'typescript-language-server' }, filetypes = { 'javascript' } })
vim.lsp.enable('other')
vim.o.completeopt = 'menuone,noselect'
`;

async function open(workspace: Workspace, place: Place, sample: string) {
  await workspace.copyHome("neovim/lsp", ".config/nvim/lsp");
  const text = await readFile(join(clientConfigs, "neovim", sample), "utf8");
  await workspace.putHome(".config/nvim/init.lua", `vim.o.swapfile = false\n${text}${otherServer}`);
  const cursor = `+call setcursorcharpos(${place.line}, ${place.column})`;
  return openTerminal(workspace, ["nvim", cursor, place.file]);
}

async function startTyping(screen: Screen, place: Place): Promise<void> {
  await screen.keys(place.isAtLineEnd ? "A" : "i");
  await screen.see("-- INSERT --");
}

async function save(screen: Screen): Promise<void> {
  await leaveInsertMode(screen);
  await screen.type(":w");
  await screen.keys("Enter");
  await screen.see("written");
}

async function restart(screen: Screen): Promise<void> {
  await screen.type(":edit");
  await screen.keys("Enter");
}

async function toggle(screen: Screen): Promise<void> {
  await leaveInsertMode(screen);
  await screen.type(":LspFimToggle");
  await screen.keys("Enter");
  await screen.keys("A");
  await screen.see("-- INSERT --");
}

async function quit(screen: Screen): Promise<void> {
  await leaveInsertMode(screen);
  await screen.type(":qa!");
  await screen.keys("Enter");
}

async function leaveInsertMode(screen: Screen): Promise<void> {
  await screen.keys("Escape");
  await screen.seeNo("-- INSERT --");
}

export const neovimGhostText: EditorDriver = {
  name: "Neovim 0.12, ghost text",
  fixture: "neovim-0.12",
  shows: "ghost text",
  multiLine: "whole",
  // 0.12.4 keeps the item's range of before the key, so the key would stay behind the inserted text
  asksForEachKey: true,
  hasOtherServers: true,
  restart,
  toggle,
  open: (workspace, place) => open(workspace, place, "ghost-text.lua"),
  startTyping,
  askForMenu: (screen) => screen.keys("C-x", "C-o"),
  closeMenu: (screen) => screen.keys("C-e"),
  accept: (screen) => screen.keys("Tab"),
  save,
  quit,
};

export const neovimMenu: EditorDriver = {
  name: "Neovim 0.12, menu",
  fixture: "neovim-0.12",
  shows: "menu",
  multiLine: "whole",
  hasOtherServers: true,
  restart,
  toggle,
  open: (workspace, place) => open(workspace, place, "menu.lua"),
  startTyping,
  ask: (screen) => screen.keys("C-Space"),
  // while only other servers' complete lists are shown, Neovim sends no request
  closeMenu: (screen) => screen.keys("C-e"),
  accept: (screen) => screen.keys("C-n", "C-y"),
  save,
  quit,
};
