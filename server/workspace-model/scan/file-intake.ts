/** Takes files into the index, or out of it, within the budget of bytes, and counts those that it leaves out. */
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
  /** Paths whose text comes from the editor. */
  readonly openPaths: () => ReadonlySet<string>;
}

export type SkipCounts = Record<SkippedFile | "unreadableFolder" | "slowFolder", number>;

/** A file that is being read. */
export interface Reading {
  /** What was known of it when that began. */
  readonly known: IndexedFile | undefined;
  readonly age: number;
  readonly source: Promise<SourceFile>;
}

/** Only files, so that a workspace of tiny ones stays bounded too. */
const mostFiles = 50_000;

export class FileIntake {
  readonly #dependencies: IntakeDependencies;
  /** Of source text. */
  maxBytes: number;
  #walk = 0;
  #age = 0;
  /** Files to evict, in this order; some may have gone or been seen since. */
  #leaving = farthestFirst([]);
  /** No file is farther than this, or unseen by the walk. */
  #farthest = Number.POSITIVE_INFINITY;
  #isFull = false;
  #skipped: SkipCounts = noSkips();
  #changes = 0;

  constructor(dependencies: IntakeDependencies, maxBytes: number) {
    this.#dependencies = dependencies;
    this.maxBytes = maxBytes;
  }

  /** A file of this walk was left out for want of room. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Files that were taken in so far, new or changed. */
  get changes(): number {
    return this.#changes;
  }

  /** Of this walk. */
  get skipped(): Readonly<SkipCounts> {
    return this.#skipped;
  }

  /** Returns its number. */
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

  /** Files have changed: what was read before is not taken any more. */
  outdate(): void {
    this.#age++;
  }

  /** Begins to read a file that `take` will be called for. */
  read(path: string): Reading {
    const { disk, index } = this.#dependencies;
    const known = index.file(path);
    return { known, age: this.#age, source: disk.readSource(path, known) };
  }

  /** Indexes the file if it is source, new or changed, and fits; false when it is no file. */
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
      // The budget may have been lowered.
      if (await this.#makeRoom(0, distance)) return true;
      this.#isFull = true;
      index.remove(path);
      return true;
    }
    index.remove(path);
    if (source.kind === "skipped") {
      // Of one that is told as deleted there is nothing to say.
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

  /** Evicts files that are farther, the farthest first, in turns; false when that is not enough. */
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

  /** Of the equally far ones that which was indexed longest ago. */
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

  /** Looks through all files once for many that leave. */
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

/** `rows`: files by their distance. */
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
