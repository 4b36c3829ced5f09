/** What the floors above ask of the workspace model, and what it asks of them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionSite } from "../engine/site.ts";
import type { SuggestOptions, WorkspaceSuggestion } from "./suggest.ts";

export interface WorkspaceModelDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** How long background work is to keep out of the way now; never, unless told. */
  readonly restMs?: () => number;
  /** Called while an indexing of the workspace takes more than a second, and once at its end. */
  readonly onProgress?: (progress: IndexingProgress) => void;
  /** By absolute path: files never read and never learned from. */
  readonly isExcluded: (path: string) => boolean;
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
  /** Files not indexed, by reason. */
  readonly skipped: Readonly<Record<string, number>>;
}

export interface WorkspaceModel {
  /** Absolute paths of the workspace folders; replaces those before. Indexing goes on in the background. */
  setFolders(paths: readonly string[]): void;
  configure(options: { readonly maxBytes: number }): void;
  /** For opened and for changed documents. */
  documentChanged(snapshot: DocumentSnapshot): void;
  documentClosed(uri: string): void;
  /** Absolute paths of files created, changed or deleted on disk. */
  filesChanged(paths: readonly string[]): void;
  /** At once; empty where nothing is known or nothing is sure enough. */
  suggest(site: CompletionSite, options: SuggestOptions): readonly WorkspaceSuggestion[];
  status(): WorkspaceModelStatus;
  /** Resolves when all background indexing that is due has been done. */
  whenIndexed(): Promise<void>;
  /** Stops the background work and forgets everything. */
  close(): void;
}
