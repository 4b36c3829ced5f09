/** Source folders and git checkouts as places to complete. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { shuffled, type Random } from "./random.ts";
import { sampleAt, type LinePlace, type Sample, type Task } from "./samples.ts";

/** What happens in one state of a folder, in this order. */
export interface Batch {
  readonly corpus: string;
  readonly folder: string;
  /** Files that differ from the batch before; `undefined`: index from nothing. */
  readonly changed: readonly string[] | undefined;
  readonly events: readonly (Sample | Edit)[];
  /** Documents stay open to the batch's end, as in a session; else each to its last sample. */
  readonly isSession: boolean;
}

/** A document is opened, or brought to a newer text. */
export interface Edit {
  readonly task?: never;
  readonly path: string;
  readonly text: string;
}

export interface SampleSizes {
  readonly casesPerTask: number;
  readonly tasks: readonly Task[];
  readonly random: Random;
}

const sourceExtensions = /\.(?:[cm]?[jt]sx?|pyi?|go|rs|c|h|cc|cpp|hpp|java|rb|php|lua|el)$/;
function isSource(path: string): boolean {
  return sourceExtensions.test(path);
}

const foreign =
  /(?:^|\/)(?:node_modules|vendor|dist|target|build|__snapshots__|third_party)(?:\/|$)/;

export function heldOutBatch(folder: string, sizes: SampleSizes): Batch {
  return {
    corpus: basename(folder),
    folder,
    changed: undefined,
    events: heldOutSamples(folder, sizes),
    isSession: false,
  };
}

/** Random lines of the folder's current files, each file's samples together. */
export function heldOutSamples(folder: string, sizes: SampleSizes): Sample[] {
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
  return samples.toSorted((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
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
    .filter((entry) => entry.isFile() && isSource(entry.name))
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
 * Replays a checkout's history in a copy: at each commit the folder holds the parent's files, and the commit is
 * written hunk by hunk in the order of its diff: first its old lines are deleted, then the new ones typed. The
 * document has the new text above a sample's line and the old text below the hunk; the documents written before it
 * stay open.
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
        events: eventsOfCommit(folder, commit, { ...sizes, casesPerTask }),
        isSession: true,
      };
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** A line that a commit adds, and the hunk of it. */
interface AddedLine {
  readonly hunk: Hunk;
  /** From the hunk's first line. */
  readonly at: number;
}

function eventsOfCommit(folder: string, commit: string, sizes: SampleSizes): (Sample | Edit)[] {
  const files = hunksByFile(folder, commit).map(([path, hunks]) => ({
    path: join(folder, path),
    hunks,
    oldLines: linesAt(folder, `${commit}^`, path),
    newLines: linesAt(folder, commit, path),
  }));
  const lines = files.flatMap(({ hunks }) => hunks.flatMap(addedLines));
  const samplesOf = new Map<Hunk, [at: number, Sample][]>();
  const fileOf = new Map(files.flatMap((file) => file.hunks.map((hunk) => [hunk, file])));
  for (const task of sizes.tasks) {
    let missing = sizes.casesPerTask;
    // No line twice: its places are right or wrong together.
    for (const { hunk, at } of shuffled(sizes.random, lines)) {
      const file = fileOf.get(hunk);
      if (missing === 0 || file === undefined) break;
      const below = file.oldLines.slice(hunk.oldEnd);
      const place = placeOf(file.path, file.newLines, hunk.newStart + at, below);
      const sample = sampleAt(place, task, sizes.random);
      if (sample === undefined) continue;
      missing -= 1;
      samplesOf.set(hunk, [...(samplesOf.get(hunk) ?? []), [at, sample]]);
    }
  }
  return files.flatMap(({ path, hunks, oldLines, newLines }) => {
    const writtenTo = (line: number, { oldEnd }: Hunk): Edit => ({
      path,
      text: [...newLines.slice(0, line), ...oldLines.slice(oldEnd)].join("\n"),
    });
    return [
      { path, text: oldLines.join("\n") },
      ...hunks.flatMap((hunk) => [
        ...(hunk.oldStart < hunk.oldEnd ? [writtenTo(hunk.newStart, hunk)] : []),
        ...(samplesOf.get(hunk) ?? []).toSorted(([a], [b]) => a - b).map(([, sample]) => sample),
        writtenTo(hunk.newEnd, hunk),
      ]),
    ];
  });
}

function addedLines(hunk: Hunk): AddedLine[] {
  return Array.from({ length: hunk.newEnd - hunk.newStart }, (_, at) => ({ hunk, at }));
}

/** Of a file that is not there: none. */
function linesAt(tree: string, commit: string, path: string): string[] {
  try {
    return linesOf(git(tree, "show", `${commit}:${path}`));
  } catch {
    return [];
  }
}

interface Hunk {
  /** In the old text, from 0. */
  readonly oldStart: number;
  /** First line after the hunk. */
  readonly oldEnd: number;
  readonly newStart: number;
  readonly newEnd: number;
}

function hunksByFile(tree: string, commit: string): [path: string, hunks: Hunk[]][] {
  const diff = git(tree, "diff", "-U0", "--no-renames", "--diff-filter=AM", `${commit}^`, commit);
  const files = new Map<string, Hunk[]>();
  let path = "";
  for (const line of diff.split("\n")) {
    if (line.startsWith("+++ ")) path = line.slice(6);
    const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (header === null || !isSource(path) || foreign.test(path)) continue;
    const [oldAt = 0, oldCount, newAt = 0, newCount] = header.slice(1).map((n) => Number(n ?? 1));
    // A side without lines names the line before it.
    const oldEnd = oldCount === 0 ? oldAt : oldAt - 1 + (oldCount ?? 1);
    const newStart = newCount === 0 ? newAt : newAt - 1;
    const hunks = files.get(path) ?? [];
    files.set(path, hunks);
    hunks.push({
      oldStart: oldEnd - (oldCount ?? 1),
      oldEnd,
      newStart,
      newEnd: newStart + (newCount ?? 1),
    });
  }
  return [...files];
}

function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", folder, ...args], {
    encoding: "utf8",
    maxBuffer: 512 * 1024 * 1024,
    stdio: ["ignore", "pipe", "ignore"],
  });
}
