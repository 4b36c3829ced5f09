/** Files that changed behind the editor's back: a checkout tells of hundreds in a burst, re-indexed once. */
import pDebounce from "p-debounce";

import { toPath } from "./folders.ts";
import { asArray, asRecord } from "./json.ts";

/** Longer than the pause between two notifications of one checkout, shorter than anybody waits for. */
const burstMs = 50;

export interface FileChangeListeners {
  /** Told at once: what is private must not wait for the end of a burst. */
  readonly onNotice: (paths: readonly string[]) => void;
  /** Told each path of a burst once, at its end. */
  readonly onBurst: (paths: readonly string[]) => void;
}

/** Takes `workspace/didChangeWatchedFiles`. */
export function createFileChanges(listeners: FileChangeListeners): (change: unknown) => void {
  const pending = new Set<string>();
  const flush = pDebounce(() => {
    const paths = [...pending];
    pending.clear();
    listeners.onBurst(paths);
    return Promise.resolve();
  }, burstMs);
  return (change) => {
    const paths = asArray(asRecord(change)["changes"])
      .map((file) => toPath(asRecord(file)["uri"]))
      .filter((path) => path !== undefined);
    if (paths.length === 0) return;
    listeners.onNotice(paths);
    for (const path of paths) pending.add(path);
    void flush();
  };
}
