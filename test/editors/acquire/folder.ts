// The cache folder: each thing in it is made once, in place, under a lock, and then kept.
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Where the editors are kept: `FIM_EDITORS_DIR`, or a folder in the user's cache. */
export function cacheFolder(): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return process.env["FIM_EDITORS_DIR"] ?? join(cache, "fim-language-server", "editors");
}

/**
 * A folder in the cache for `name` and `recipe`, made by `make` unless it is complete already. It is
 * made where it stays, because what is installed there knows its own path; a folder that was left
 * half made is made again. Another recipe has another folder, as this one may be in use.
 */
export async function cachedFolder(
  name: string,
  recipe: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = cacheFolder();
  const digest = createHash("sha256").update(recipe).digest("hex").slice(0, 8);
  const folder = join(cache, `${name}-${digest}`);
  const stamp = join(folder, ".complete");
  const isComplete = async () => (await readOrNothing(stamp)) === recipe;
  if (await isComplete()) return folder;
  await mkdir(cache, { recursive: true });
  const release = await lock(`${folder}.lock`);
  try {
    if (await isComplete()) return folder;
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await make(folder);
    await writeFile(stamp, recipe);
    return folder;
  } finally {
    await release();
  }
}

export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function readOrNothing(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}

/** Waits for another run that makes the same folder; a lock whose owner is gone is taken over. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(path, "wx");
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      const owner = Number(await readOrNothing(path));
      if (owner > 0 && !isRunning(owner)) await rm(path, { force: true });
      else await delay(200);
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
