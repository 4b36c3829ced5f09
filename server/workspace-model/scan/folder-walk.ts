/** Finds the files of the workspace, nearest to the open documents first. */
import { dirname, join, sep } from "node:path";
import { isLate, type Disk } from "../../files/disk.ts";
import type { IgnoreRules } from "./ignore-rules.ts";
import { familyOfPath } from "../../engine/languages/language-of.ts";
import type { TimeSlices } from "../time-slices.ts";

export interface FoundFile {
  readonly path: string;
  /** Steps in the folder tree to the nearest open document. */
  readonly distance: number;
}

export interface WalkOptions {
  /** Absolute paths of folders that are not excluded, each with the rules of its workspace folder. */
  readonly tops: readonly { readonly path: string; readonly rules: IgnoreRules }[];
  /** Absolute paths of the open documents' folders. Folders outside the workspace are ignored. */
  readonly near: readonly string[];
  readonly disk: Disk;
  readonly slices: TimeSlices;
  /** Called for a folder that cannot be read, or not in time. */
  readonly onUnreadable: (reason: "unreadableFolder" | "slowFolder") => void;
}

/** Distance at which a workspace folder without open documents starts. */
const farAway = 8;
/** Most entries visited in one walk. Beyond that the workspace is not indexed further. */
const mostEntries = 200_000;
/** A larger folder holds data. Its entries are not sorted. */
const mostSorted = 5000;

/**
 * Yields the files with names of source files, walking the folder tree outwards from the open documents' folders.
 * Links are not followed, so there are no loops. Each folder is read once.
 */
export async function* walkFolders(options: WalkOptions): AsyncGenerator<FoundFile, void> {
  const { slices, disk, onUnreadable } = options;
  const queue = new DistanceQueue();
  for (const { path: top, rules } of options.tops) {
    queue.add({ path: top, top, rules, distance: farAway });
    for (const near of options.near) {
      if (!isWithin(near, top) || (await rules.leavesOutDeep(near, true))) continue;
      queue.add({ path: near, top, rules, distance: 0 });
    }
  }
  let entries = 0;
  for (let folder = queue.take(); folder !== undefined; folder = queue.take()) {
    const { distance, top, rules } = folder;
    const files: string[] = [];
    try {
      for await (const batch of disk.entries(folder.path)) {
        for (const entry of batch) {
          if (slices.isOver) await slices.next();
          const path = join(folder.path, entry.name);
          if (entry.isFile() && familyOfPath(path) !== undefined) files.push(path);
          else if (entry.isDirectory() && !(await rules.leavesOut(path, true))) {
            queue.add({ path, top, rules, distance: distance + 1 });
          }
        }
        entries += batch.length;
        if (entries > mostEntries) break;
      }
    } catch (error) {
      onUnreadable(isLate(error) ? "slowFolder" : "unreadableFolder");
    }
    if (folder.path !== top) {
      queue.add({ path: dirname(folder.path), top, rules, distance: distance + 1 });
    }
    if (files.length <= mostSorted) files.sort();
    for (const path of files) {
      if (slices.isOver) await slices.next();
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
  readonly top: string;
  readonly rules: IgnoreRules;
  readonly distance: number;
}

/** Nearest first. Each folder is taken out once. */
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
