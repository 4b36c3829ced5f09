/** Tells of an indexing that takes long, now and then, and of its end; of a short one nothing. */
import type { Clock } from "../../base/clock.ts";
import type { IndexingProgress } from "../types.ts";

export interface ProgressDependencies {
  readonly clock: Clock;
  readonly index: { readonly fileCount: number; readonly bytes: number };
  readonly onProgress: (progress: IndexingProgress) => void;
}

/** Progress is told from this long on, this often. */
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
