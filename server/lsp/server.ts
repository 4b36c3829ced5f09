/** The server as its client sees it: lifecycle, and the table of methods. */
import type { InitializeParams, MessageConnection } from "vscode-languageserver/node";

import type { Clock } from "../base/clock.ts";
import { createDocumentStore } from "../session/documents.ts";
import { createSessionHost } from "../session/host.ts";
import { createRedactor } from "../settings/redact.ts";
import { serverCapabilities, registrations } from "./capabilities.ts";
import { createClientLog } from "./client-log.ts";
import {
  clientProfile,
  countsCodePoints,
  positionEncoding,
  readsMarkdown,
} from "./client-profile.ts";
import { createClient } from "./client.ts";
import { executeCommand } from "./commands.ts";
import { createIndexingProgress } from "./indexing-progress.ts";
import { completion, createTypingWatch } from "./completion.ts";
import { dispatch, type Methods } from "./dispatch.ts";
import {
  didChange,
  didChangeNotebook,
  didClose,
  didCloseNotebook,
  didOpen,
  didOpenNotebook,
} from "./document-sync.ts";
import type { Edge } from "./edge.ts";
import { changedFolders, foldersOf, toPath } from "./folders.ts";
import { inlineCompletion } from "./inline-completion.ts";
import { asArray, asRecord } from "./json.ts";
import { createSettingsSync, type SettingsPlaces, type SettingsSync } from "./settings-sync.ts";

export interface ServerDependencies extends SettingsPlaces {
  readonly version: string;
  readonly clock: Clock;
  /** Ends the process; nothing is called afterwards. */
  readonly exit: (code: 0 | 1) => void;
  /** The client's process, to be watched; called at most once. */
  readonly watchProcess: (processId: number) => void;
  readonly appendToLogFile?: ((line: string) => void) | undefined;
}

/** Longest wait for the client's settings before the session starts without them. */
const pullTimeoutMs = 1000;

/** Listens on `connection` until the client leaves; nothing is read or asked before `initialize`. */
export function createServer(
  connection: MessageConnection,
  dependencies: ServerDependencies,
): void {
  const { clock, environment } = dependencies;
  const client = createClient(connection);
  const settings = createSettingsSync(dependencies, client);
  const redactor = createRedactor();
  const redact = (text: string): string => redactor.redact(text);
  const log = createClientLog({
    client,
    level: () => settings.current.settings["log.level"],
    redact,
    append: dependencies.appendToLogFile,
  });
  const documents = createDocumentStore();
  const host = createSessionHost({
    clock,
    log,
    documents,
    environment,
    observer: {
      onNotice: ({ severity, message }) =>
        client.showMessage(severity === "warning" ? "warn" : severity, redact(message)),
      onKey: (key) => redactor.add(key),
      onIndexing: createIndexingProgress(client),
    },
  });

  dispatch(
    connection,
    {
      async initialize(received) {
        const params = asRecord(received) as unknown as InitializeParams;
        if (typeof params.processId === "number") dependencies.watchProcess(params.processId);
        client.setTrace(params.trace);
        client.setCapabilities(params.capabilities);
        const folders = foldersOf(params);
        host.setFolders(folders);
        await settings.initialize(params, folders);
        const encoding = positionEncoding(params, settings.current.settings.positionEncoding);
        const edge: Edge = {
          client,
          clock,
          log,
          documents,
          host,
          encoding: countsCodePoints(params) ? "utf-32" : encoding,
          readsMarkdown: readsMarkdown(params),
          get settings() {
            return settings.current.settings;
          },
          get profile() {
            return clientProfile(params, settings.current.settings.clientProfile);
          },
        };
        return {
          result: {
            capabilities: serverCapabilities(params, settings.current.settings, encoding),
            serverInfo: { name: "fim-language-server", version: dependencies.version },
          },
          methods: methodsOf(edge, settings, { params, folders }),
        };
      },
      onAnswered: () => client.open(),
      shutdown: () => void host.close(),
      exit: dependencies.exit,
    },
    log,
  );
}

interface Opened {
  readonly params: InitializeParams;
  readonly folders: readonly string[];
}

/** The table of contents: every method that the server knows. */
function methodsOf(edge: Edge, settings: SettingsSync, { params, folders }: Opened): Methods {
  const { documents, host, client, clock } = edge;
  const sync = { documents, encoding: edge.encoding };
  const typing = createTypingWatch(edge);
  let openFolders = folders;

  /** Once: at `initialized`, or with the first message of a client that forgets it. */
  const start = once(async () => {
    edge.log.write("info", describeClient(edge, params));
    const wanted = registrations(params);
    if (wanted.length > 0) client.register(wanted);
    const pulled = settings.pull();
    await Promise.race([pulled, delay(clock, pullTimeoutMs)]);
    await host.configure(edge.settings);
    await pulled;
    await host.configure(edge.settings);
  });
  const started = <P extends unknown[], R>(handler: (...given: P) => R) => {
    return (...given: P): R => {
      void start();
      return handler(...given);
    };
  };

  return {
    requests: {
      "textDocument/inlineCompletion": started((request, signal) =>
        inlineCompletion(edge, request, signal),
      ),
      "textDocument/completion": started((request, signal) =>
        completion(edge, typing, request, signal),
      ),
      "workspace/executeCommand": started((request) => executeCommand(edge, request)),
    },
    notifications: {
      initialized: () => void start(),
      "textDocument/didOpen": started((change) => didOpen(sync, change)),
      "textDocument/didChange": (change) => didChange(sync, change),
      "textDocument/didClose": (change) => didClose(sync, change),
      "notebookDocument/didOpen": started((change) => didOpenNotebook(sync, change)),
      "notebookDocument/didChange": (change) => didChangeNotebook(sync, change),
      "notebookDocument/didClose": (change) => didCloseNotebook(sync, change),
      "workspace/didChangeConfiguration": (change) => {
        void settings.push(change).then(() => host.configure(edge.settings));
      },
      "workspace/didChangeWorkspaceFolders": (change) => {
        openFolders = changedFolders(openFolders, change);
        host.setFolders(openFolders);
      },
      "workspace/didChangeWatchedFiles": (change) => {
        const changes = asArray(asRecord(change)["changes"]);
        const paths = changes.map((file) => toPath(asRecord(file)["uri"]));
        host.filesChanged(paths.filter((path) => path !== undefined));
      },
      "$/setTrace": (trace) => client.setTrace(asRecord(trace)["value"]),
    },
  };
}

function describeClient({ profile, encoding }: Edge, { clientInfo }: InitializeParams): string {
  const name = [clientInfo?.name, clientInfo?.version].filter(Boolean).join(" ");
  return `client ${name === "" ? "without a name" : name}: profile ${profile.name}, positions in ${encoding}`;
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}

function delay(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.setTimer(resolve, ms);
  });
}
