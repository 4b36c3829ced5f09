/** A checkout's first-parent history: the newest commits, oldest first, and the tree before the first of them. */
import { spawnSync } from "node:child_process";

export interface Hunk {
  /** The first changed line, from 0. */
  readonly start: number;
  readonly old: string[];
  readonly now: string[];
}

export interface FileChange {
  readonly path: string;
  readonly blob: string;
  readonly status: string;
}

export interface Commit {
  readonly hash: string;
  readonly parent: string;
  readonly changes: readonly FileChange[];
  readonly hunks: ReadonlyMap<string, readonly Hunk[]>;
}

export interface History {
  readonly commits: readonly Commit[];
  /** Path → text before the first commit. */
  readonly tree: ReadonlyMap<string, string>;
  /** Blob → text. */
  readonly texts: ReadonlyMap<string, string>;
}

const extensions =
  `ts tsx js mjs cjs jsx svelte vue py go rs lua java kt kts el c cc cpp h hpp cs rb vim swift php clj cljs
  scala ex exs dart`
    .trim()
    .split(/\s+/);
const code = new RegExp(`\\.(?:${extensions.join("|")})$`);
const notWritten =
  /(?:^|\/)(?:vendor|node_modules|dist|third_party|snapshots?|__snapshots__|fixtures|generated)\/|\.min\.|-lock\.|\.d\.ts$/;
const largestFile = 400_000;

export function readHistory(checkout: string, limit: number): History {
  const git = (args: readonly string[], input?: string): Buffer =>
    spawnSync("git", ["-C", checkout, ...args], { maxBuffer: 2 ** 31 - 1, input }).stdout;
  const commits = readCommits(git, limit);
  const before = commits[0]?.parent ?? "";
  const blobsByPath = new Map<string, string>();
  if (before !== "") {
    for (const line of git(["ls-tree", "-r", before]).toString("utf8").split("\n")) {
      const [, blob = "", path = ""] = /^\d+ blob (\w+)\t(.*)$/.exec(line) ?? [];
      if (isCode(path)) blobsByPath.set(path, blob);
    }
  }
  const wanted = new Set(blobsByPath.values());
  for (const { changes } of commits) for (const { blob } of changes) wanted.add(blob);
  const texts = readBlobs(git(["cat-file", "--batch"], `${[...wanted].join("\n")}\n`));
  const tree = new Map<string, string>();
  for (const [path, blob] of blobsByPath) {
    const text = texts.get(blob);
    if (text !== undefined) tree.set(path, text);
  }
  return { commits, tree, texts };
}

function isCode(path: string): boolean {
  return code.test(path) && !notWritten.test(path);
}

type Git = (args: readonly string[], input?: string) => Buffer;

function readCommits(git: Git, limit: number): readonly Commit[] {
  const log = git([
    ..."log --first-parent -m --no-renames --raw --no-abbrev -p -U0 --full-index --no-color".split(
      " ",
    ),
    "-n",
    String(limit),
    "--format=%x01%H %P",
    "--",
    ...extensions.map((each) => `*.${each}`),
  ]);
  return log.toString("utf8").split("\u0001").slice(1).map(parseCommit).toReversed();
}

function parseCommit(text: string): Commit {
  const [head = "", ...lines] = text.split("\n");
  const [hash = "", parent = ""] = head.split(" ");
  const changes: FileChange[] = [];
  const hunks = new Map<string, Hunk[]>();
  let path = "";
  let hunk: Hunk | undefined;
  let oldLeft = 0;
  let newLeft = 0;
  for (const line of lines) {
    if (oldLeft > 0 && line.startsWith("-")) {
      hunk?.old.push(line.slice(1));
      oldLeft--;
    } else if (newLeft > 0 && line.startsWith("+")) {
      hunk?.now.push(line.slice(1));
      newLeft--;
    } else if (line.startsWith(":")) {
      const change = /^:\d+ \d+ \w+ (\w+) (\w)\t(.*)$/.exec(line);
      const [, blob = "", status = "", changed = ""] = change ?? [];
      if (isCode(changed)) changes.push({ path: changed, blob, status });
    } else if (line.startsWith("diff --git ")) path = line.slice(line.indexOf(" b/") + 3);
    else if (line.startsWith("@@ ") && isCode(path)) {
      const [, from = "", oldCount = "1", newCount = "1"] =
        /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line) ?? [];
      oldLeft = Number(oldCount);
      newLeft = Number(newCount);
      hunk = { start: oldLeft === 0 ? Number(from) : Number(from) - 1, old: [], now: [] };
      hunks.set(path, [...(hunks.get(path) ?? []), hunk]);
    }
  }
  return { hash, parent, changes, hunks };
}

function readBlobs(output: Buffer): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf(10, at);
    const [blob = "", type, size] = output.toString("latin1", at, end).split(" ");
    at = end + 1;
    if (type !== "blob") continue;
    const length = Number(size);
    if (length <= largestFile) texts.set(blob, output.toString("utf8", at, at + length));
    at += length + 1;
  }
  return texts;
}
