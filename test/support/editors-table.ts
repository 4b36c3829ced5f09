/** The table of editors in client-configs/README.md: each cell is what a driver's scenarios hold it to. */
import { eglot, lspMode } from "../editors/drivers/emacs.ts";
import { helix } from "../editors/drivers/helix.ts";
import { neovimGhostText, neovimMenu } from "../editors/drivers/neovim.ts";
import { vimAle } from "../editors/drivers/vim.ts";
import { vscode } from "../editors/drivers/vscode.ts";
import type { EditorDriver } from "../editors/support/editor.ts";

const editors: readonly (readonly [name: string, folder: string, ...drivers: EditorDriver[]])[] = [
  ["Neovim 0.12", "neovim", neovimGhostText, neovimMenu],
  ["Helix 25.07", "helix", helix],
  ["Emacs 30, eglot", "emacs", eglot],
  ["Emacs 30, lsp-mode 10", "emacs", lspMode],
  ["Vim 9.2, ALE 4", "vim", vimAle],
  ["VS Code 1.100", "vscode", vscode],
];

/** Markdown, one row for each editor that the tests drive. */
export function editorsTable(): string {
  const rows = editors.map(([name, folder, ...drivers]) => {
    const shows = (what: EditorDriver["shows"]) =>
      drivers.some((driver) => driver.shows === what) ? "yes" : "no";
    const isWhole = drivers.every(({ multiLine }) => multiLine === "whole");
    const isBeside = drivers.every(({ hasOtherServers }) => hasOtherServers);
    return [
      `[${name}](${folder}/)`,
      shows("ghost text"),
      shows("menu"),
      isWhole ? "all lines" : "first line",
      // a scenario of every driver
      "yes",
      isBeside ? "yes" : "no",
    ];
  });
  const head = ["editor", "ghost text", "menu", "several lines", "typing along", "beside others"];
  const rule = head.map(() => "---");
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
