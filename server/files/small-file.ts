/** Opens files so that nothing but their disk can keep the reader waiting, and reads small ones whole. */
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";

export interface FileOpener {
  open(path: string, flags: number): Promise<FileHandle>;
}

/** Opening a pipe must not wait for its writer. Windows has no such flag. */
export const promptFlags: number =
  constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** A file of rules that a person wrote is far smaller. */
const mostBytes = 1024 * 1024;

/** `undefined` where there is no such file; throws where there is one that cannot be read. */
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
    if (!stats.isFile() || stats.size > mostBytes) throw new Error("no file of rules");
    return await file.readFile("utf8");
  } finally {
    await file.close().catch(() => undefined);
  }
}

export function isMissing(error: unknown): boolean {
  const { code = "" } = error as NodeJS.ErrnoException;
  return ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(code);
}
