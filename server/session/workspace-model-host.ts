/** The workspace model from when it is first wanted, fed with the open documents that are not excluded. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type {
  IndexingProgress,
  WorkspaceModel,
  WorkspaceModelOptions,
} from "../workspace-model/workspace-model.ts";
import type { DocumentStore } from "../documents/document-store.ts";
import type { Settings } from "../settings/schema.ts";
import type { Exclusion } from "../files/ignore/exclusion.ts";

export interface WorkspaceModelHostDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly exclusion: Pick<Exclusion, "excludesPath" | "of" | "onDidChange">;
  readonly onProgress: (progress: IndexingProgress) => void;
  /** A request waits for an answer. */
  readonly isAsked: () => boolean;
}

/** A key is followed by a request, at the latest after the usual debounce: both come before the learning. */
const restAfterKeyMs = 100;
/** An answer may come at any moment; the learning still has a tenth of the time. */
const restWhileAskedMs = 20;

export class WorkspaceModelHost {
  readonly #dependencies: WorkspaceModelHostDependencies;
  #model: WorkspaceModel | undefined;
  #folders: readonly string[] = [];
  #lastKeyAt = Number.NEGATIVE_INFINITY;

  constructor(dependencies: WorkspaceModelHostDependencies) {
    const { clock, documents, exclusion } = dependencies;
    this.#dependencies = dependencies;
    documents.onDidChange(({ uri, after, edits }) => {
      if (edits.length > 0) this.#lastKeyAt = clock.now();
      if (after === undefined) this.#model?.documentClosed(uri);
      else if (this.#mayHold(uri)) this.#model?.documentChanged(after);
    });
    exclusion.onDidChange((uri) => {
      const document = documents.get(uri);
      if (document === undefined) return;
      if (this.#mayHold(uri)) this.#model?.documentChanged(document);
      else this.#model?.documentClosed(uri);
    });
  }

  /** `undefined` until it is wanted for the first time. */
  get model(): WorkspaceModel | undefined {
    return this.#model;
  }

  /** Loads and makes it the first time. */
  async wanted(options: WorkspaceModelOptions): Promise<WorkspaceModel> {
    this.#model ??= this.#filled(await this.#create());
    this.#model.configure(options);
    return this.#model;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.#model?.setFolders(folders);
  }

  /** After the rules have changed: forgets the documents that are excluded now. */
  review(): void {
    for (const { uri } of this.#dependencies.documents.all()) {
      if (!this.#mayHold(uri)) this.#model?.documentClosed(uri);
    }
  }

  close(): void {
    this.#model?.close();
  }

  async #create(): Promise<WorkspaceModel> {
    const { clock, log, exclusion, onProgress } = this.#dependencies;
    const { createWorkspaceModel } = await import("../workspace-model/workspace-model.ts");
    const isExcluded = (path: string): Promise<boolean> => exclusion.excludesPath(path);
    const restMs = (): number => this.#restMs();
    const mayLearnFrom = (uri: string): boolean => exclusion.of(uri).mayLearn;
    return createWorkspaceModel({ clock, log, isExcluded, mayLearnFrom, onProgress, restMs });
  }

  /** A document is indexed while the disk is asked; nothing is learned from it before the answer. */
  #mayHold(uri: string): boolean {
    return this.#dependencies.exclusion.of(uri).mayHold;
  }

  /** With what there is to learn now; later documents come by themselves. */
  #filled(model: WorkspaceModel): WorkspaceModel {
    const { documents } = this.#dependencies;
    model.setFolders(this.#folders);
    for (const snapshot of documents.all()) {
      if (this.#mayHold(snapshot.uri)) model.documentChanged(snapshot);
    }
    return model;
  }

  #restMs(): number {
    const { clock, isAsked } = this.#dependencies;
    const leftMs = this.#lastKeyAt + restAfterKeyMs - clock.now();
    return leftMs > 0 ? leftMs : isAsked() ? restWhileAskedMs : 0;
  }
}

export function modelOptionsOf(settings: Settings) {
  return {
    maxBytes: settings["workspaceModel.maxBytes"],
    respectsIgnoreFiles: settings["files.respectIgnoreFiles"],
  };
}
