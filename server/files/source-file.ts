/** Reads one file and judges whether it is source that a person wrote. */
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

/** A larger source file is generated, or teaches no more than its first neighbors. */
const mostBytes = 512 * 1024;
/** Mean characters per line from which a text counts as minified. */
const minifiedLineLength = 200;

/** A link is not followed, wherever it leads. Windows has no such flag. */
const readingFlags = promptFlags | ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/**
 * Room for a file while it is read, kept for the next one: a buffer for each made the collector work twice as
 * often.
 */
const spareBuffers: Buffer[] = [];

/** What is known of the file from its last reading. */
export interface FileStamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

export function isAsKnown(stats: Stats, { bytes, modifiedMs }: FileStamp): boolean {
  return stats.isFile() && stats.size === bytes && stats.mtimeMs === modifiedMs;
}

/** Throws when the file cannot be read. */
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
