/**
 * Folders that are deleted when the process that made them ends. In a run of vitest, one folder holds all the
 * others.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const folders = new Set<string>();

/** A new folder, removed at this process's end with what it holds. */
export function temporaryFolder(prefix: string): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), prefix)));
  if (folders.size === 0) {
    process.once("exit", removeAll);
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
      process.prependOnceListener(signal, endBy);
  }
  folders.add(folder);
  return folder;
}

const runPrefix = "fim-run-";

/**
 * vitest's global setup, for each project of a run: the workers, and what they start, take the run's folder for
 * the temporary one. So nothing stays, whatever fails in a worker.
 */
export function setup(): void {
  if (basename(tmpdir()).startsWith(runPrefix)) return;
  const folder = temporaryFolder(runPrefix);
  for (const name of ["TMPDIR", "TEMP", "TMP"]) process.env[name] = folder;
}

/** As without a listener, unless there is another one: that one ends the process in its own way. */
function endBy(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 0) return;
  removeAll();
  process.kill(process.pid, signal);
}

function removeAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
