/** A session with one open file, as in an editor, for the commands that request a suggestion. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { Offset } from "../engine/document.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";
import { createDocumentStore, type DocumentStore } from "../documents/document-store.ts";
import { createServerConsent } from "../session/provider/server-consent.ts";
import { createSessionHost, type SessionHost } from "../session/host.ts";
import type { Exchange } from "../session/session.ts";
import { describeIssues } from "../settings/issue.ts";
import { UsageError, type CommandIo } from "./command.ts";
import { loadSettings, type LoadedSettings } from "./load-settings.ts";

export interface OpenFile {
  readonly path: string;
  readonly uri: string;
  readonly text: string;
  /** The folder that counts as the workspace. */
  readonly folder: string;
  readonly loaded: LoadedSettings;
  readonly documents: DocumentStore;
  readonly host: SessionHost;
}

/** Like a request by the editor's key. */
export function suggestInvoked(
  { host, uri }: OpenFile,
  offset: Offset,
): Promise<CompletionOutcome> {
  const request = { uri, offset, trigger: "invoked", surface: "inline" } as const;
  return host.session.suggest(request, new AbortController().signal);
}

/** Invalid settings and the provider's messages go to stderr. */
export async function openFile(
  name: string,
  configFile: string | undefined,
  io: CommandIo,
  onExchange?: (exchange: Exchange) => void,
): Promise<OpenFile> {
  const path = resolve(io.workingDirectory, name);
  const text = await readText(path);
  const folder = await workspaceFolderOf(path);
  const loaded = await loadSettings(io, configFile, [folder]);
  if (loaded.issues.length > 0) io.writeError(`${describeIssues(loaded.issues)}\n`);

  const documents = createDocumentStore();
  const host = createSessionHost({
    clock: systemClock,
    log: silentLog,
    documents,
    environment: io.environment,
    serverConsent: createServerConsent(io, {
      tell: (message) => io.writeError(`${message}\n`),
      note: () => {},
      isAtTerminal: true,
    }),
    observer: {
      onNotice: ({ message, detail = message }) => io.writeError(`${detail}\n`),
      ...(onExchange === undefined ? {} : { onExchange }),
    },
  });
  const uri = pathToFileURL(path).href;
  host.setFolders([folder]);
  documents.open({ uri, text });
  await host.configure(loaded.settings);
  await host.whenSettled();
  return { path, uri, text, folder, loaded, documents, host };
}

/** @throws UsageError if there is no such file. */
export async function readText(path: string): Promise<string> {
  try {
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await readFile(path));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new UsageError(`cannot read ${path} (${code})`, { cause: error });
  }
}

/** Files that mark the root of a project in most languages. */
const markers = [
  ".git",
  ".hg",
  "package.json",
  "pyproject.toml",
  "go.mod",
  "Cargo.toml",
  "pom.xml",
];

/** The nearest ancestor folder that looks like the root of a project; otherwise the file's own folder. */
async function workspaceFolderOf(path: string): Promise<string> {
  const own = dirname(path);
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder)) {
    for (const marker of markers) {
      const isMarked = await stat(join(folder, marker)).then(
        () => true,
        () => false,
      );
      if (isMarked) return folder;
    }
  }
  return own;
}
