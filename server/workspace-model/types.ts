/** What the floors above ask of the workspace model, and what it asks of them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionSite } from "../engine/site.ts";
import type { FileSystem } from "../files/disk.ts";
import type { SuggestOptions, WorkspaceSuggestion } from "./predict/suggest.ts";

export interface WorkspaceModelDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** How long background work is to keep out of the way now; by default not at all. */
  readonly restMs?: () => number;
  /** Called while an indexing of the workspace takes more than a second, and once at its end. */
  readonly onProgress?: (progress: IndexingProgress) => void;
  /** By absolute path: files on disk never read and never learned from. */
  readonly isExcluded: (path: string) => Promise<boolean>;
  /** Asked at each question of the other open documents; by default all of them. */
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
  /** Of source text indexed from disk. */
  readonly bytes: number;
  readonly words: number;
  readonly tokens: number;
  /** Memory held by the indexes. */
  readonly indexBytes: number;
  /** `maxBytes` was reached: files farther from the open documents were left out. */
  readonly isFull: boolean;
  /** The disk does not answer: indexing goes on when it does. */
  readonly isDiskStuck: boolean;
  /** Files not indexed, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

export interface WorkspaceModelOptions {
  /** Of source text on disk. */
  readonly maxBytes: number;
  /** Whether files that a `.gitignore` lists are left out; an open one is then learned from in itself alone. */
  readonly respectsIgnoreFiles: boolean;
}

export interface WorkspaceModel {
  /** Absolute paths of the workspace folders; replaces those before. Indexing goes on in the background. */
  setFolders(paths: readonly string[]): void;
  configure(options: WorkspaceModelOptions): void;
  /** For opened and for changed documents. Neither this nor `suggest` is called for excluded ones. */
  documentChanged(snapshot: DocumentSnapshot): void;
  documentClosed(uri: string): void;
  /** The client has taken the registration for changed files: the disk is looked at more rarely. */
  watchedByClient(): void;
  /** Absolute paths of files created, changed or deleted on disk. */
  filesChanged(paths: readonly string[]): void;
  /** At once; empty where nothing is known or nothing is sure enough. */
  suggest(site: CompletionSite, options: SuggestOptions): readonly WorkspaceSuggestion[];
  /**
   * Word → the paths of the indexed files that hold it, of the family of one document. Open documents are not among
   * them. Yields in steps of some tenths of a millisecond.
   */
  filesWith(
    words: Iterable<string>,
    document: Pick<DocumentSnapshot, "uri" | "languageId">,
  ): Generator<undefined, ReadonlyMap<string, ReadonlySet<string>>>;
  status(): WorkspaceModelStatus;
  /** Resolves when all background indexing that is due has been done. */
  whenIndexed(): Promise<void>;
  /** Stops the background work and forgets everything. */
  close(): void;
}
