/** The README's table of editors, generated from what the drivers declare. Every scenario checks these declarations. */
import { eglot, lspMode } from "../editors/drivers/emacs.ts";
import { helix } from "../editors/drivers/helix.ts";
import { neovimGhostText, neovimMenu } from "../editors/drivers/neovim.ts";
import { vimAle } from "../editors/drivers/vim.ts";
import { vscode } from "../editors/drivers/vscode.ts";
import type { EditorDriver } from "../editors/support/editor.ts";

/** Every editor that is driven: the scenarios of test/editors run for each of them. */
const drivers: readonly EditorDriver[] = [
  neovimGhostText,
  neovimMenu,
  helix,
  eglot,
  lspMode,
  vimAle,
  vscode,
];

export function editorsTable(): string {
  const head = [
    "| editor | shown as | of several lines | typing through it | beside other servers |",
    "| --- | --- | --- | --- | --- |",
  ];
  const rows = drivers.map(({ name, shows, multiLine, hasOtherServers }) => {
    const lines = multiLine === "whole" ? "all are inserted" : "the first is inserted";
    // The scenario of that name runs for every driver.
    const typing = "kept, no request";
    return `| ${[name, shows, lines, typing, hasOtherServers ? "yes" : "no"].join(" | ")} |`;
  });
  return [...head, ...rows].join("\n");
}
