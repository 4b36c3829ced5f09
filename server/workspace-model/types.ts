/** What higher floors ask of the workspace model, and what it asks of them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionSite } from "../engine/site.ts";
import type { FileSystem } from "../files/disk.ts";
import type { SuggestOptions, WorkspaceSuggestion } from "./predict/suggest.ts";

export interface WorkspaceModelDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** How long background work must pause now. By default it does not pause. */
  readonly restMs?: () => number;
  /** Called while indexing the workspace takes more than a second, and once when it ends. */
  readonly onProgress?: (progress: IndexingProgress) => void;
  /** Takes an absolute path. Excluded files on disk are never read and never learned from. */
  readonly isExcluded: (path: string) => Promise<boolean>;
  /** Asked in each query about the other open documents. By default all may be used. */
  readonly mayLearnFrom?: (uri: string) => boolean;
  /** By default `node:fs/promises`. */
  readonly files?: FileSystem;
}

export interface IndexingProgress {
  readonly files: number;
  readonly bytes: number;
  readonly isDone: boolean;
}

export interface WorkspaceModelStatus {
  readonly isIndexing: boolean;
  readonly openDocuments: number;
  readonly files: number;
  /** Bytes of source text indexed from disk. */
  readonly bytes: number;
  readonly words: number;
  readonly tokens: number;
  /** Memory held by the indexes. */
  readonly indexBytes: number;
  /** True if `maxBytes` was reached and files farther from the open documents were left out. */
  readonly isFull: boolean;
  /** True while the disk does not answer. Indexing continues when it does. */
  readonly isDiskStuck: boolean;
  /** Files not indexed, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

export interface WorkspaceModelOptions {
  /** Most bytes of source text on disk. */
  readonly maxBytes: number;
  /**
   * Whether files listed in a `.gitignore` are left out. If such a file is open, its text helps only in that file
   * itself.
   */
  readonly respectsIgnoreFiles: boolean;
}

export interface WorkspaceModel {
  /** Absolute paths of the workspace folders. They replace the previous ones. Indexing continues in the background. */
  setFolders(paths: readonly string[]): void;
  configure(options: WorkspaceModelOptions): void;
  /** For opened and changed documents. Neither this nor `suggest` is called for excluded documents. */
  documentChanged(snapshot: DocumentSnapshot): void;
  documentClosed(uri: string): void;
  /** Absolute paths of files created, changed or deleted on disk. */
  filesChanged(paths: readonly string[]): void;
  /** Answers at once. Empty if nothing is known or nothing is sure enough. */
  suggest(site: CompletionSite, options: SuggestOptions): readonly WorkspaceSuggestion[];
  /**
   * Word → the paths of the indexed files of one document's language family that contain it. Open documents are not
   * included. Yields in steps of a few tenths of a millisecond.
   */
  filesWith(
    words: Iterable<string>,
    document: Pick<DocumentSnapshot, "uri" | "languageId">,
  ): Generator<undefined, ReadonlyMap<string, ReadonlySet<string>>>;
  status(): WorkspaceModelStatus;
  /** Resolves when all pending background indexing is done. */
  whenIndexed(): Promise<void>;
  /** Stops the background work and drops everything. */
  close(): void;
}
