/**
 * A session with all that belongs to it: the provider that the settings choose, the workspace model, the
 * files that may never be sent. What is heavy is loaded when the first settings arrive, not at the start.
 */
import { basename } from "node:path";

import type { Clock, Timer } from "../base/clock.ts";
import { describeError } from "../base/describe-error.ts";
import type { Log } from "../base/log.ts";
import type { Environment } from "../settings/environment.ts";
import type { Settings } from "../settings/schema.ts";
import type {
  IndexingProgress,
  WorkspaceModel,
  WorkspaceModelStatus,
} from "../workspace-model/workspace-model.ts";
import type { DocumentStore } from "./documents.ts";
import { createExclusion } from "./exclusion.ts";
import type { ProviderChoice } from "./provider-choice.ts";
import { createSession, type Session, type SessionObserver } from "./session.ts";
import { toldPath } from "./told-path.ts";

export interface SessionHost {
  readonly session: Session;
  /** True once `configure` has been through: until then there is nothing to ask. */
  readonly isReady: boolean;
  /** Resolves when `isReady` is true. */
  readonly ready: Promise<void>;
  /** Applies settings, unless they are those in force; calls follow each other. Never rejects. */
  configure(settings: Settings): Promise<void>;
  /** Applies the settings in force anew: reads the key again, forgets cool-downs and "off". */
  renew(): Promise<void>;
  /** Paths of the opened workspace folders. */
  setFolders(folders: readonly string[]): void;
  /** Files that were created, changed or deleted behind the editor's back. */
  filesChanged(paths: readonly string[]): void;
  /** `undefined` while there is no workspace model. */
  workspaceModelStatus(): WorkspaceModelStatus | undefined;
  /** Resolves when the workspace is indexed and the search for a model server on this machine has ended. */
  whenSettled(): Promise<void>;
  /** Ends everything; pending requests are answered. */
  close(): Promise<void>;
}

export interface SessionHostObserver extends SessionObserver {
  /** A key that is about to be used, for the redactor. */
  onKey?(key: string): void;
  /** While an indexing of the workspace takes more than a second, and at its end. */
  onIndexing?(progress: IndexingProgress): void;
}

export interface SessionHostDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly observer: SessionHostObserver;
  readonly environment: Environment;
}

/** A key from a variable or a file is there at once; what takes longer waits for a person. */
const slowChoiceMs = 300;

export function createSessionHost(dependencies: SessionHostDependencies): SessionHost {
  const { clock, log, documents, observer, environment } = dependencies;
  const exclusion = createExclusion(clock);
  let folders: readonly string[] = [];
  const session = createSession({
    clock,
    log,
    documents,
    observer,
    isExcluded: (uri) => exclusion.hasUri(uri),
    toPath: (uri) => toldPath(uri, folders),
  });
  let model: WorkspaceModel | undefined;
  let inForce: { readonly settings: Settings; readonly text: string } | undefined;
  let problem: string | undefined;
  let isClosed = false;
  let queue: Promise<void> = Promise.resolve();
  let isReady = false;
  let markReady: (() => void) | undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  documents.onDidChange(({ uri, after }) => {
    if (after === undefined) model?.documentClosed(uri);
    else if (!exclusion.hasUri(uri)) model?.documentChanged(after);
  });

  async function workspaceModel(settings: Settings): Promise<WorkspaceModel> {
    model ??= await createModel();
    model.configure({ maxBytes: settings["workspaceModel.maxBytes"] });
    return model;
  }

  async function createModel(): Promise<WorkspaceModel> {
    const { createWorkspaceModel } = await import("../workspace-model/workspace-model.ts");
    const created = createWorkspaceModel({
      clock,
      log,
      isExcluded: (path) => exclusion.hasPath(path),
      onProgress: (progress) => observer.onIndexing?.(progress),
    });
    created.setFolders(folders);
    for (const snapshot of documents.all()) {
      if (!exclusion.hasUri(snapshot.uri)) created.documentChanged(snapshot);
    }
    return created;
  }

  /** What is excluded from now on is forgotten too. */
  function exclude(settings: Settings): void {
    const patterns = settings["files.exclude"];
    const respectsIgnoreFiles = settings["files.respectIgnoreFiles"];
    exclusion.set({ patterns, respectsIgnoreFiles }, folders);
    for (const { uri } of documents.all()) {
      if (exclusion.hasUri(uri)) model?.documentClosed(uri);
    }
  }

  /** Of model servers on this machine; ends by itself. */
  let searching: Promise<void> = Promise.resolve();

  async function apply(settings: Settings): Promise<void> {
    exclude(settings);
    const { chooseProvider } = await import("./provider-choice.ts");
    const choosing = chooseProvider(settings, {
      clock,
      log,
      environment,
      onKey: (key) => observer.onKey?.(key),
    });
    const name = settings["provider.name"];
    const isModelWanted = settings["workspaceModel.role"] !== "off" || name === "workspace";
    let instantSource = isModelWanted ? await workspaceModel(settings) : undefined;
    if (await isSlow(choosing)) {
      // A key command may wait for the user to unlock something: until then the workspace model answers.
      session.configure({ settings, provider: undefined, instantSource });
      setReady();
    }
    const { provider, reason, problem: found, search } = await choosing;
    log.write("info", reason);
    if (found !== undefined && found !== problem) {
      observer.onNotice({ severity: "error", message: found });
    }
    problem = found;
    if (provider === undefined && name === "auto") instantSource ??= await workspaceModel(settings);
    if (isClosed) await provider?.close();
    else session.configure({ settings, provider, instantSource });
    searching = takeBetter(search, settings, isModelWanted ? instantSource : undefined);
  }

  /** A model server that was found meanwhile takes over, unless the settings have changed. */
  async function takeBetter(
    search: ProviderChoice["search"],
    settings: Settings,
    instantSource: WorkspaceModel | undefined,
  ): Promise<void> {
    const better = await search;
    if (better?.provider === undefined) return;
    if (isClosed || inForce?.settings !== settings) {
      await better.provider.close();
      return;
    }
    log.write("info", better.reason);
    session.configure({ settings, provider: better.provider, instantSource });
  }

  async function isSlow(choosing: Promise<unknown>): Promise<boolean> {
    let timer: Timer | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = clock.setTimer(() => resolve(true), slowChoiceMs);
    });
    const verdict = await Promise.race([late, choosing.then(() => false)]);
    timer?.cancel();
    return verdict;
  }

  function setReady(): void {
    isReady = true;
    markReady?.();
  }

  async function configureAfter(previous: Promise<void>, settings: Settings, isForced: boolean) {
    await previous;
    const text = JSON.stringify(settings);
    if (isClosed || (text === inForce?.text && !isForced)) return;
    inForce = { settings, text };
    try {
      await apply(settings);
    } catch (error) {
      inForce = undefined;
      log.write("error", `the settings cannot be applied: ${describeError(error)}`);
    }
    setReady();
  }

  function enqueue(settings: Settings, isForced: boolean): Promise<void> {
    queue = configureAfter(queue, settings, isForced);
    return queue;
  }

  return {
    session,
    get isReady() {
      return isReady;
    },
    ready,
    configure: (settings) => enqueue(settings, false),
    renew() {
      problem = undefined;
      return inForce === undefined ? queue : enqueue(inForce.settings, true);
    },
    setFolders(paths) {
      folders = paths;
      if (inForce !== undefined) exclude(inForce.settings);
      model?.setFolders(paths);
    },
    filesChanged(paths) {
      const areRulesNew = paths.some((path) => basename(path) === ".fimignore");
      if (areRulesNew && inForce !== undefined) {
        exclude(inForce.settings);
        model?.setFolders(folders);
      }
      model?.filesChanged(paths);
    },
    workspaceModelStatus: () => model?.status(),
    async whenSettled() {
      await Promise.all([model?.whenIndexed(), searching]);
    },
    async close() {
      isClosed = true;
      model?.close();
      setReady();
      await session.close();
    },
  };
}
