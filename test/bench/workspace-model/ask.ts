/** Asks a model for samples as an editor would, and records the answers. */
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import type { ByteAnchor, DocumentSnapshot } from "../../../server/engine/document.ts";
import { toOffset } from "../../../server/engine/document.ts";
import { completionSite, type CompletionSite } from "../../../server/engine/site.ts";
import type { LearnedWorkspace } from "../../../server/workspace-model/learned-workspace.ts";
import type { WorkspaceModel } from "../../../server/workspace-model/workspace-model.ts";
import type { Batch, Edit } from "./corpora.ts";
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
  const document = snapshotOf({ path: sample.path, text });
  return completionSite(document, toOffset(text, sample.before.length));
}

function snapshotOf({ path, text }: Edit): DocumentSnapshot {
  return {
    uri: pathToFileURL(path).href,
    languageId: "",
    version: 1,
    revision: ++revision,
    text,
    anchor,
  };
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
 * Goes through the batch's events: comes to each sample's place as by typing there (`arrive` is a question whose
 * answer does not count), then calls `ask`.
 */
export async function visit(
  workspace: Pick<LearnedWorkspace, "documentChanged" | "documentClosed" | "whenIndexed">,
  { events, isSession }: Batch,
  arrive: (site: CompletionSite) => void,
  ask: (sample: Sample, site: CompletionSite) => void,
): Promise<void> {
  const open = new Set<string>();
  for (const [at, event] of events.entries()) {
    if (event.task === undefined) {
      const document = snapshotOf(event);
      workspace.documentChanged(document);
      open.add(document.uri);
      await workspace.whenIndexed();
    } else {
      const site = siteOf(event);
      workspace.documentChanged(site.document);
      open.add(site.document.uri);
      arrive(site);
      await workspace.whenIndexed();
      ask(event, site);
      if (!isSession) await complete(workspace, event);
    }
    const next = events[at + 1];
    if (next !== undefined && (isSession || next.path === event.path)) continue;
    for (const uri of open) workspace.documentClosed(uri);
    open.clear();
    await workspace.whenIndexed();
  }
}

/** Types the sample's line to its end: from sample to sample, all that is between would seem to be rewritten. */
async function complete(
  workspace: Pick<LearnedWorkspace, "documentChanged" | "whenIndexed">,
  { path, before, truth, after }: Sample,
): Promise<void> {
  workspace.documentChanged(snapshotOf({ path, text: before + truth + after }));
  await workspace.whenIndexed();
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
