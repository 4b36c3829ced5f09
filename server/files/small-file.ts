/** Opens files so that the reader waits only for the disk, and reads small files whole. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { Stats } from "node:fs";
import type { FileHandle } from "node:fs/promises";

export interface FileOpener {
  open(path: string, flags: number): Promise<FileHandle>;
}

/** Opening a pipe must not wait for its writer. Windows has no such flag. */
export const promptFlags: number =
  constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A hand-written ignore file is far smaller. */
const mostBytes = 1024 * 1024;

/** `undefined` if there is no such file. Throws if the file exists but cannot be read. */
export async function readSmallText(files: FileOpener, path: string): Promise<string | undefined> {
  let file;
  try {
    file = await files.open(path, promptFlags);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile() || stats.size > mostBytes) throw new NotReadable("no small file");
    return await file.readFile("utf8");
  } finally {
    await file.close().catch(() => undefined);
  }
}

/** The same without a turn of the event loop. Used at start, when the first background job costs 3 ms. */
export function readSmallTextNow(path: string): string | undefined {
  return readNow(path, () => true);
}

/** Also `undefined` if another user could have written the file, or if it cannot be read. */
export function readPrivateText(path: string): string | undefined {
  try {
    return readNow(path, isPrivate);
  } catch {
    return undefined;
  }
}

function readNow(path: string, isFit: (stats: Stats) => boolean): string | undefined {
  let file;
  try {
    file = openSync(path, promptFlags);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new NotReadable("no regular file");
    if (stats.size > mostBytes) throw new NotReadable(`a file of ${stats.size} bytes`);
    return isFit(stats) ? readFileSync(file, "utf8") : undefined;
  } finally {
    closeSync(file);
  }
}

/** Windows has no such bits: the rights of the folder control access there. */
function isPrivate({ mode, uid }: Stats): boolean {
  return process.platform === "win32" || ((mode & 0o022) === 0 && uid === process.getuid?.());
}

/** The message says what is at the path, for people. */
export class NotReadable extends Error {}

export function isMissing(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code);
}
