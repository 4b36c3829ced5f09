/** What is registered after `initialized`, where the client can: notice of changed settings and files. */
import type { Registration } from "vscode-languageserver/node";

import { languageTable } from "../engine/languages/language-of.ts";
import { settingsSection } from "../settings/flatten.ts";
import { asRecord } from "./json.ts";

export function registrations(params: unknown): readonly Registration[] {
  const { capabilities, clientInfo } = asRecord(params);
  const workspace = asRecord(asRecord(capabilities)["workspace"]);
  const isDynamic = (name: string): boolean =>
    asRecord(workspace[name])["dynamicRegistration"] === true;
  const wanted: Registration[] = [];
  if (isDynamic("didChangeConfiguration")) {
    wanted.push({
      id: "fim-settings",
      method: "workspace/didChangeConfiguration",
      registerOptions: { section: settingsSection },
    });
  }
  if (isDynamic("didChangeWatchedFiles") && !asksBeforeWatching(clientInfo)) {
    wanted.push({
      id: "fim-files",
      method: "workspace/didChangeWatchedFiles",
      registerOptions: { watchers: watchedGlobs().map((globPattern) => ({ globPattern })) },
    });
  }
  return wanted;
}

/**
 * lsp-mode watches every folder whatever the pattern is. In a large workspace it first asks a question that takes
 * the keys. Without notices the workspace is looked through again when typing goes on.
 */
function asksBeforeWatching(clientInfo: unknown): boolean {
  return asRecord(clientInfo)["name"] === "emacs";
}

/** Sources, and the files that say what may be sent: what a build or a package manager writes is not told. */
function watchedGlobs(): readonly string[] {
  const extensions = languageTable
    .filter(({ isUnlearned }) => isUnlearned !== true)
    .flatMap(({ files }) => files.split(" "))
    .filter((file) => file.startsWith("*."))
    .map((file) => file.slice("*.".length));
  return ["**/.{gitignore,fimignore}", `**/*.{${[...new Set(extensions)].join(",")}}`];
}
