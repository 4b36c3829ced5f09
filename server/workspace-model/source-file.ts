/** Reads one file and judges whether it is source that a person wrote. */
import { constants } from "node:fs";
import { open } from "node:fs/promises";

export type SkippedFile =
  | "unreadable"
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

/**
 * Opening a pipe must not wait for its writer, and a link is not followed, wherever it leads. Windows has no
 * such flags.
 */
const readingFlags =
  constants.O_RDONLY |
  ((constants.O_NONBLOCK as number | undefined) ?? 0) |
  ((constants.O_NOFOLLOW as number | undefined) ?? 0);

/** What is known of the file from its last reading. */
export interface FileStamp {
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** Never throws: whatever is wrong with a file is its reason to be skipped. */
export async function readSource(path: string, known: FileStamp | undefined): Promise<SourceFile> {
  let file;
  try {
    file = await open(path, readingFlags);
  } catch {
    return { kind: "skipped", reason: "unreadable" };
  }
  try {
    const stats = await file.stat();
    const { size, mtimeMs } = stats;
    if (!stats.isFile()) return { kind: "skipped", reason: "notAFile" };
    if (known?.bytes === size && known.modifiedMs === mtimeMs) return { kind: "unchanged" };
    if (size === 0) return { kind: "skipped", reason: "empty" };
    if (size > mostBytes) return { kind: "skipped", reason: "giant" };
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return judge(bytes.subarray(0, bytesRead), mtimeMs);
  } catch {
    return { kind: "skipped", reason: "unreadable" };
  } finally {
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
