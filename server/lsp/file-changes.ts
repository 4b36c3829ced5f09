/** Files that changed behind the editor's back: a checkout tells of hundreds in a burst, re-indexed once. */
import pDebounce from "p-debounce";

import { toPath } from "./folders.ts";
import { asArray, asRecord } from "./json.ts";

/** Longer than the pause between two notifications of one checkout, shorter than anybody waits for. */
const burstMs = 50;

/** Takes `workspace/didChangeWatchedFiles`; `apply` gets each path of a burst once. */
export function createFileChanges(
  apply: (paths: readonly string[]) => void,
): (change: unknown) => void {
  const pending = new Set<string>();
  const flush = pDebounce(() => {
    const paths = [...pending];
    pending.clear();
    apply(paths);
    return Promise.resolve();
  }, burstMs);
  return (change) => {
    for (const file of asArray(asRecord(change)["changes"])) {
      const path = toPath(asRecord(file)["uri"]);
      if (path !== undefined) pending.add(path);
    }
    if (pending.size > 0) void flush();
  };
}
