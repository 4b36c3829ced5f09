/** The workspace model from when it is first wanted, fed with the open documents that are not excluded. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { IndexingProgress, WorkspaceModel } from "../workspace-model/workspace-model.ts";
import type { DocumentStore } from "./documents.ts";
import type { Exclusion } from "./exclusion.ts";

export interface ModelKeeperDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly exclusion: Exclusion;
  readonly onProgress: (progress: IndexingProgress) => void;
  /** Somebody waits for an answer. */
  readonly isAsked: () => boolean;
}

/** A key is followed by a request, at the latest after the usual debounce: both come before the learning. */
const restAfterKeyMs = 100;
/** An answer may come at any moment; the learning still has an eighth of the time. */
const restWhileAskedMs = 20;

export class ModelKeeper {
  readonly #dependencies: ModelKeeperDependencies;
  #model: WorkspaceModel | undefined;
  #folders: readonly string[] = [];
  #lastKeyAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: ModelKeeperDependencies) {
    const { clock, documents, exclusion } = dependencies;
    this.#dependencies = dependencies;
    documents.onDidChange(({ uri, after, edits }) => {
      if (edits.length > 0) this.#lastKeyAt = clock.now();
      if (after === undefined) this.#model?.documentClosed(uri);
      else if (!exclusion.hasUri(uri)) this.#model?.documentChanged(after);
    });
  }

  /** `undefined` until somebody wanted it. */
  get model(): WorkspaceModel | undefined {
    return this.#model;
  }

  /** Loads and makes it the first time. */
  async wanted(maxBytes: number): Promise<WorkspaceModel> {
    this.#model ??= await this.#create();
    this.#model.configure({ maxBytes });
    return this.#model;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#model?.setFolders(folders);
  }

  /** After the exclusion has changed: what is excluded now is forgotten. */
  forgetExcluded(): void {
    const { documents, exclusion } = this.#dependencies;
    for (const { uri } of documents.all()) {
      if (exclusion.hasUri(uri)) this.#model?.documentClosed(uri);
    }
  }

  close(): void {
    this.#model?.close();
  }

  async #create(): Promise<WorkspaceModel> {
    const { clock, log, documents, exclusion, onProgress } = this.#dependencies;
    const { createWorkspaceModel } = await import("../workspace-model/workspace-model.ts");
    const isExcluded = (path: string): boolean => exclusion.hasPath(path);
    const restMs = (): number => this.#restMs();
    const created = createWorkspaceModel({ clock, log, isExcluded, onProgress, restMs });
    created.setFolders(this.#folders);
    for (const snapshot of documents.all()) {
      if (!exclusion.hasUri(snapshot.uri)) created.documentChanged(snapshot);
    }
    return created;
  }
  #restMs(): number {
    const { clock, isAsked } = this.#dependencies;
    const leftMs = this.#lastKeyAt + restAfterKeyMs - clock.now();
    return leftMs > 0 ? leftMs : isAsked() ? restWhileAskedMs : 0;
  }
}
