/**
 * Keeps the workspace index in step with the disk: walks the folders nearest first within the byte budget,
 * takes in changed files, and looks at the disk again when the user has been idle.
 */
import { basename, dirname } from "node:path";
import type { Clock, Timer } from "../base/clock.ts";
import type { Disk } from "./disk.ts";
import { isWithin, walkFolders, type WalkOptions } from "./folder-walk.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { familyOfPath } from "./languages.ts";
import { createProgress } from "./progress.ts";
import type { SkippedFile } from "./source-file.ts";
import type { Turns } from "./turns.ts";
import { indexedFile, type IndexedFile, type WorkspaceIndex } from "./workspace-index.ts";

export interface ScannerDependencies {
  readonly clock: Clock;
  readonly turns: Turns;
  readonly index: WorkspaceIndex;
  readonly disk: Disk;
  readonly isExcluded: (path: string) => Promise<boolean>;
  /** Paths whose text comes from the editor. */
  readonly openPaths: () => ReadonlySet<string>;
  readonly onProgress: (progress: { files: number; bytes: number; isDone: boolean }) => void;
  readonly onError: (error: unknown) => void;
}

export type SkipCounts = Record<SkippedFile | "unreadableFolder" | "slowFolder", number>;

/** A client that tells of changed files misses some still (generators, branches switched outside). */
const recheckMs = 60_000;
const watchedRecheckMs = 600_000;
/** Only files, so that a workspace of tiny ones stays bounded too. */
const mostFiles = 50_000;

export class WorkspaceScanner {
  readonly #dependencies: ScannerDependencies;
  readonly #changed = new Set<string>();
  #folders: readonly string[] = [];
  #maxBytes: number;
  #respectsIgnoreFiles = true;
  #walkNumber = 0;
  #isWalkWanted = false;
  #isWatched = false;
  #isClosed = false;
  #isFull = false;
  #skipped: SkipCounts = noSkips();
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;

  constructor(dependencies: ScannerDependencies, maxBytes: number) {
    this.#dependencies = dependencies;
    this.#maxBytes = maxBytes;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  get skipped(): Readonly<SkipCounts> {
    return this.#skipped;
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
    const isSame = maxBytes === this.#maxBytes && respectsIgnoreFiles === this.#respectsIgnoreFiles;
    if (isSame) return;
    this.#maxBytes = maxBytes;
    this.#respectsIgnoreFiles = respectsIgnoreFiles;
    this.requestWalk();
  }

  /** A walk from the current open documents; one that is under way begins anew. */
  requestWalk(): void {
    this.#isWalkWanted = true;
    this.#start();
  }

  /** `isTold`: by the client, which then watches the disk for us. */
  filesChanged(paths: readonly string[], isTold: boolean): void {
    this.#isWatched ||= isTold;
    for (const path of paths) this.#changed.add(path);
    if (paths.some((path) => basename(path) === ".gitignore")) this.requestWalk();
    else this.#start();
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    this.#dependencies.disk.close();
  }

  #start(): void {
    if (this.#isClosed || this.#running !== undefined) return;
    this.#running = this.#run()
      .catch(this.#dependencies.onError)
      .finally(() => {
        this.#running = undefined;
        this.#scheduleRecheck();
      });
  }

  /** Since the last walk: files that are closed meanwhile do not put it off. */
  #scheduleRecheck(): void {
    if (this.#isClosed || this.#folders.length === 0 || this.#timer !== undefined) return;
    const delayMs = this.#isWatched ? watchedRecheckMs : recheckMs;
    this.#timer = this.#dependencies.clock.setTimer(() => {
      this.#timer = undefined;
      this.requestWalk();
    }, delayMs);
  }

  async #run(): Promise<void> {
    const { index, turns } = this.#dependencies;
    await turns.next();
    while (!this.#isClosed && (this.#isWalkWanted || this.#changed.size > 0)) {
      if (this.#changed.size > 0) await this.#takeChanges();
      else await this.#walk();
    }
    await index.compact();
  }

  async #takeChanges(): Promise<void> {
    const { index, turns } = this.#dependencies;
    const paths = [...this.#changed];
    this.#changed.clear();
    const homes = this.#homes();
    for (const path of paths) {
      if (this.#isClosed) return;
      const home = homes.find(({ root }) => isWithin(path, root));
      const isLeftOut = home === undefined || (await home.leavesOutDeep(path, false));
      await turns.next();
      const isSource = familyOfPath(path) !== undefined;
      if (isSource && isLeftOut) index.remove(path);
      const distance = index.file(path)?.distance ?? 0;
      const isFile = isSource && !isLeftOut && (await this.#take(path, distance, true));
      // It may be a folder's name too: a new one's, or one's that is deleted or ignored by now.
      if (!isFile) await this.#recheckBelow(path, home);
    }
  }

  async #recheckBelow(folder: string, home: IgnoreRules | undefined): Promise<void> {
    const { index, turns } = this.#dependencies;
    const isLeftOut = home === undefined || (await home.leavesOutDeep(folder, true));
    const below: IndexedFile[] = [];
    for (const file of index.files()) {
      if (turns.isOver) await turns.next();
      if (isWithin(file.path, folder)) below.push(file);
    }
    for (const { path, distance } of below) {
      if (isLeftOut) index.remove(path);
      else await this.#take(path, distance, true);
    }
    if (isLeftOut) return;
    const tops = [{ path: folder, rules: home }];
    for await (const { path, distance } of this.#walkBelow(tops, [], () => undefined)) {
      if (this.#isClosed) return;
      if (index.file(path) === undefined) await this.#take(path, distance, false);
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
    const { disk, turns } = this.#dependencies;
    return walkFolders({ tops, near, disk, turns, onUnreadable });
  }

  async #walk(): Promise<void> {
    const { index, openPaths, turns } = this.#dependencies;
    this.#isWalkWanted = false;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isFull = false;
    this.#skipped = noSkips();
    const walk = ++this.#walkNumber;
    const folders = this.#folders;
    const isOutside = ({ path }: IndexedFile) => !folders.some((each) => isWithin(path, each));
    await this.#removeThose(index.files(), isOutside);
    const progress = createProgress(this.#dependencies);
    const near = [...openPaths()].toReversed().map((path) => dirname(path));
    const tops = this.#homes().map((rules) => ({ path: rules.root, rules }));
    const onUnreadable: WalkOptions["onUnreadable"] = (reason) => this.#skipped[reason]++;
    for await (const { path, distance } of this.#walkBelow(tops, near, onUnreadable)) {
      if (this.#isClosed || this.#isWalkWanted) break;
      await turns.next();
      if (this.#changed.size > 0) await this.#takeChanges();
      await this.#take(path, distance, false);
      if (this.#isFull) break;
      progress.report(false);
    }
    progress.report(true);
    if (this.#isClosed || this.#isWalkWanted) return;
    await this.#removeThose(index.files(), (file) => file.walk !== walk);
  }

  /** In turns: a removal has to find its place in a shard of many. */
  async #removeThose(
    files: Iterable<IndexedFile>,
    isGone: (file: IndexedFile) => boolean,
  ): Promise<void> {
    const { index, turns } = this.#dependencies;
    for (const file of files) {
      if (turns.isOver) await turns.next();
      if (isGone(file)) index.remove(file.path);
    }
  }

  /** Indexes the file if it is source, new or changed, and fits; false when it is no file. */
  async #take(path: string, distance: number, isChange: boolean): Promise<boolean> {
    const { disk, index, openPaths, turns } = this.#dependencies;
    const family = familyOfPath(path);
    if (family === undefined || openPaths().has(path)) return true;
    const known = index.file(path);
    const source = await disk.readSource(path, known);
    await turns.next();
    if (source.kind === "unchanged") {
      if (known !== undefined) Object.assign(known, { distance, walk: this.#walkNumber });
      // The budget may have been lowered.
      if (await this.#makeRoom(0, distance)) return true;
      this.#isFull = true;
      index.remove(path);
      return true;
    }
    if (source.kind === "skipped") {
      this.#skipped[source.reason]++;
      index.remove(path);
      return source.reason !== "notAFile";
    }
    if (!(await this.#makeRoom(source.bytes - (known?.bytes ?? 0), distance))) {
      this.#isFull = true;
      return true;
    }
    const file = indexedFile(path, family, source, distance, this.#walkNumber);
    if (!openPaths().has(path)) await index.add(file, source.text, isChange);
    return true;
  }

  /** Evicts files that are farther, the farthest first; false when there are none left to evict. */
  async #makeRoom(bytes: number, distance: number): Promise<boolean> {
    const { index } = this.#dependencies;
    const isNarrow = () => index.bytes + bytes > this.#maxBytes || index.fileCount > mostFiles;
    while (isNarrow()) {
      let farthest: IndexedFile[] = [];
      for (const file of index.files()) {
        if (file.walk === this.#walkNumber && file.distance <= distance) continue;
        const difference = file.distance - (farthest[0]?.distance ?? -1);
        if (difference > 0) farthest = [];
        if (difference >= 0) farthest.push(file);
      }
      if (farthest.length === 0) return false;
      await this.#removeThose(farthest, isNarrow);
    }
    return true;
  }
}

function noSkips(): SkipCounts {
  return {
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
