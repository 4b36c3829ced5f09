/** Reports the progress of an indexing that takes long, at intervals, and its end. A short one is not reported. */
import type { Clock } from "../../base/clock.ts";
import type { IndexingProgress } from "../types.ts";

export interface ProgressDependencies {
  readonly clock: Clock;
  readonly index: { readonly fileCount: number; readonly bytes: number };
  readonly onProgress: (progress: IndexingProgress) => void;
}

/** Progress is reported after this time, and then at this interval. */
const silentMs = 1000;
const intervalMs = 250;

export function createProgress({ clock, index, onProgress }: ProgressDependencies): {
  report(isDone: boolean): void;
} {
  const start = clock.now();
  let lastTold = start;
  let isTold = false;
  return {
    report(isDone) {
      const now = clock.now();
      const isDue = now - start >= silentMs && now - lastTold >= intervalMs;
      if (isDone ? !isTold : !isDue) return;
      isTold = true;
      lastTold = now;
      onProgress({ files: index.fileCount, bytes: index.bytes, isDone });
    },
  };
}
