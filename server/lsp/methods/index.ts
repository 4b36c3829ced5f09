/** The table of all methods that the server implements. Loaded after `initialize` has been answered. */
import type { InitializeParams } from "vscode-languageserver/node";

import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { within } from "../../base/wait.ts";
import { createDocumentStore } from "../../documents/document-store.ts";
import type { LocalServer } from "../../providers/detect.ts";
import { createServerConsent } from "../../session/provider/server-consent.ts";
import { createSessionHost, type SessionHost } from "../../session/host.ts";
import type { ProviderNotice } from "../../session/session.ts";
import type { Environment } from "../../settings/environment.ts";
import type { Redactor } from "../../settings/redact.ts";
import { registrations } from "../registrations.ts";
import {
  clientProfile,
  countsCodePoints,
  inlinePainting,
  positionEncoding,
  readsMarkdown,
  resolvesActionEdits,
} from "../client/client-profile.ts";
import type { Client } from "../client/client.ts";
import type { Questions } from "../client/questions.ts";
import { codeAction, resolveCodeAction } from "./code-action.ts";
import { executeCommand } from "./commands.ts";
import { completion, createTypingWatch } from "./completion.ts";
import type { Methods, NotificationHandler, RequestHandler } from "../connection/lifecycle.ts";
import {
  didChange,
  didChangeNotebook,
  didClose,
  didCloseNotebook,
  didOpen,
  didOpenNotebook,
} from "./document-sync.ts";
import type { RequestContext } from "./request-context.ts";
import { createFileChanges } from "./file-changes.ts";
import { writeUsagePage } from "../../session/usage/usage-page.ts";
import { stateFolder } from "../../files/state-folder.ts";
import { changedFolders } from "../folders.ts";
import { createStatePush, showsState } from "../client/state-push.ts";
import { shownState } from "../client/state-text.ts";
import { createIndexingProgress } from "../client/indexing-progress.ts";
import { didShowInlineEdit, inlineEdit } from "./inline-edit.ts";
import { inlineCompletion } from "./inline-completion.ts";
import { asRecord } from "../json.ts";
import { OwnFiles } from "../own-files.ts";
import type { SettingsSync } from "../settings-sync.ts";

export interface MethodDependencies {
  readonly client: Client;
  readonly questions: Questions;
  readonly settings: SettingsSync;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly clock: Clock;
  readonly environment: Environment;
  readonly homeDirectory: string;
  readonly platform: NodeJS.Platform;
  readonly localServers?: readonly LocalServer[] | undefined;
  /** Registers work for the end of the process, regardless of how it ends. */
  readonly beforeExit?: (callback: () => void) => void;
}

/** Longest wait for the client's settings before the session starts without them. */
const pullTimeoutMs = 1000;

/** `params` are those of `initialize`; `folders` the paths in them. */
export async function createMethods(
  dependencies: MethodDependencies,
  params: InitializeParams,
  folders: readonly string[],
): Promise<Methods> {
  const { client, settings, clock } = dependencies;
  await settings.resolve();
  const context = createRequestContext(dependencies, params);
  const { host } = context;
  dependencies.beforeExit?.(() => host.flushUsage());
  const typing = createTypingWatch(context);
  let openFolders = folders;
  host.setFolders(openFolders);
  settings.onDidDecide(() => void host.configure(context.settings));

  /** Runs once: at `initialized`, or at the first message of a client that omits it. */
  const start = once(async () => {
    context.log.write("info", describeClient(context, params));
    const wanted = registrations(params);
    if (wanted.length > 0) client.register(wanted);
    const pulled = settings.pull();
    await within(clock, pullTimeoutMs, pulled);
    await host.configure(context.settings);
    await pulled;
    await host.configure(context.settings);
  });
  const started = (handler: NotificationHandler): NotificationHandler => {
    return (given) => {
      void start();
      handler(given);
    };
  };
  const answered = (method: string, handler: RequestHandler): [string, RequestHandler] => [
    method,
    async (given, signal) => {
      void start();
      const startedAt = clock.now();
      const answer = await handler(given, signal);
      client.trace(`${method} was answered in ${(clock.now() - startedAt).toFixed(1)} ms`);
      return answer;
    },
  ];

  return {
    requests: Object.fromEntries([
      answered("textDocument/inlineCompletion", (request, signal) =>
        inlineCompletion(context, request, signal),
      ),
      answered("textDocument/completion", (request, signal) =>
        completion(context, typing, request, signal),
      ),
      answered("textDocument/codeAction", (request) => codeAction(context, request)),
      answered("codeAction/resolve", (request) => resolveCodeAction(context, request)),
      answered("textDocument/copilotInlineEdit", (request) => inlineEdit(context, request)),
      answered("workspace/executeCommand", (request) => executeCommand(context, request)),
    ]),
    notifications: {
      initialized: () => void start(),
      "textDocument/didOpen": started((change) => {
        settings.noteDocument();
        didOpen(context, change);
      }),
      "textDocument/didChange": (change) => {
        context.ownFiles.noteKey();
        settings.noteDocument();
        didChange(context, change);
      },
      "textDocument/didClose": (change) => didClose(context, change),
      "notebookDocument/didOpen": started((change) => {
        settings.noteDocument();
        didOpenNotebook(context, change);
      }),
      "notebookDocument/didChange": (change) => {
        context.ownFiles.noteKey();
        didChangeNotebook(context, change);
      },
      "notebookDocument/didClose": (change) => didCloseNotebook(context, change),
      "workspace/didChangeConfiguration": (change) => {
        void settings.push(change).then(() => host.configure(context.settings));
      },
      "workspace/didChangeWorkspaceFolders": (change) => {
        openFolders = changedFolders(openFolders, change);
        host.setFolders(openFolders);
        void settings.setFolders(openFolders).then(() => host.configure(context.settings));
      },
      "workspace/didChangeWatchedFiles": createFileChanges({
        onNotice: (paths) => host.reviewExclusion(paths),
        onBurst: (paths) => host.filesChanged(paths),
      }),
      "textDocument/didShowInlineEdit": (shown) => didShowInlineEdit(context, shown),
      "textDocument/didFocus": () => undefined,
      "$/setTrace": (trace) => client.setTrace(asRecord(trace)["value"]),
    },
    shutdown: () => void host.close(),
  };
}

function createRequestContext(
  dependencies: MethodDependencies,
  params: InitializeParams,
): RequestContext {
  const { client, questions, settings, redactor, log, clock, environment } = dependencies;
  const documents = createDocumentStore();
  const redact = (text: string): string => redactor.redact(text);
  const observer = {
    // Never an error, for it comes while the user types: Kate moves the focus to those.
    onNotice({ severity, message, detail = message }: ProviderNotice) {
      log.write(severity === "info" ? "info" : "warn", detail);
      client.showMessage("info", redact(message));
      // A key that was refused may have been replaced.
      if (severity === "error") void ownFiles.check();
    },
    onStateChange: () => pushState?.(),
    onKey: (key: string) => redactor.add(key),
    onIndexing: createIndexingProgress(client),
  };
  const host = createSessionHost({
    clock,
    log,
    documents,
    environment,
    observer,
    settings: settings.current.settings,
    stateFolder: stateFolder(dependencies),
    localServers: dependencies.localServers,
    serverConsent: createServerConsent(dependencies, {
      ...(questions.canAsk() && { ask: (question: string) => questions.ask(question) }),
      tell: (message) => client.showMessage("info", message),
      note: (text) => log.write("info", text),
    }),
  });
  const pushState = showsState(params)
    ? createStatePush(client, () => {
        const state = shownState({ session: host.session.status(), ...host.trouble });
        return { ...state, tooltip: redact(state.tooltip) };
      })
    : undefined;
  const ownFiles = createOwnFiles(dependencies, host);
  return {
    client,
    clock,
    log,
    documents,
    host,
    redact,
    showsState: showsState(params),
    ownFiles,
    encoding: countsCodePoints(params)
      ? "utf-32"
      : positionEncoding(params, settings.atStart.positionEncoding),
    readsMarkdown: readsMarkdown(params),
    usage: { writePage: () => writeUsagePage(stateFolder(dependencies)) },
    inlinePainting: inlinePainting(params),
    resolvesActionEdits: resolvesActionEdits(params),
    get settings() {
      return settings.current.settings;
    },
    get profile() {
      return clientProfile(params, settings.current.settings.clientProfile);
    },
  };
}

function createOwnFiles(
  { client, settings, clock }: MethodDependencies,
  host: SessionHost,
): OwnFiles {
  return new OwnFiles({
    clock,
    configFiles: settings.configFiles,
    keyFiles: () => {
      const { "provider.apiKeyFile": keyFile, "provider.caFile": caFile } =
        settings.current.settings;
      return [keyFile, caFile].filter((file) => file !== undefined);
    },
    async onConfigFile(path) {
      await settings.readConfigFileAgain();
      await host.configure(settings.current.settings);
      client.showMessage("info", `The settings were read again from ${path}.`);
    },
    async onKeyFile(path) {
      await host.renew();
      client.showMessage("info", `The file ${path} was read again.`);
    },
  });
}

function describeClient(
  { profile, encoding }: RequestContext,
  { clientInfo }: InitializeParams,
): string {
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
