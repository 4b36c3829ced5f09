/** Reads one file and decides whether it is hand-written source. */
import { constants, type Stats } from "node:fs";
import { promptFlags, type FileOpener } from "./small-file.ts";

export type SkippedFile =
  | "gone"
  | "unreadable"
  | "slow"
  | "notAFile"
  | "empty"
  | "giant"
  | "binary"
  | "notUtf8"
  | "minified";

export type SourceFile =
  | {
      readonly kind: "source";
      readonly text: string;
      readonly bytes: number;
      readonly modifiedMs: number;
    }
  | { readonly kind: "unchanged" }
  | { readonly kind: "skipped"; readonly reason: SkippedFile };

/** A larger source file is generated, or adds nothing that its first part does not teach. */
const mostBytes = 512 * 1024;
/** From this mean length of lines on, a text counts as minified. */
const minifiedLineLength = 200;

/** Links are never followed. Windows has no such flag. */
const readingFlags = promptFlags | ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/**
 * Buffer for a file while it is read, reused for the next one. A new buffer per file made the garbage collector run
 * twice as often.
 */
const spareBuffers: Buffer[] = [];

/** What is known about the file from the last read. */
export interface FileStamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

export function isAsKnown(stats: Stats, { bytes, modifiedMs }: FileStamp): boolean {
  return stats.isFile() && stats.size === bytes && stats.mtimeMs === modifiedMs;
}

/** Throws if the file cannot be read. */
export async function readSource(files: FileOpener, path: string): Promise<SourceFile> {
  const file = await files.open(path, readingFlags);
  const buffer = spareBuffers.pop() ?? Buffer.allocUnsafeSlow(mostBytes);
  try {
    const stats = await file.stat();
    const { size, mtimeMs } = stats;
    if (!stats.isFile()) return { kind: "skipped", reason: "notAFile" };
    if (size === 0) return { kind: "skipped", reason: "empty" };
    if (size > mostBytes) return { kind: "skipped", reason: "giant" };
    const { bytesRead } = await file.read(buffer, 0, size, 0);
    return judge(buffer.subarray(0, bytesRead), mtimeMs);
  } finally {
    spareBuffers.push(buffer);
    await file.close().catch(() => undefined);
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function judge(bytes: Buffer, modifiedMs: number): SourceFile {
  if (bytes.includes(0)) return { kind: "skipped", reason: "binary" };
  let text;
  try {
    text = decoder.decode(bytes);
  } catch {
    return { kind: "skipped", reason: "notUtf8" };
  }
  if (isMinified(text)) return { kind: "skipped", reason: "minified" };
  return { kind: "source", text, bytes: bytes.length, modifiedMs };
}

function isMinified(text: string): boolean {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return text.length / lines > minifiedLineLength && text.length > 4096;
}
