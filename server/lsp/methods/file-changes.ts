/** Handles files that changed outside the editor. A checkout reports thousands in a burst; they are indexed once. */
import { setImmediate as nextTurn } from "node:timers/promises";

import pDebounce from "p-debounce";

import { toPath } from "../folders.ts";
import { asArray, asRecord } from "../json.ts";

/** Longer than the pause between two notifications of one checkout, shorter than a user would notice. */
const burstMs = 50;
/** URIs converted to paths in one step: takes a millisecond. */
const mostAtOnce = 500;

export interface FileChangeListeners {
  /** Gets ignore files immediately: private files must not wait for the end of a burst. */
  readonly onNotice: (paths: readonly string[]) => void;
  /** Gets each path of a burst once, in batches, after the burst ends. */
  readonly onBurst: (paths: readonly string[]) => void;
}

/** Takes `workspace/didChangeWatchedFiles`. */
export function createFileChanges(listeners: FileChangeListeners): (change: unknown) => void {
  const pending = new Set<string>();
  const flush = pDebounce(async () => {
    const uris = [...pending];
    pending.clear();
    for (let start = 0; start < uris.length; start += mostAtOnce) {
      if (start > 0) await nextTurn();
      listeners.onBurst(toPaths(uris.slice(start, start + mostAtOnce)));
    }
  }, burstMs);
  return (change) => {
    const uris = asArray(asRecord(change)["changes"])
      .map((file) => asRecord(file)["uri"])
      .filter((uri) => typeof uri === "string");
    if (uris.length === 0) return;
    const ignoreFiles = uris.filter((uri) => uri.endsWith("ignore"));
    if (ignoreFiles.length > 0) listeners.onNotice(toPaths(ignoreFiles));
    for (const uri of uris) pending.add(uri);
    void flush();
  };
}

function toPaths(uris: readonly string[]): readonly string[] {
  return uris.map((uri) => toPath(uri)).filter((path) => path !== undefined);
}
