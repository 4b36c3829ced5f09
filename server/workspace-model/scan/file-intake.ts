/** Adds files to the index and removes them, within the byte budget. Counts the files that do not fit. */
import type { Disk } from "../../files/disk.ts";
import { indexedFile, type IndexedFile } from "../index/indexed-file.ts";
import { familyOfPath } from "../../engine/languages/language-of.ts";
import type { SkippedFile, SourceFile } from "../../files/source-file.ts";
import type { TimeSlices } from "../time-slices.ts";
import type { WorkspaceIndex } from "../index/workspace-index.ts";

export interface IntakeDependencies {
  readonly slices: TimeSlices;
  readonly index: WorkspaceIndex;
  readonly disk: Disk;
  /** Paths of files whose text comes from the editor. */
  readonly openPaths: () => ReadonlySet<string>;
}

export type SkipCounts = Record<SkippedFile | "unreadableFolder" | "slowFolder", number>;

/** A file that is being read. */
export interface Reading {
  /** What was known about the file when reading began. */
  readonly known: IndexedFile | undefined;
  readonly age: number;
  readonly source: Promise<SourceFile>;
}

/** A file limit beside the byte limit, so that a workspace of many tiny files stays bounded too. */
const mostFiles = 50_000;

export class FileIntake {
  readonly #dependencies: IntakeDependencies;
  /** Most bytes of source text. */
  maxBytes: number;
  #walk = 0;
  #age = 0;
  /** Files to evict, in this order. Some may have been removed or seen since. */
  #leaving = farthestFirst([]);
  /** No indexed file is farther than this, and the walk has seen each of them. */
  #farthest = Number.POSITIVE_INFINITY;
  #isFull = false;
  #skipped: SkipCounts = noSkips();
  #changes = 0;

  constructor(dependencies: IntakeDependencies, maxBytes: number) {
    this.#dependencies = dependencies;
    this.maxBytes = maxBytes;
  }

  /** True if this walk left out a file because the budget was full. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Number of new or changed files indexed so far. */
  get changes(): number {
    return this.#changes;
  }

  /** Counts of this walk. */
  get skipped(): Readonly<SkipCounts> {
    return this.#skipped;
  }

  /** Begins a walk and returns its number. */
  beginWalk(): number {
    this.#isFull = false;
    this.#skipped = noSkips();
    this.#leaving = farthestFirst([]);
    this.#farthest = Number.POSITIVE_INFINITY;
    return ++this.#walk;
  }

  skip(reason: keyof SkipCounts): void {
    this.#skipped[reason]++;
  }

  /** Files have changed: the results of reads that are under way are no longer taken. */
  outdate(): void {
    this.#age++;
  }

  /** Begins to read a file. `take` is called for it later. */
  read(path: string): Reading {
    const { disk, index } = this.#dependencies;
    const known = index.file(path);
    return { known, age: this.#age, source: disk.readSource(path, known) };
  }

  /** Indexes the file if it is source, new or changed, and fits. Returns false if it is not a file. */
  async take(path: string, distance: number, isChange: boolean, ahead?: Reading): Promise<boolean> {
    const { index, openPaths, slices } = this.#dependencies;
    const family = familyOfPath(path);
    if (family === undefined || openPaths().has(path)) return true;
    const isOld = ahead?.age !== this.#age || ahead.known !== index.file(path);
    const { known, source: reading } = isOld ? this.read(path) : ahead;
    const source = await reading;
    await slices.next();
    if (source.kind === "unchanged") {
      if (known !== undefined && known === index.file(path)) {
        Object.assign(known, { distance, walk: this.#walk });
      }
      // The budget may have been lowered meanwhile.
      if (await this.#makeRoom(0, distance)) return true;
      this.#isFull = true;
      index.remove(path);
      return true;
    }
    index.remove(path);
    if (source.kind === "skipped") {
      // A file that the client reported as deleted needs no message.
      if (!isChange || source.reason !== "gone") this.skip(source.reason);
      return source.reason !== "notAFile";
    }
    if (!(await this.#makeRoom(source.bytes, distance))) {
      this.#isFull = true;
      return true;
    }
    const file = indexedFile(path, family, source, distance, this.#walk);
    if (distance > this.#farthest) this.#farthest = Number.POSITIVE_INFINITY;
    this.#changes += 1;
    if (!openPaths().has(path)) await index.add(file, source.text, isChange);
    return true;
  }

  /** Evicts files that are farther away, the farthest first, in slices. Returns false if that does not free enough. */
  async #makeRoom(bytes: number, distance: number): Promise<boolean> {
    const { index, slices } = this.#dependencies;
    const mostOthers = bytes > 0 ? mostFiles - 1 : mostFiles;
    const isNarrow = () => index.bytes + bytes > this.maxBytes || index.fileCount > mostOthers;
    while (isNarrow()) {
      if (slices.isOver) await slices.next();
      const file = await this.#nextToLeave(distance);
      if (file === undefined) return false;
      index.remove(file.path);
    }
    return true;
  }

  /** Among equally far files, the one indexed longest ago. */
  async #nextToLeave(distance: number): Promise<IndexedFile | undefined> {
    const { index } = this.#dependencies;
    if (distance >= this.#farthest) return undefined;
    for (let isListed = false; ; isListed = true) {
      for (let next = this.#leaving.next(); next.done !== true; next = this.#leaving.next()) {
        const file = next.value;
        if (this.#mayLeave(file, distance) && index.file(file.path) === file) return file;
      }
      if (isListed) break;
      await this.#list(distance);
    }
    this.#farthest = distance;
    return undefined;
  }

  #mayLeave(file: IndexedFile, distance: number): boolean {
    return file.walk !== this.#walk || file.distance > distance;
  }

  /** Goes through all files once, to find many files to evict. */
  async #list(distance: number): Promise<void> {
    const { index, slices } = this.#dependencies;
    const rows: IndexedFile[][] = [];
    for (const file of index.files()) {
      if (slices.isOver) await slices.next();
      if (this.#mayLeave(file, distance)) (rows[file.distance] ??= []).push(file);
    }
    this.#leaving = farthestFirst(rows);
  }
}

/** `rows`: files grouped by distance. */
function* farthestFirst(
  rows: readonly (readonly IndexedFile[] | undefined)[],
): Generator<IndexedFile, void> {
  for (const row of rows.toReversed()) yield* row ?? [];
}

function noSkips(): SkipCounts {
  return {
    gone: 0,
    unreadable: 0,
    slow: 0,
    notAFile: 0,
    empty: 0,
    giant: 0,
    binary: 0,
    notUtf8: 0,
    minified: 0,
    unreadableFolder: 0,
    slowFolder: 0,
  };
}
