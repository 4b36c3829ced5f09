/**
 * A session with all that belongs to it: the provider that the settings choose, the workspace model, the
 * files that may never be sent. What is heavy is loaded when the first settings arrive, not at the start.
 */
import { describeError } from "../base/describe-error.ts";
import { within } from "../base/wait.ts";
import { defaultSettings, type Settings } from "../settings/schema.ts";
import type {
  IndexingProgress,
  WorkspaceModel,
  WorkspaceModelStatus,
} from "../workspace-model/workspace-model.ts";
import { isIgnoreFile } from "../files/ignore/ignore-files.ts";
import { createExclusion, type Exclusion } from "../files/ignore/exclusion.ts";
import { modelOptionsOf, WorkspaceModelHost } from "./workspace-model-host.ts";
import { LocalSearch } from "./provider/local-search.ts";
import type { SessionHost, SessionHostDependencies } from "./host-types.ts";
import { createNextEdits } from "./next-edit/create-next-edits.ts";
import type { NextEdits } from "./next-edit/next-edits.ts";
import { ChoiceReport, type HostTrouble } from "./provider/choice-report.ts";
import type { ProviderChoice } from "./provider/provider-choice.ts";
import { createSession, type Session } from "./session.ts";
import { UsageRecorder } from "./usage/usage-recorder.ts";
import { pathInWorkspace } from "../files/uri-path.ts";

export type { SessionHost } from "./host-types.ts";

/** A key command that takes longer waits for a person. */
const slowCommandMs = 300;

export function createSessionHost(dependencies: SessionHostDependencies): SessionHost {
  return new HostedSession(dependencies);
}

class HostedSession implements SessionHost {
  readonly session: Session;
  readonly nextEdits: NextEdits;
  readonly #dependencies: SessionHostDependencies;
  readonly #exclusion: Exclusion;
  readonly #usage: UsageRecorder;
  readonly #modelHost: WorkspaceModelHost;
  readonly #report: ChoiceReport;
  #isClosed = false;
  #folders: readonly string[] = [];
  #inForce: { readonly settings: Settings; readonly text: string } | undefined;
  /** The last call of `configure`, which the next one waits for. */
  #queue: Promise<void> = Promise.resolve();
  /** For a key command that takes its time. */
  #late: Promise<void> = Promise.resolve();
  /** Of model servers on this machine; ends by itself. */
  readonly #search: LocalSearch;
  readonly #stopWatching: () => void;

  constructor(dependencies: SessionHostDependencies) {
    const { clock, log, documents, observer } = dependencies;
    const exclusion = createExclusion(clock);
    this.#dependencies = dependencies;
    this.#exclusion = exclusion;
    this.#report = new ChoiceReport(log, (notice) => observer.onNotice(notice));
    this.#usage = new UsageRecorder({
      clock,
      stateFolder: dependencies.stateFolder,
      languageOf: (uri) => documents.get(uri)?.languageId ?? "",
      settings: () => this.#inForce?.settings,
    });
    this.session = createSession({
      clock,
      log,
      documents,
      observer: { ...observer, onUsage: (event) => this.#usage.note(event) },
      access: {
        of: (uri) => exclusion.of(uri),
        // A document that was closed meanwhile is answered without the disk.
        whenKnown: (uri) => (documents.get(uri) ? exclusion.whenKnown(uri) : undefined),
      },
      toPath: (uri) => pathInWorkspace(uri, this.#folders),
      ...(dependencies.settings && { settings: dependencies.settings }),
    });
    const isAsked = (): boolean => this.session.isAsked;
    const onProgress = (progress: IndexingProgress): void => observer.onIndexing?.(progress);
    exclusion.onDidChangeFiles(() => this.setFolders(this.#folders));
    const shared = { clock, log, documents };
    this.#modelHost = new WorkspaceModelHost({ ...shared, exclusion, onProgress, isAsked });
    this.nextEdits = createNextEdits({
      ...shared,
      access: exclusion,
      model: () => this.#modelHost.model,
      isEnabled: () => this.session.isEnabled && this.#settings["nextEdit.enabled"],
      readsFiles: () => this.#settings["nextEdit.otherFiles"] === "asked",
    });
    this.#search = new LocalSearch(clock);
    this.#stopWatching = documents.onDidChange(({ edits }) => {
      if (edits.length > 0) this.#search.again();
    });
  }

  get #settings(): Settings {
    return this.#inForce?.settings ?? this.#dependencies.settings ?? defaultSettings;
  }

  configure(settings: Settings): Promise<void> {
    return this.#enqueue(settings, false);
  }

  renew(): Promise<void> {
    this.#report.forget();
    this.#dependencies.serverConsent?.renew();
    return this.#inForce === undefined ? this.#queue : this.#enqueue(this.#inForce.settings, true);
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#exclude();
    this.#modelHost.setFolders(folders);
  }

  reviewExclusion(paths: readonly string[]): void {
    if (paths.some(isIgnoreFile)) this.#exclude();
  }

  filesChanged(paths: readonly string[]): void {
    if (paths.some(isIgnoreFile)) this.#modelHost.setFolders(this.#folders);
    this.#modelHost.model?.filesChanged(paths);
    this.nextEdits.sourcesChanged();
  }

  workspaceModelStatus(): WorkspaceModelStatus | undefined {
    return this.#modelHost.model?.status();
  }

  get trouble(): HostTrouble {
    return this.#report.trouble;
  }

  async whenSettled(): Promise<void> {
    await this.#late;
    await Promise.all([this.#modelHost.model?.whenIndexed(), this.#search.ended]);
  }

  flushUsage = (): void => this.#usage.flush();

  async close(): Promise<void> {
    this.#isClosed = true;
    this.flushUsage();
    this.#stopWatching();
    this.#search.stop();
    this.nextEdits.close();
    this.#modelHost.close();
    this.#exclusion.close();
    await this.session.close();
  }

  #enqueue(settings: Settings, isForced: boolean): Promise<void> {
    this.#queue = this.#configureAfter(this.#queue, settings, isForced);
    return this.#queue;
  }

  async #configureAfter(previous: Promise<void>, settings: Settings, isForced: boolean) {
    await previous;
    const text = JSON.stringify(settings);
    if (this.#isClosed || (text === this.#inForce?.text && !isForced)) return;
    this.#inForce = { settings, text };
    try {
      await this.#apply(settings);
    } catch (error) {
      this.#fail(settings, error);
    }
  }

  #fail(settings: Settings, error: unknown): void {
    this.#inForce = undefined;
    const { log } = this.#dependencies;
    log.write("error", `the settings cannot be applied: ${describeError(error)}`);
    if (!this.session.isConfigured) this.#configureAlone(settings, undefined);
  }

  async #apply(settings: Settings): Promise<void> {
    this.#exclude();
    const choosing = this.#choose(settings);
    const name = settings["provider.name"];
    const isModelWanted = settings["workspaceModel.role"] !== "off" || name === "workspace";
    const model = isModelWanted
      ? await this.#modelHost.wanted(modelOptionsOf(settings))
      : undefined;
    const hasKeyCommand = settings["provider.apiKeyCommand"].length > 0;
    if (hasKeyCommand && !(await within(this.#dependencies.clock, slowCommandMs, choosing))) {
      // The command may wait for the user to unlock something, or never end. Until then the workspace model
      // answers, and other settings may come.
      this.#configureAlone(settings, model);
      this.#late = this.#finish(choosing, model).catch((error: unknown) => {
        this.#fail(settings, error);
      });
    } else await this.#finish(choosing, model);
  }

  /** Takes the provider, unless other settings have come meanwhile. */
  async #finish(choosing: Promise<ProviderChoice>, model: WorkspaceModel | undefined) {
    const inForce = this.#inForce;
    const choice = await choosing;
    const { provider, search } = choice;
    const isOver = (): boolean => this.#isClosed || this.#inForce !== inForce;
    if (inForce === undefined || isOver()) {
      await provider?.close();
      return;
    }
    const { settings } = inForce;
    this.#report.note(choice);
    const isAlone = provider === undefined && settings["provider.name"] === "auto";
    const localSource = isAlone ? await this.#modelHost.wanted(modelOptionsOf(settings)) : model;
    if (isOver()) {
      await provider?.close();
      return;
    }
    this.session.configure({ settings, provider, localSource });
    this.#search.start(search && (() => this.#takeBetter(search, settings, model)));
  }

  /** No provider yet, or none that can be used. */
  #configureAlone(settings: Settings, localSource: WorkspaceModel | undefined): void {
    this.session.configure({ settings, provider: undefined, localSource });
  }

  async #choose(settings: Settings): Promise<ProviderChoice> {
    const { chooseProvider } = await import("./provider/provider-choice.ts");
    const onKey = (key: string): void => this.#dependencies.observer.onKey?.(key);
    return chooseProvider(settings, { ...this.#dependencies, onKey });
  }

  /** A model server that was found meanwhile takes over, unless the settings have changed. */
  async #takeBetter(
    search: NonNullable<ProviderChoice["search"]>,
    settings: Settings,
    localSource: WorkspaceModel | undefined,
  ): Promise<void> {
    const better = await search();
    if (better?.provider === undefined) return;
    if (this.#isClosed || this.#inForce?.settings !== settings) {
      await better.provider.close();
      return;
    }
    this.#search.stop();
    this.#dependencies.log.write("info", better.reason);
    this.session.configure({ settings, provider: better.provider, localSource });
  }

  /** What is excluded by the settings in force; before the first, everything is. */
  #exclude(): void {
    if (this.#inForce === undefined) return;
    const { settings } = this.#inForce;
    const patterns = settings["files.exclude"];
    const respectsIgnoreFiles = settings["files.respectIgnoreFiles"];
    this.#exclusion.set({ patterns, respectsIgnoreFiles }, this.#folders);
    this.session.exclusionChanged();
    this.nextEdits.sourcesChanged();
    this.#modelHost.review();
  }
}
