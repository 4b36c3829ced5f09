// Emacs in a screen, with its own client (eglot) and with lsp-mode.
import { join } from "node:path";
import { clientConfigs, type Workspace } from "../support/workspace.ts";
import type { EditorDriver, Place } from "../support/editor.ts";
import type { Screen } from "../support/screen.ts";
import { openTerminal } from "../support/terminal.ts";

const quiet = `
(setq make-backup-files nil auto-save-default nil create-lockfiles nil inhibit-startup-screen t
      confirm-kill-processes nil warning-minimum-level :error use-short-answers t
      suggest-key-bindings nil
      ;; by default only a server that had lived for three seconds is started again
      eglot-autoreconnect t)
`;

const lspModePackages = (folder: string) => `
(dolist (package (directory-files ${JSON.stringify(folder)} t "^[a-z]"))
  (add-to-list 'load-path package))
(load "lsp-mode-autoloads" nil t)
(setq lsp-auto-guess-root t lsp-guess-root-without-session t lsp-client-packages nil
      lsp-enable-suggest-server-download nil lsp-headerline-breadcrumb-enable nil
      lsp-restart 'auto-restart)
`;

/** The other server of the tests, as a user would add any. */
const lspModeOther = `
(lsp-register-client
 (make-lsp-client :new-connection (lsp-stdio-connection '("typescript-language-server"))
                  :major-modes '(js-mode) :server-id 'other))
(setq lsp-completion-provider :none)
`;

async function open(workspace: Workspace, place: Place, before: string, file: string, after = "") {
  const configuration = JSON.stringify(join(clientConfigs, "emacs", file));
  const text = `${quiet}${before}(load ${configuration} nil t)\n${after}`;
  const init = await workspace.putHome("init.el", text);
  // +LINE:COLUMN would count what is painted, and an emoji is two columns wide
  const down = `(forward-line ${place.line - 1})`;
  const go = `(progn (goto-char 1) ${down} (forward-char ${place.column - 1}))`;
  return openTerminal(workspace, ["emacs", "-nw", "-Q", "-l", init, place.file, "--eval", go]);
}

async function save(screen: Screen): Promise<void> {
  await screen.keys("C-x", "C-s");
}

async function quit(screen: Screen): Promise<void> {
  await screen.keys("C-x", "C-c");
  await screen.see("Save file");
  await screen.keys("n");
  await screen.see("exit anyway");
  await screen.keys("y");
}

async function execute(screen: Screen, command: string): Promise<void> {
  await screen.keys("M-x");
  await screen.type(command);
  await screen.keys("Enter");
}

const emacs = {
  multiLine: "whole",
  // the started editor takes text at once
  startTyping: async (screen: Screen) => screen.see("main.js"),
  toggle: (screen: Screen) => execute(screen, "fim-toggle"),
  save,
  quit,
} as const;

export const eglot: EditorDriver = {
  ...emacs,
  name: "Emacs 30, eglot",
  fixture: "emacs-eglot",
  shows: "menu",
  // one server for each buffer
  hasOtherServers: false,
  open: (workspace, place) => open(workspace, place, "", "fim-eglot.el"),
  accept: (screen) => screen.keys("Tab"),
};

export const lspMode: EditorDriver = {
  ...emacs,
  name: "Emacs 30, lsp-mode",
  // it takes the ghost text away at each key
  asksForEachKey: true,
  fixture: "emacs-lsp-mode",
  shows: "ghost text",
  hasOtherServers: true,
  open: (workspace, place) =>
    open(
      workspace,
      place,
      lspModePackages(workspace.installed.editors?.emacsPackages ?? ""),
      "fim-lsp-mode.el",
      lspModeOther,
    ),
  askForMenu: (screen) => screen.keys("C-M-i"),
  accept: (screen) => screen.keys("Tab"),
};
