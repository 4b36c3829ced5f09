/**
 * The file system as the index sees it. Each operation is given up if it takes too long, because the disk may be on
 * a network, asleep or gone.
 */
import type { Dir, Dirent, Stats } from "node:fs";
import { BoundedCalls, TookTooLong } from "./bounded-calls.ts";
import type { Clock } from "../base/clock.ts";
import { isAsKnown, readSource, type FileStamp, type SourceFile } from "./source-file.ts";
import { isMissing, readSmallText, type FileOpener } from "./small-file.ts";

/** The part of `node:fs/promises` that is used. */
export interface FileSystem extends FileOpener {
  lstat(path: string): Promise<Stats>;
  opendir(path: string, options: { readonly bufferSize: number }): Promise<Dir>;
  realpath(path: string): Promise<string>;
}

/** Node.js has four threads for all file operations and host name look-ups. */
const mostCalls = 2;
const longestMs = 10_000;
/** How many entries of a folder are listed at a time. */
const batchSize = 256;

export class Disk {
  readonly #files: FileSystem;
  readonly #boundedCalls: BoundedCalls;

  constructor(files: FileSystem, clock: Clock) {
    this.#files = files;
    this.#boundedCalls = new BoundedCalls(clock, { mostCalls, longestMs });
  }

  /** True if nothing can be read until a pending operation returns. */
  get isStuck(): boolean {
    return this.#boundedCalls.isExhausted;
  }

  /** Never throws. A file that cannot be read is skipped, with a reason. */
  async readSource(path: string, known: FileStamp | undefined): Promise<SourceFile> {
    try {
      return await this.#boundedCalls.wait(async () => {
        // An unchanged file is not even opened: a walk over 10,000 of them then takes a third of the time.
        if (known !== undefined && isAsKnown(await this.#files.lstat(path), known))
          return { kind: "unchanged" } as const;
        return await readSource(this.#files, path);
      });
    } catch (error) {
      const reason = isLate(error) ? "slow" : isMissing(error) ? "gone" : "unreadable";
      return { kind: "skipped", reason };
    }
  }

  /** `undefined` if there is no such file. Throws if it cannot be read. */
  readSmallText(path: string): Promise<string | undefined> {
    return this.#boundedCalls.wait(() => readSmallText(this.#files, path));
  }

  realPath(path: string): Promise<string> {
    return this.#boundedCalls.wait(() => this.#files.realpath(path));
  }

  /** The entries of a folder, in batches. Throws if it cannot be read. */
  async *entries(folder: string): AsyncGenerator<readonly Dirent[], void> {
    let isGivenUp = false;
    const open = async (): Promise<Dir> => {
      const opened = await this.#files.opendir(folder, { bufferSize: batchSize });
      if (isGivenUp) await opened.close();
      return opened;
    };
    const nextBatch = async (from: Dir): Promise<Dirent[]> => {
      const batch: Dirent[] = [];
      for (let left = batchSize; left > 0; left--) {
        const entry = await from.read();
        if (entry === null) break;
        batch.push(entry);
      }
      if (isGivenUp) await from.close();
      return batch;
    };
    let opened: Dir | undefined;
    try {
      const from = (opened = await this.#boundedCalls.wait(open));
      for (;;) {
        const batch = await this.#boundedCalls.wait(() => nextBatch(from));
        yield batch;
        if (batch.length < batchSize) return;
      }
    } catch (error) {
      isGivenUp = isLate(error);
      throw error;
    } finally {
      // A handle with a read under way cannot be closed.
      if (!isGivenUp) await opened?.close();
    }
  }

  close(): void {
    this.#boundedCalls.close();
  }
}

export function isLate(error: unknown): boolean {
  return error instanceof TookTooLong;
}
