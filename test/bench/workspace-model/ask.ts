/** Puts samples to a model as an editor would, and notes what came back. */
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import type { ByteAnchor, DocumentSnapshot } from "../../../server/engine/document.ts";
import { toOffset } from "../../../server/engine/document.ts";
import { completionSite, type CompletionSite } from "../../../server/engine/site.ts";
import type { LearnedWorkspace } from "../../../server/workspace-model/learned-workspace.ts";
import type { WorkspaceModel } from "../../../server/workspace-model/workspace-model.ts";
import type { Batch } from "./corpora.ts";
import type { Sample, Task } from "./samples.ts";

export interface Answer {
  readonly corpus: string;
  readonly task: Task;
  /** Of the likeliest rest of the line, whatever its probability; 0 when there was none. */
  readonly probability: number;
  readonly isExact: boolean;
  /** The sure prefix (or whole) at 0.85. */
  readonly isPrefixShown: boolean;
  readonly isPrefixRight: boolean;
  readonly prefixLength: number;
  /** What a user with default settings sees. */
  readonly isShown: boolean;
  readonly isShownRight: boolean;
  readonly truthLength: number;
  readonly milliseconds: number;
}

const anchor = { offset: 0, byteOffset: 0 } as ByteAnchor;
let revision = 0;

export function siteOf(sample: Sample): CompletionSite {
  const text = sample.before + sample.after;
  const document: DocumentSnapshot = {
    uri: pathToFileURL(sample.path).href,
    languageId: "",
    version: 1,
    revision: ++revision,
    text,
    anchor,
  };
  return completionSite(document, toOffset(text, sample.before.length));
}

/** Brings the workspace to the batch's state. */
export async function prepare(
  workspace: Pick<LearnedWorkspace, "setFolders" | "filesChanged" | "whenIndexed">,
  batch: Batch,
): Promise<void> {
  if (batch.changed === undefined) workspace.setFolders([batch.folder]);
  else workspace.filesChanged(batch.changed);
  await workspace.whenIndexed();
}

/**
 * Opens each sample's document, comes to its place as by typing there (`arrive` is a question whose answer
 * does not count), calls `ask`, and closes the document when its last sample is done.
 */
export async function visit(
  workspace: Pick<LearnedWorkspace, "documentChanged" | "documentClosed" | "whenIndexed">,
  samples: readonly Sample[],
  arrive: (site: CompletionSite) => void,
  ask: (sample: Sample, site: CompletionSite) => void,
): Promise<void> {
  for (const [at, sample] of samples.entries()) {
    const site = siteOf(sample);
    workspace.documentChanged(site.document);
    arrive(site);
    await workspace.whenIndexed();
    ask(sample, site);
    if (samples[at + 1]?.path === sample.path) continue;
    workspace.documentClosed(site.document.uri);
    await workspace.whenIndexed();
  }
}

export function answer(
  model: WorkspaceModel,
  corpus: string,
  sample: Sample,
  site: CompletionSite,
): Answer {
  const start = performance.now();
  const [likeliest] = model.suggest(site, { limit: 3, minProbability: 0 });
  const milliseconds = performance.now() - start;
  const [prefix] = model.suggest(site, { limit: 3, minProbability: 0.85 });
  const [shown] = model.suggest(site, { limit: 3, minProbability: 0.7 });
  const { truth } = sample;
  const isWhole = likeliest !== undefined && !likeliest.isSurePrefix;
  return {
    corpus,
    task: sample.task,
    probability: isWhole ? likeliest.probability : 0,
    isExact: isWhole && likeliest.insertText.trimEnd() === truth,
    isPrefixShown: prefix !== undefined,
    isPrefixRight: prefix !== undefined && truth.startsWith(prefix.insertText.trimEnd()),
    prefixLength: prefix?.insertText.length ?? 0,
    isShown: shown !== undefined,
    isShownRight: shown !== undefined && truth.startsWith(shown.insertText.trimEnd()),
    truthLength: truth.length,
    milliseconds,
  };
}
