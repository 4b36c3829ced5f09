/**
 * What the model has learned of the workspace, kept up to date: live text of open documents and the folders'
 * sources from disk. Builds queries from both.
 */
import * as nodeFiles from "node:fs/promises";
import { dirname } from "node:path";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionSite } from "../engine/site.ts";
import type { WorkspaceModel, WorkspaceModelDependencies } from "./types.ts";
import { Disk } from "../files/disk.ts";
import { familyOf } from "../engine/languages/language-of.ts";
import type { OpenDocument } from "./open/open-document.ts";
import { pathOfUri } from "../files/uri-path.ts";
import { OpenDocuments } from "./open/open-documents.ts";
import { createQuery, type Query, type Source } from "./predict/query.ts";
import { TimeSlices } from "./time-slices.ts";
import { Vocabulary } from "./tokens/vocabulary.ts";
import { findHolders } from "./index/word-holders.ts";
import { sweepWords } from "./index/word-sweep.ts";
import { WorkspaceIndex } from "./index/workspace-index.ts";
import { WorkspaceScanner } from "./scan/workspace-scanner.ts";

/** Everything in `WorkspaceModel` except its answers. */
export interface LearnedWorkspace extends Omit<WorkspaceModel, "suggest"> {
  /** Returns `undefined` inside a word. The result is valid until the next call of any method here. */
  query(site: CompletionSite): Query | undefined;
}

/** False until the first `configure`. */
const defaultMaxBytes = 10 * 1024 * 1024;

export function createLearnedWorkspace(dependencies: WorkspaceModelDependencies): LearnedWorkspace {
  const { clock, log, isExcluded, onProgress, restMs } = dependencies;
  const { mayLearnFrom = () => true, files = nodeFiles } = dependencies;
  const slices = new TimeSlices(clock, restMs);
  const vocabulary = new Vocabulary(mostWords(defaultMaxBytes));
  const documents = new OpenDocuments(vocabulary, slices, forgetWords);
  const index = new WorkspaceIndex(vocabulary, slices);
  const disk = new Disk(files, clock);
  const scanner = new WorkspaceScanner(
    {
      clock,
      slices,
      index,
      disk,
      isExcluded,
      openPaths: () => documents.paths,
      onProgress: (progress) => onProgress?.(progress),
      onError: (error) => log.write("error", `workspace model: indexing failed: ${String(error)}`),
    },
    defaultMaxBytes,
  );

  function indexes() {
    return [...documents.indexes, ...index.allShards];
  }

  /** Takes about ten milliseconds for 10 MB of sources, in slices, once per several thousand new words. */
  async function forgetWords(): Promise<void> {
    if (!vocabulary.isSweepDue) return;
    const steps = sweepWords(vocabulary, indexes());
    while (steps.next().done !== true) if (slices.isOver) await slices.next();
  }

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
    configure({ maxBytes, respectsIgnoreFiles }) {
      vocabulary.maxWords = mostWords(maxBytes);
      scanner.configure(maxBytes, respectsIgnoreFiles);
    },
    documentChanged(snapshot) {
      open(snapshot);
      scanner.noteTyping();
    },
    documentClosed(uri) {
      documents.close(uri);
      const path = pathOfUri(uri);
      if (path !== undefined) scanner.filesChanged([path]);
    },
    filesChanged: (paths) => scanner.filesChanged(paths),
    query(site) {
      vocabulary.forgetTransients();
      const { uri, languageId } = site.document;
      const own = open(site.document);
      const family = familyOf(languageId, uri);
      const path = pathOfUri(uri);
      const folder = path === undefined ? undefined : dirname(path);
      const shards = index.shards(family);
      const others = [...documents.othersOf(family, uri, mayLearnFrom), ...shards].map(sourceOf);
      const isNearby = (source: Source, place: number) =>
        folderAt(shards, source.index, place) === folder;
      const query = createQuery(site, vocabulary, own, others, isNearby);
      documents.wake(uri);
      return query;
    },
    filesWith(words, { uri, languageId }) {
      const shards = index.shards(familyOf(languageId, uri));
      return findHolders(vocabulary, shards, words);
    },
    status: () => ({
      isIndexing: scanner.isRunning,
      openDocuments: documents.size,
      files: index.fileCount,
      bytes: index.bytes,
      words: vocabulary.size,
      tokens: index.tokens,
      indexBytes: indexes().reduce((sum, { usedBytes }) => sum + usedBytes, 0),
      isFull: scanner.isFull,
      isDiskStuck: disk.isStuck,
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
  return { index, hiddenStart: 0, hiddenEnd: 0, isRemoved: false };
}

function folderAt(
  shards: ReturnType<WorkspaceIndex["shards"]>,
  index: Source["index"],
  place: number,
): string | undefined {
  return shards.find((shard) => shard === index)?.segmentAt(place)?.owner.folder;
}

/** 10 MB of sources have about 150,000 distinct words; data files among them may have many more. */
function mostWords(maxBytes: number): number {
  return 65_536 + Math.ceil(maxBytes / 32);
}
