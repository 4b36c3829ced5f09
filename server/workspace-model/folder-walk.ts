/** Finds the files of the workspace, nearest to the open documents first. */
import { opendir } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { IgnoreRules } from "./ignore-rules.ts";

export interface FoundFile {
  readonly path: string;
  /** Steps in the folder tree to the nearest open document. */
  readonly distance: number;
}

export interface WalkOptions {
  /** Absolute; the workspace's folders. */
  readonly folders: readonly string[];
  /** Absolute; the folders of the open documents, those outside of the workspace count for nothing. */
  readonly near: readonly string[];
  readonly isExcluded: (path: string) => boolean;
  /** Told of folders that cannot be read. */
  readonly onUnreadable: (path: string) => void;
}

/** Distance at which a folder without any open document begins. */
const farAway = 8;
/** Entries looked at in one walk: beyond it the workspace is not indexed further. */
const mostEntries = 200_000;
/** Larger folders are data; their entries are not sorted. */
const mostSorted = 5000;

/**
 * A walk outwards over the folder tree from the open documents' folders. Links are not followed, so there are
 * no loops; each folder is read once.
 */
export async function* walkFolders(options: WalkOptions): AsyncGenerator<FoundFile, void> {
  const queue = new DistanceQueue();
  for (const root of options.folders) {
    const rules = new IgnoreRules(root, options.isExcluded);
    queue.add({ path: root, root, rules, distance: farAway });
    for (const near of options.near) {
      if (!isWithin(near, root) || (await rules.leavesOutDeep(near, true))) continue;
      queue.add({ path: near, root, rules, distance: 0 });
    }
  }
  let entries = 0;
  for (let folder = queue.take(); folder !== undefined; folder = queue.take()) {
    const { distance, root, rules } = folder;
    const files: string[] = [];
    try {
      for await (const entry of await opendir(folder.path, { bufferSize: 256 })) {
        if (++entries > mostEntries) break;
        const path = join(folder.path, entry.name);
        if (entry.isFile()) files.push(path);
        else if (entry.isDirectory() && !(await rules.leavesOut(path, true))) {
          queue.add({ path, root, rules, distance: distance + 1 });
        }
      }
    } catch {
      options.onUnreadable(folder.path);
    }
    if (folder.path !== root) {
      queue.add({ path: dirname(folder.path), root, rules, distance: distance + 1 });
    }
    if (files.length <= mostSorted) files.sort();
    for (const path of files) {
      if (!(await rules.leavesOut(path, false))) yield { path, distance };
    }
    if (entries > mostEntries) return;
  }
}

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

interface QueuedFolder {
  readonly path: string;
  readonly root: string;
  readonly rules: IgnoreRules;
  readonly distance: number;
}

/** Nearest first; a folder leaves it once. */
class DistanceQueue {
  readonly #byDistance: QueuedFolder[][] = [];
  readonly #taken = new Set<string>();

  add(folder: QueuedFolder): void {
    if (this.#taken.has(folder.path)) return;
    (this.#byDistance[folder.distance] ??= []).push(folder);
  }

  take(): QueuedFolder | undefined {
    for (const folders of this.#byDistance) {
      let folder = folders?.shift();
      while (folder !== undefined && this.#taken.has(folder.path)) folder = folders?.shift();
      if (folder === undefined) continue;
      this.#taken.add(folder.path);
      return folder;
    }
    return undefined;
  }
}
