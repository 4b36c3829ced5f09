/** Source folders and git checkouts as places to complete. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pick, type Random } from "./random.ts";
import { sampleAt, type LinePlace, type Sample, type Task } from "./samples.ts";

/** Some samples to ask against one state of a folder. */
export interface Batch {
  readonly corpus: string;
  readonly folder: string;
  /** Files that differ from the batch before; `undefined`: index anew. */
  readonly changed: readonly string[] | undefined;
  readonly samples: readonly Sample[];
}

export interface SampleSizes {
  readonly casesPerTask: number;
  readonly tasks: readonly Task[];
  readonly random: Random;
}

const sourceExtensions = /\.(?:[cm]?[jt]sx?|pyi?|go|rs|c|h|cc|cpp|hpp|java|rb|php|lua|el)$/;
const foreign =
  /(?:^|\/)(?:node_modules|vendor|dist|target|build|__snapshots__|third_party)(?:\/|$)/;

/** Random lines of the folder's current files, each file's samples together. */
export function heldOutBatch(folder: string, sizes: SampleSizes): Batch {
  const files = listSources(folder);
  const samples: Sample[] = [];
  for (const task of sizes.tasks) {
    const wanted = samples.length + sizes.casesPerTask;
    for (let tries = sizes.casesPerTask * 50; tries > 0 && samples.length < wanted; tries--) {
      const file = pickByLength(files, sizes.random);
      const sample = file && sampleOfFile(file, task, sizes.random);
      if (sample !== undefined) samples.push(sample);
    }
  }
  samples.sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  return { corpus: basename(folder), folder, changed: undefined, samples };
}

interface SourceText {
  readonly path: string;
  readonly lines: readonly string[];
}

function sampleOfFile(file: SourceText, task: Task, random: Random): Sample | undefined {
  const at = Math.floor(random() * file.lines.length);
  return sampleAt(placeOf(file.path, file.lines, at, file.lines.slice(at + 1)), task, random);
}

function placeOf(
  path: string,
  lines: readonly string[],
  at: number,
  below: readonly string[],
): LinePlace {
  const above = lines.slice(0, at).map((line) => `${line}\n`);
  return { path, above: above.join(""), line: lines[at] ?? "", below: ["", ...below].join("\n") };
}

function pickByLength(files: readonly SourceText[], random: Random): SourceText | undefined {
  const total = files.reduce((sum, { lines }) => sum + lines.length, 0);
  let left = random() * total;
  return files.find(({ lines }) => (left -= lines.length) < 0);
}

export function listSources(folder: string): SourceText[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && sourceExtensions.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !foreign.test(path.slice(folder.length)) && statSync(path).size < 300_000)
    .toSorted()
    .map((path) => ({ path, lines: linesOf(readFileSync(path, "utf8")) }))
    .filter(({ lines }) => lines.every((line) => line.length <= 2000));
}

function linesOf(text: string): string[] {
  return text.split(/\r\n|\n/);
}

/**
 * Replays a checkout's history in a copy: at each commit the folder holds the parent's files, and the open
 * document has the new text above the line and the old text below the commit's hunk.
 */
export function* replayBatches(
  checkout: string,
  sizes: SampleSizes & { readonly commits: number },
): Generator<Batch> {
  const commits = git(checkout, "rev-list", "--first-parent", "--no-merges", "--reverse", "HEAD");
  const replayed = commits.trim().split("\n").slice(1).slice(-sizes.commits);
  const casesPerTask = Math.ceil(sizes.casesPerTask / replayed.length);
  const copy = mkdtempSync(join(tmpdir(), "replay-"));
  const folder = join(copy, "tree");
  try {
    git(copy, "clone", "-q", "--shared", "--no-checkout", checkout, folder);
    let present: string | undefined;
    for (const commit of replayed) {
      const parent = `${commit}^`;
      const changed = present && git(folder, "diff", "--name-only", present, parent);
      git(folder, "checkout", "-q", "--detach", "--force", parent);
      present = parent;
      yield {
        corpus: basename(checkout),
        folder,
        changed: changed?.split("\n").map((path) => join(folder, path)),
        samples: samplesOfCommit(folder, commit, { ...sizes, casesPerTask }),
      };
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function samplesOfCommit(folder: string, commit: string, sizes: SampleSizes): Sample[] {
  const hunks = hunksOf(folder, commit);
  const places = hunks.flatMap((hunk) =>
    Array.from({ length: hunk.newEnd - hunk.newStart }, (_, at) => ({ hunk, at })),
  );
  const newLines = new Map<string, string[]>();
  const linesAtCommit = (path: string) => {
    const lines = newLines.get(path) ?? linesOf(git(folder, "show", `${commit}:${path}`));
    newLines.set(path, lines);
    return lines;
  };
  const samples: Sample[] = [];
  for (const task of sizes.tasks) {
    const wanted = samples.length + sizes.casesPerTask;
    for (let tries = sizes.casesPerTask * 20; tries > 0 && samples.length < wanted; tries--) {
      const found = pick(sizes.random, places);
      if (found === undefined) break;
      const { hunk, at } = found;
      const path = join(folder, hunk.path);
      const old = existsSync(path) ? linesOf(readFileSync(path, "utf8")) : [];
      const below = old.slice(hunk.oldEnd);
      const place = placeOf(path, linesAtCommit(hunk.path), hunk.newStart + at, below);
      const sample = sampleAt(place, task, sizes.random);
      if (sample !== undefined) samples.push(sample);
    }
  }
  return samples.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}

interface Hunk {
  readonly path: string;
  /** First line after the hunk in the old text, from 0. */
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

function hunksOf(tree: string, commit: string): Hunk[] {
  const diff = git(tree, "diff", "-U0", "--no-renames", "--diff-filter=AM", `${commit}^`, commit);
  const hunks: Hunk[] = [];
  let path = "";
  for (const line of diff.split("\n")) {
    if (line.startsWith("+++ ")) path = line.slice(6);
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (header === null || !sourceExtensions.test(path) || foreign.test(path)) continue;
    const [oldAt, oldCount, newAt, newCount] = header.slice(1).map((n) => Number(n ?? 1));
    if (newCount === 0 || newAt === undefined) continue;
    // A hunk that removes nothing names the line before it.
    const oldEnd = oldCount === 0 ? (oldAt ?? 0) : (oldAt ?? 1) - 1 + (oldCount ?? 1);
    hunks.push({ path, oldEnd, newStart: newAt - 1, newEnd: newAt - 1 + (newCount ?? 1) });
  }
  return hunks;
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
