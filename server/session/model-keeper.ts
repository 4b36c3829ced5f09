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
}

export class ModelKeeper {
  readonly #dependencies: ModelKeeperDependencies;
  #model: WorkspaceModel | undefined;
  #folders: readonly string[] = [];

  constructor(dependencies: ModelKeeperDependencies) {
    const { documents, exclusion } = dependencies;
    this.#dependencies = dependencies;
    documents.onDidChange(({ uri, after }) => {
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
    const created = createWorkspaceModel({ clock, log, isExcluded, onProgress });
    created.setFolders(this.#folders);
    for (const snapshot of documents.all()) {
      if (!exclusion.hasUri(snapshot.uri)) created.documentChanged(snapshot);
    }
    return created;
  }
}
