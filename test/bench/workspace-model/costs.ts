/** What the model costs: time and memory to index, time to ask, time to take an edit, blocks of the event loop. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import {
  toOffset,
  type ByteAnchor,
  type DocumentSnapshot,
} from "../../../server/engine/document.ts";
import { completionSite } from "../../../server/engine/site.ts";
import type { LearnedWorkspace } from "../../../server/workspace-model/learned-workspace.ts";
import type { WorkspaceModel } from "../../../server/workspace-model/workspace-model.ts";
import { siteOf } from "./ask.ts";
import { heldOutSamples, listSources } from "./corpora.ts";
import { percentile } from "./figures.ts";
import { seededRandom } from "./random.ts";

export interface Costs {
  readonly sourceMegabytes: number;
  readonly indexSecondsPerMegabyte: number;
  readonly memoryMegabytesPerMegabyte: number;
  /** Of each run, the least first: a block of the model's own comes back in each, one of the machine's does not. */
  readonly longestBlocksMs: readonly number[];
  /** The same while files leave: another one is opened than the index was made around, the budget shrinks. */
  readonly longestBlocksOfMakingRoomMs: readonly number[];
  /** Of loops that do nothing, each for a second: what the machine itself holds up. */
  readonly longestBlocksOfNothingMs: readonly number[];
  readonly queryMs: readonly [p50: number, p95: number, p99: number];
  readonly editMs: readonly [p50: number, p95: number, p99: number];
}

const megabyte = 1024 * 1024;
const warmQueries = 300;
const queries = 1500;

type OpenModel = () => WorkspaceModel;
type OpenWorkspace = () => LearnedWorkspace;

/** On the sources of `folders`: copies of 10 MB for indexing, of 5 MB for queries, or what there is. */
export async function measureCosts(
  folders: readonly string[],
  openModel: OpenModel,
  openWorkspace: OpenWorkspace,
): Promise<Costs> {
  const copies = mkdtempSync(join(tmpdir(), "sources-"));
  try {
    const large = copySources(folders, join(copies, "large"), 10 * megabyte);
    const medium = copySources(folders, join(copies, "medium"), 5 * megabyte);
    // A first run compiles the code, which a server does once and spreads over its first turns.
    await measureIndexing(medium, openModel);
    const indexing = await repeated(() => measureIndexing(large, openModel));
    return {
      sourceMegabytes: indexing[0].sourceMegabytes,
      indexSecondsPerMegabyte: median(indexing.map(({ secondsPerMegabyte }) => secondsPerMegabyte)),
      memoryMegabytesPerMegabyte: median(indexing.map(({ memory }) => memory)),
      longestBlocksMs: rising(indexing.map(({ longestBlockMs }) => longestBlockMs)),
      longestBlocksOfMakingRoomMs: rising(
        await repeated(() => measureMakingRoom(large, openModel)),
      ),
      longestBlocksOfNothingMs: rising(await repeated(spin)),
      queryMs: await measureQueries(medium, openModel),
      editMs: await measureEdits(medium, openWorkspace),
    };
  } finally {
    rmSync(copies, { recursive: true, force: true });
  }
}

async function repeated<Result>(measure: () => Promise<Result>): Promise<[Result, Result, Result]> {
  return [await measure(), await measure(), await measure()];
}

function rising(numbers: readonly number[]): readonly number[] {
  return numbers.toSorted((a, b) => a - b);
}

function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

/** Files of one language only, since a question searches one: the one with most text. */
function copySources(folders: readonly string[], to: string, mostBytes: number): string {
  const byExtension = new Map<string, { path: string; size: number }[]>();
  for (const path of folders.flatMap((folder) => listSources(folder).map((file) => file.path))) {
    const files = byExtension.get(extname(path)) ?? [];
    files.push({ path, size: statSync(path).size });
    byExtension.set(extname(path), files);
  }
  const bytesOf = (files: readonly { size: number }[]) =>
    files.reduce((sum, { size }) => sum + size, 0);
  const [most = []] = [...byExtension.values()].toSorted((x, y) => bytesOf(y) - bytesOf(x));
  let left = mostBytes;
  for (const [number, { path, size }] of most.entries()) {
    // Empty ones would fit however full it is: of a large library thousands.
    if (size === 0 || size > left) continue;
    left -= size;
    const target = join(to, String(number % 40), `${number}-${basename(path)}`);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(path, target);
  }
  return to;
}

async function measureIndexing(folder: string, openModel: OpenModel) {
  const memoryBefore = await usedMemory();
  const model = openModel();
  const block = watchLoop();
  const start = performance.now();
  model.setFolders([folder]);
  await model.whenIndexed();
  const seconds = (performance.now() - start) / 1000;
  const longestBlockMs = block.stop();
  const { bytes } = model.status();
  const memory = (await usedMemory()) - memoryBefore;
  model.close();
  return {
    sourceMegabytes: tenths(bytes / megabyte),
    secondsPerMegabyte: Math.round((seconds / (bytes / megabyte)) * 1000) / 1000,
    memory: tenths(memory / bytes),
    longestBlockMs,
  };
}

/** With room for half of the sources, then for a tenth, then for none. */
async function measureMakingRoom(folder: string, openModel: OpenModel): Promise<number> {
  const model = openModel();
  model.setFolders([folder]);
  await model.whenIndexed();
  const { bytes } = model.status();
  const near = listSources(folder).at(-1)?.path ?? folder;
  const block = watchLoop();
  model.configure({ maxBytes: Math.ceil(bytes / 2), respectsIgnoreFiles: true });
  await model.whenIndexed();
  model.documentChanged(snapshotOf(near, "", 1));
  await model.whenIndexed();
  model.configure({ maxBytes: Math.ceil(bytes / 10), respectsIgnoreFiles: true });
  await model.whenIndexed();
  model.setFolders([]);
  await model.whenIndexed();
  const longestBlockMs = block.stop();
  model.close();
  return longestBlockMs;
}

async function spin(): Promise<number> {
  const block = watchLoop();
  const end = performance.now() + 1000;
  while (performance.now() < end) await nextTurn();
  return block.stop();
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}

function snapshotOf(path: string, text: string, revision: number): DocumentSnapshot {
  return {
    uri: pathToFileURL(path).href,
    languageId: "",
    version: 1,
    revision,
    text,
    anchor: { offset: 0, byteOffset: 0 } as ByteAnchor,
  };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Heap and buffers after a full collection, in bytes. */
async function usedMemory(): Promise<number> {
  for (let pass = 0; pass < 3; pass++) {
    collect();
    await nextTurn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Notes the longest time between two turns of the event loop, in milliseconds, until stopped. */
function watchLoop(): { stop(): number } {
  let longest = 0;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    next = setImmediate(tick);
  };
  let next = setImmediate(tick);
  return {
    stop: () => {
      clearImmediate(next);
      return tenths(longest);
    },
  };
}

async function measureQueries(folder: string, openModel: OpenModel) {
  const model = openModel();
  model.setFolders([folder]);
  await model.whenIndexed();
  const samples = heldOutSamples(folder, {
    casesPerTask: Math.ceil((queries + warmQueries) / 3),
    tasks: ["rest", "word", "line"],
    random: seededRandom(5),
  });
  const times: number[] = [];
  for (const sample of samples) {
    const site = siteOf(sample);
    model.documentChanged(site.document);
    await model.whenIndexed();
    const start = performance.now();
    model.suggest(site, { limit: 3, minProbability: 0.7 });
    times.push(performance.now() - start);
    model.documentClosed(site.document.uri);
  }
  model.close();
  return quantiles(times.slice(warmQueries));
}

/** Types 600 characters at places all over a file of 5,000 lines, each brought into the index at once. */
async function measureEdits(folder: string, openWorkspace: OpenWorkspace) {
  const workspace = openWorkspace();
  const sources = listSources(folder);
  const lines: string[] = [];
  for (const { path } of sources) {
    if (lines.length < 5000) lines.push(...readFileSync(path, "utf8").split("\n"));
  }
  const name = `typed${extname(sources[0]?.path ?? "")}`;
  let text = lines.slice(0, 5000).join("\n");
  const random = seededRandom(11);
  const times: number[] = [];
  let revision = 0;
  const snapshot = () => snapshotOf(join(folder, name), text, ++revision);
  workspace.documentChanged(snapshot());
  await workspace.whenIndexed();
  let cursor = 0;
  for (let typed = 0; typed < 900; typed++) {
    if (typed % 30 === 0) cursor = Math.floor(random() * text.length);
    text = `${text.slice(0, cursor)}${typed % 7 === 0 ? " " : "x"}${text.slice(cursor)}`;
    cursor++;
    const changed = snapshot();
    const site = completionSite(changed, toOffset(text, cursor));
    const start = performance.now();
    workspace.documentChanged(changed);
    workspace.query(site);
    times.push(performance.now() - start);
    await nextTurn();
  }
  workspace.close();
  return quantiles(times.slice(warmQueries));
}

function quantiles(times: readonly number[]): [number, number, number] {
  return [percentile(times, 0.5), percentile(times, 0.95), percentile(times, 0.99)];
}
