// Neovim 0.12: ghost text (vim.lsp.inline_completion), and its own completion menu.
import type { EditorDriver, Place } from "../support/editor.ts";
import type { Terminal } from "../support/terminal.ts";
import { clientConfigs, type Workspace } from "../support/workspace.ts";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** The other server of the tests, as a user would add any. */
const otherServer = `
vim.lsp.config('other', { cmd = { 'typescript-language-server' }, filetypes = { 'javascript' } })
vim.lsp.enable('other')
vim.o.completeopt = 'menuone,noselect'
`;

async function prepare(workspace: Workspace, place: Place, sample: string) {
  await workspace.copyHome("neovim/lsp", ".config/nvim/lsp");
  const text = await readFile(join(clientConfigs, "neovim", sample), "utf8");
  await workspace.putHome(".config/nvim/init.lua", `vim.o.swapfile = false\n${text}${otherServer}`);
  const cursor = `+call setcursorcharpos(${place.line}, ${place.column})`;
  return { command: ["nvim", cursor, place.file] };
}

async function startTyping(terminal: Terminal, place: Place): Promise<void> {
  await terminal.keys(place.isAtLineEnd ? "A" : "i");
  await terminal.see("-- INSERT --");
}

async function save(terminal: Terminal): Promise<void> {
  await leaveInsertMode(terminal);
  await terminal.type(":w");
  await terminal.keys("Enter");
  await terminal.see("written");
}

async function restart(terminal: Terminal): Promise<void> {
  await terminal.type(":edit");
  await terminal.keys("Enter");
}

async function quit(terminal: Terminal): Promise<void> {
  await leaveInsertMode(terminal);
  await terminal.type(":qa!");
  await terminal.keys("Enter");
}

async function leaveInsertMode(terminal: Terminal): Promise<void> {
  await terminal.keys("Escape");
  await terminal.seeNo("-- INSERT --");
}

export const neovimGhostText: EditorDriver = {
  name: "Neovim 0.12, ghost text",
  shows: "ghost text",
  multiLine: "whole",
  // 0.12.4 keeps the item's range of before the key, so the key would stay behind the inserted text
  acceptsOnlyFreshAnswers: true,
  hasOtherServers: true,
  restart,
  prepare: (workspace, place) => prepare(workspace, place, "ghost-text.lua"),
  startTyping,
  askForMenu: (terminal) => terminal.keys("C-x", "C-o"),
  closeMenu: (terminal) => terminal.keys("C-e"),
  accept: (terminal) => terminal.keys("Tab"),
  save,
  quit,
};

export const neovimMenu: EditorDriver = {
  name: "Neovim 0.12, menu",
  shows: "menu",
  multiLine: "whole",
  hasOtherServers: true,
  restart,
  prepare: (workspace, place) => prepare(workspace, place, "menu.lua"),
  startTyping,
  ask: (terminal) => terminal.keys("C-Space"),
  // while only other servers' complete lists are shown, Neovim sends no request
  closeMenu: (terminal) => terminal.keys("C-e"),
  accept: (terminal) => terminal.keys("C-n", "C-y"),
  save,
  quit,
};
