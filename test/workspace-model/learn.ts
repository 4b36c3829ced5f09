/** A workspace model over files in a temporary folder, for tests that say what is offered at a cursor. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished } from "vitest";
import { systemClock, type Clock } from "../../server/base/clock.ts";
import { silentLog } from "../../server/base/log.ts";
import { toOffset, type ByteAnchor, type DocumentSnapshot } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import type { FileSystem } from "../../server/files/disk.ts";
import {
  createWorkspaceModel,
  type IndexingProgress,
  type SuggestOptions,
  type WorkspaceModel,
  type WorkspaceSuggestion,
} from "../../server/workspace-model/workspace-model.ts";
import { formatOutput, parseInput } from "../support/notation.ts";

export type FileContents = Readonly<Record<string, string | Buffer>>;

/** A new folder with the files; removed after the test. */
export function folderWith(files: FileContents): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "workspace-model-")));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  write(folder, files);
  return folder;
}

export function write(folder: string, files: FileContents): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

export interface LearnOptions {
  readonly clock?: Clock;
  readonly isExcluded?: (path: string) => boolean;
  readonly mayLearnFrom?: (uri: string) => boolean;
  readonly onProgress?: (progress: IndexingProgress) => void;
  /** A file system of the test's own. */
  readonly files?: FileSystem;
}

/** A model without folders; closed after the test. */
export function newModel(options: LearnOptions = {}): WorkspaceModel {
  const { clock = systemClock, isExcluded, onProgress = () => undefined } = options;
  const { mayLearnFrom = () => true, files } = options;
  const model = createWorkspaceModel({
    clock,
    log: silentLog,
    isExcluded: (path) => Promise.resolve(isExcluded?.(path) ?? false),
    mayLearnFrom,
    onProgress,
    ...(files === undefined ? {} : { files }),
  });
  onTestFinished(() => model.close());
  return model;
}

/** A model that has indexed one folder with the files. */
export async function learn(files: FileContents, options: LearnOptions = {}) {
  const folder = folderWith(files);
  const model = newModel(options);
  model.setFolders([folder]);
  await model.whenIndexed();
  return { folder, model };
}

let revision = 0;

export function snapshotOf(path: string, text: string): DocumentSnapshot {
  return {
    uri: path.includes(":") ? path : pathToFileURL(path).href,
    languageId: "",
    version: 1,
    revision: ++revision,
    text,
    anchor: { offset: 0, byteOffset: 0 } as ByteAnchor,
  };
}

/** The suggestions at the `‸` of the document's text, which is opened first. */
export function suggestAt(
  model: WorkspaceModel,
  path: string,
  marked: string,
  options: Partial<SuggestOptions> = {},
): readonly WorkspaceSuggestion[] {
  const { text, offset } = parseInput(marked);
  const document = snapshotOf(path, text);
  model.documentChanged(document);
  const site = completionSite(document, toOffset(text, offset));
  return model.suggest(site, { limit: 3, minProbability: 0.05, ...options });
}

/** The likeliest suggestion written into the document in the notation, or "nothing". */
export function offerAt(
  model: WorkspaceModel,
  path: string,
  marked: string,
  options: Partial<SuggestOptions> = {},
): string {
  const [likeliest] = suggestAt(model, path, marked, options);
  if (likeliest === undefined) return "nothing";
  return formatOutput(parseInput(marked), { ...likeliest, replacedLength: 0 });
}
