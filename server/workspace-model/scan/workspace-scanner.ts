/**
 * Keeps the workspace index in step with the disk. Walks the folders, nearest first, within the byte budget, and
 * picks up changed files. It looks at the disk again only when the user types after a pause, so an idle editor
 * causes no work.
 */
import { basename, dirname } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Disk } from "../../files/disk.ts";
import { FileIntake, type SkipCounts } from "./file-intake.ts";
import { isWithin, walkFolders, type FoundFile, type WalkOptions } from "./folder-walk.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import type { IndexedFile } from "../index/indexed-file.ts";
import { familyOfPath } from "../../engine/languages/language-of.ts";
import { createProgress } from "./progress.ts";
import type { TimeSlices } from "../time-slices.ts";
import type { WorkspaceIndex } from "../index/workspace-index.ts";

export interface ScannerDependencies {
  readonly clock: Clock;
  readonly slices: TimeSlices;
  readonly index: WorkspaceIndex;
  readonly disk: Disk;
  readonly isExcluded: (path: string) => Promise<boolean>;
  /** Paths of files whose text comes from the editor. */
  readonly openPaths: () => ReadonlySet<string>;
  readonly onProgress: (progress: { files: number; bytes: number; isDone: boolean }) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * If the user types and the last look at the disk is older than this, it is repeated. The time doubles with each
 * look that finds no change.
 */
const shortestRecheckMs = 60_000;
const longestRecheckMs = 3_600_000;

export class WorkspaceScanner {
  readonly #dependencies: ScannerDependencies;
  readonly #intake: FileIntake;
  readonly #changed = new Set<string>();
  #folders: readonly string[] = [];
  #respectsIgnoreFiles = true;
  #isWalkWanted = false;
  #isClosed = false;
  #running: Promise<void> | undefined;
  /** When the last walk ended. */
  #lookedAt = 0;
  #recheckMs = shortestRecheckMs;

  constructor(dependencies: ScannerDependencies, maxBytes: number) {
    this.#dependencies = dependencies;
    this.#intake = new FileIntake(dependencies, maxBytes);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isFull(): boolean {
    return this.#intake.isFull;
  }

  get skipped(): Readonly<SkipCounts> {
    return this.#intake.skipped;
  }

  /** Resolves when no work is pending. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  setFolders(folders: readonly string[]): void {
    this.#folders = folders;
    this.requestWalk();
  }

  configure(maxBytes: number, respectsIgnoreFiles: boolean): void {
    const intake = this.#intake;
    const isSame =
      maxBytes === intake.maxBytes && respectsIgnoreFiles === this.#respectsIgnoreFiles;
    if (isSame) return;
    intake.maxBytes = maxBytes;
    this.#respectsIgnoreFiles = respectsIgnoreFiles;
    this.requestWalk();
  }

  /** Starts a walk from the current open documents. A walk under way starts over. */
  requestWalk(): void {
    this.#isWalkWanted = true;
    this.#start();
  }

  /** The user types again: files that changed on disk meanwhile may matter now. */
  noteTyping(): void {
    if (this.isRunning || this.#folders.length === 0) return;
    if (this.#dependencies.clock.now() - this.#lookedAt >= this.#recheckMs) this.requestWalk();
  }

  filesChanged(paths: readonly string[]): void {
    for (const path of paths) this.#changed.add(path);
    if (paths.some((path) => basename(path) === ".gitignore")) this.requestWalk();
    else this.#start();
  }

  close(): void {
    this.#isClosed = true;
    this.#dependencies.disk.close();
  }

  #start(): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#running = this.#run()
      .catch(this.#dependencies.onError)
      .finally(() => {
        this.#running = undefined;
      });
  }

  async #run(): Promise<void> {
    const { index, slices } = this.#dependencies;
    await slices.next();
    while (!this.#isClosed && (this.#isWalkWanted || this.#changed.size > 0)) {
      if (this.#changed.size > 0) await this.#takeChanges();
      else await this.#walk();
    }
    await index.compact();
  }

  async #takeChanges(): Promise<void> {
    const { slices } = this.#dependencies;
    const paths = [...this.#changed];
    this.#changed.clear();
    this.#intake.outdate();
    const homes = this.#homes();
    for (const path of paths) {
      if (this.#isClosed) return;
      await slices.next();
      const home = homes.find(({ root }) => isWithin(path, root));
      const isFile = familyOfPath(path) !== undefined && (await this.#takeChange(path, home));
      // The path may also name a folder: a new, deleted or newly ignored one.
      if (!isFile) await this.#recheckBelow(path, home);
    }
  }

  /** Returns false if the path is not a file, was not one before, or is excluded. */
  async #takeChange(path: string, home: IgnoreRules | undefined): Promise<boolean> {
    const { index } = this.#dependencies;
    if (home === undefined || (await home.leavesOutDeep(path, false))) {
      index.remove(path);
      return false;
    }
    const isFile = await this.#intake.take(path, index.file(path)?.distance ?? 0, true);
    return isFile && index.pathsBelow(path).next().done === true;
  }

  async #recheckBelow(folder: string, home: IgnoreRules | undefined): Promise<void> {
    const { index, slices } = this.#dependencies;
    const isLeftOut = home === undefined || (await home.leavesOutDeep(folder, true));
    const below: string[] = [];
    for (const path of index.pathsBelow(folder)) {
      if (slices.isOver) await slices.next();
      below.push(path);
    }
    for (const path of below) {
      if (slices.isOver) await slices.next();
      if (isLeftOut) index.remove(path);
      else await this.#intake.take(path, index.file(path)?.distance ?? 0, true);
    }
    if (isLeftOut) return;
    const tops = [{ path: folder, rules: home }];
    for await (const { path, distance } of this.#walkBelow(tops, [], () => undefined)) {
      if (this.#isClosed) return;
      if (index.file(path) === undefined) await this.#intake.take(path, distance, false);
    }
  }

  #homes(): IgnoreRules[] {
    const { disk, isExcluded } = this.#dependencies;
    const options = { disk, isExcluded, respectsIgnoreFiles: this.#respectsIgnoreFiles };
    return this.#folders.map((root) => new IgnoreRules(root, options));
  }

  #walkBelow(
    tops: WalkOptions["tops"],
    near: readonly string[],
    onUnreadable: WalkOptions["onUnreadable"],
  ) {
    const { disk, slices } = this.#dependencies;
    return walkFolders({ tops, near, disk, slices, onUnreadable });
  }

  async #walk(): Promise<void> {
    const { index, openPaths, slices } = this.#dependencies;
    const intake = this.#intake;
    this.#isWalkWanted = false;
    this.#lookedAt = this.#dependencies.clock.now();
    const changesBefore = intake.changes;
    const walk = intake.beginWalk();
    const folders = this.#folders;
    const isOutside = ({ path }: IndexedFile) => !folders.some((each) => isWithin(path, each));
    await this.#removeThose(index.files(), isOutside);
    const progress = createProgress(this.#dependencies);
    const near = [...openPaths()].toReversed().map((path) => dirname(path));
    const tops = this.#homes().map((rules) => ({ path: rules.root, rules }));
    const onUnreadable: WalkOptions["onUnreadable"] = (reason) => intake.skip(reason);
    const found = this.#readAll(this.#walkBelow(tops, near, onUnreadable));
    for await (const { path, distance, reading } of oneAhead(found)) {
      if (this.#isClosed || this.#isWalkWanted) break;
      await slices.next();
      if (this.#changed.size > 0) await this.#takeChanges();
      await intake.take(path, distance, false, reading);
      if (intake.isFull) break;
      progress.report(false);
    }
    progress.report(true);
    if (this.#isClosed || this.#isWalkWanted) return;
    const removed = await this.#removeThose(index.files(), (file) => file.walk !== walk);
    const hasChanged = removed > 0 || intake.changes > changesBefore;
    this.#recheckMs = hasChanged
      ? shortestRecheckMs
      : Math.min(longestRecheckMs, this.#recheckMs * 2);
  }

  /** Begins to read each file. */
  async *#readAll(found: AsyncIterable<FoundFile>) {
    const { openPaths } = this.#dependencies;
    for await (const file of found) {
      const reading = openPaths().has(file.path) ? undefined : this.#intake.read(file.path);
      yield { ...file, reading };
    }
  }

  /** In slices, because each removal searches a shard with many files. Resolves to the number of removed files. */
  async #removeThose(
    files: Iterable<IndexedFile>,
    isGone: (file: IndexedFile) => boolean,
  ): Promise<number> {
    const { index, slices } = this.#dependencies;
    let removed = 0;
    for (const file of files) {
      if (slices.isOver) await slices.next();
      if (!isGone(file)) continue;
      index.remove(file.path);
      removed += 1;
    }
    return removed;
  }
}

/** The items of a generator. The next item is fetched while the current one is processed. */
async function* oneAhead<Item>(items: AsyncGenerator<Item, void>): AsyncGenerator<Item, void> {
  try {
    let next = items.next();
    for (;;) {
      const { value, done } = await next;
      if (done === true) return;
      next = items.next();
      // The error reaches the caller when it asks for this item.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await items.return();
  }
}
