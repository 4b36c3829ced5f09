/**
 * The embedded engine: learns from the open documents and the workspace's sources, and answers at once,
 * offline, with a calibrated probability. It repeats and adapts what stands in the workspace; it does not
 * invent. All of it lives in memory: nothing is written to disk, nothing leaves the process.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionSite } from "../engine/site.ts";
import { fittedWeights } from "./fitted-weights.ts";
import { familyOfDocument } from "./languages.ts";
import { OpenDocument } from "./open-document.ts";
import { createQuery, type Source } from "./query.ts";
import { suggestFrom, type SuggestOptions, type WorkspaceSuggestion } from "./suggest.ts";
import { Vocabulary } from "./vocabulary.ts";

export type { SuggestOptions, WorkspaceSuggestion } from "./suggest.ts";

export interface WorkspaceModelDependencies {
  readonly clock: Clock;
  readonly log: Log;
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
  /** Stops the background work and forgets everything. */
  close(): void;
}

const defaultMaxBytes = 10 * 1024 * 1024;

export function createWorkspaceModel(_dependencies: WorkspaceModelDependencies): WorkspaceModel {
  const vocabulary = new Vocabulary(32_768 + defaultMaxBytes / 32);
  /** By uri; insertion order is recency of change. */
  const documents = new Map<string, OpenDocument>();

  function documentOf(snapshot: DocumentSnapshot): OpenDocument {
    const known = documents.get(snapshot.uri);
    if (known !== undefined) {
      if (known.snapshot !== snapshot) known.update(snapshot);
      return known;
    }
    const opened = new OpenDocument(vocabulary, snapshot);
    documents.set(snapshot.uri, opened);
    return opened;
  }

  return {
    setFolders() {},
    configure() {},
    filesChanged() {},
    documentChanged(snapshot) {
      const document = documentOf(snapshot);
      documents.delete(snapshot.uri);
      documents.set(snapshot.uri, document);
    },
    documentClosed(uri) {
      documents.delete(uri);
    },
    suggest(site, options) {
      const own = documentOf(site.document);
      const family = familyOfDocument(site.document.uri, site.document.languageId);
      const others: Source[] = [...documents.values()]
        .toReversed()
        .filter(({ snapshot }) => snapshot.uri !== site.document.uri)
        .filter(({ snapshot }) => familyOfDocument(snapshot.uri, snapshot.languageId) === family)
        .map(({ index }) => ({ index, hiddenStart: 0, hiddenEnd: 0 }));
      const query = createQuery(site, vocabulary, own, others, () => false);
      if (query === undefined) return [];
      const suggestions = suggestFrom(query, fittedWeights, options);
      vocabulary.forgetTransients();
      return suggestions;
    },
    status: () => ({
      isIndexing: false,
      openDocuments: documents.size,
      files: 0,
      bytes: 0,
      words: vocabulary.size,
      tokens: 0,
      indexBytes: 0,
      isFull: false,
      skipped: {},
    }),
    close() {
      documents.clear();
    },
  };
}
