/**
 * The embedded engine: learns from the open documents and the workspace's sources, and answers at once,
 * offline, with a calibrated probability. It repeats and adapts what stands in the workspace; it does not
 * invent. All of it lives in memory: nothing is written to disk, nothing leaves the process.
 */
import { dirname } from "node:path";
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionSite } from "../engine/site.ts";
import { fittedWeights } from "./fitted-weights.ts";
import { familyOfDocument } from "./languages.ts";
import type { OpenDocument } from "./open-document.ts";
import { OpenDocuments, pathOfUri } from "./open-documents.ts";
import { createQuery, type Source } from "./query.ts";
import { suggestFrom, type SuggestOptions, type WorkspaceSuggestion } from "./suggest.ts";
import { Turns } from "./turns.ts";
import { Vocabulary } from "./vocabulary.ts";
import { WorkspaceIndex } from "./workspace-index.ts";
import { WorkspaceScanner } from "./workspace-scanner.ts";

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
  /** Resolves when all background indexing that is due has been done. */
  whenIndexed(): Promise<void>;
  /** Stops the background work and forgets everything. */
  close(): void;
}

/** Until the first `configure`. */
const defaultMaxBytes = 10 * 1024 * 1024;

export function createWorkspaceModel(dependencies: WorkspaceModelDependencies): WorkspaceModel {
  const { clock, log, isExcluded, onProgress } = dependencies;
  const turns = new Turns(clock);
  const vocabulary = new Vocabulary(mostWords(defaultMaxBytes));
  const documents = new OpenDocuments(vocabulary, turns);
  const index = new WorkspaceIndex(vocabulary, turns);
  const scanner = new WorkspaceScanner(
    {
      clock,
      turns,
      index,
      isExcluded,
      openPaths: () => documents.paths,
      onProgress: (progress) => onProgress?.(progress),
      onError: (error) => log.write("error", `workspace model: indexing failed: ${String(error)}`),
    },
    defaultMaxBytes,
  );

  function open(snapshot: DocumentSnapshot): OpenDocument {
    const isNew = !documents.has(snapshot.uri);
    const document = documents.update(snapshot);
    const path = isNew ? pathOfUri(snapshot.uri) : undefined;
    if (path !== undefined) {
      index.remove(path);
      if (scanner.isFull) scanner.requestWalk();
    }
    return document;
  }

  return {
    setFolders: (paths) => scanner.setFolders(paths),
    configure({ maxBytes }) {
      vocabulary.maxWords = mostWords(maxBytes);
      scanner.setMaxBytes(maxBytes);
    },
    documentChanged: (snapshot) => void open(snapshot),
    documentClosed(uri) {
      documents.close(uri);
      const path = pathOfUri(uri);
      if (path !== undefined) scanner.filesChanged([path], false);
    },
    filesChanged: (paths) => scanner.filesChanged(paths, true),
    suggest(site, options) {
      const { uri, languageId } = site.document;
      const own = open(site.document);
      const family = familyOfDocument(uri, languageId);
      const path = pathOfUri(uri);
      const folder = path === undefined ? undefined : dirname(path);
      const shards = index.shards(family);
      const others = [...documents.othersOf(family, uri), ...shards].map(sourceOf);
      const isNearby = (source: Source, place: number) =>
        folderAt(shards, source.index, place) === folder;
      const query = createQuery(site, vocabulary, own, others, isNearby);
      if (query === undefined) return [];
      const suggestions = suggestFrom(query, fittedWeights, options);
      vocabulary.forgetTransients();
      return suggestions;
    },
    status: () => ({
      isIndexing: scanner.isRunning,
      openDocuments: documents.size,
      files: index.fileCount,
      bytes: index.bytes,
      words: vocabulary.size,
      tokens: index.tokens,
      indexBytes: index.indexBytes + documents.indexBytes,
      isFull: scanner.isFull,
      skipped: { ...scanner.skipped },
    }),
    whenIndexed: async () => {
      await scanner.settled();
      await documents.settled();
    },
    close() {
      scanner.close();
      documents.closeAll();
    },
  };
}

function sourceOf(index: Source["index"]): Source {
  return { index, hiddenStart: 0, hiddenEnd: 0 };
}

function folderAt(
  shards: ReturnType<WorkspaceIndex["shards"]>,
  index: Source["index"],
  place: number,
): string | undefined {
  return shards.find((shard) => shard === index)?.segmentAt(place)?.owner.folder;
}

/** Sources of 10 MB have some 150,000 distinct words; data among them may have many more. */
function mostWords(maxBytes: number): number {
  return 65_536 + Math.ceil(maxBytes / 32);
}
