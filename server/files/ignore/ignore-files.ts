/**
 * `.fimignore` and `.gitignore` files: patterns for the folder they lie in and all below it. What any `.fimignore`
 * lists counts as listed; a deeper `.gitignore` can take back what a higher one says, as in git.
 */
import { dirname, isAbsolute, join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { LruCache } from "../../base/lru.ts";
import { TookTooLong, type BoundedCalls } from "../bounded-calls.ts";
import { isIgnored, parseRules, saidOf, type FolderRules } from "./git-ignore.ts";
import { readSmallText, type FileOpener } from "../small-file.ts";

export interface PatientFiles {
  readonly clock: Clock;
  readonly files: FileOpener;
  readonly boundedCalls: BoundedCalls;
  /** Called when a file says something else than the last time. */
  readonly onChange: () => void;
}

/** A file is read again after this time. */
const rememberedMs = 1000;
/** Folders looked at above a file that lies in no workspace folder. */
const maxLevels = 32;

interface ReadFile {
  /** Empty where there is no file. */
  readonly text: string;
  readonly rules: FolderRules;
}

interface Known {
  readonly file: Promise<ReadFile>;
  readonly atMs: number;
  /** The text that was read last. */
  text: string | undefined;
  isBeingRead: boolean;
}

export class IgnoreFiles {
  readonly #name: string;
  readonly #disk: PatientFiles;
  readonly #roots: ReadonlySet<string>;
  readonly #known = new LruCache<string, Known>({ maxEntries: 10_000 });

  /** `name` of the files; `roots`: absolute, above them nothing is looked for. */
  constructor(name: ".fimignore" | ".gitignore", disk: PatientFiles, roots: ReadonlySet<string>) {
    this.#name = name;
    this.#disk = disk;
    this.#roots = roots;
  }

  /**
   * False for a path that is not absolute: there is no folder to look in. Rejects with `TookTooLong` where the disk
   * does not answer.
   */
  async lists(path: string): Promise<boolean> {
    if (!isAbsolute(path)) return false;
    const folders = this.#foldersAbove(path);
    return this.#name === ".gitignore"
      ? await this.#ignores([...folders.slice(1), path])
      : await this.#namesIn(folders, path);
  }

  /** `steps`: folders that lead from a root to a file, and the file. */
  async #ignores(steps: readonly string[]): Promise<boolean> {
    const top = dirname(steps[0] ?? "");
    const rulesOf = (folder: string): Promise<FolderRules> => this.#rulesOf(folder);
    for (const [at, step] of steps.entries()) {
      if (await isIgnored(step, at < steps.length - 1, top, rulesOf)) return true;
    }
    return false;
  }

  async #namesIn(folders: readonly string[], path: string): Promise<boolean> {
    for (const folder of folders.toReversed()) {
      if (saidOf(path, false, folder, await this.#rulesOf(folder)) === true) return true;
    }
    return false;
  }

  /** From the root down. */
  #foldersAbove(path: string): readonly string[] {
    const folders: string[] = [];
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      folders.unshift(folder);
      const isTop = this.#roots.has(folder) || dirname(folder) === folder;
      if (isTop || folders.length === maxLevels) return folders;
    }
  }

  async #rulesOf(folder: string): Promise<FolderRules> {
    return (await this.#fileIn(folder)).rules;
  }

  #fileIn(folder: string): Promise<ReadFile> {
    const now = this.#disk.clock.now();
    const known = this.#known.get(folder);
    const isFresh = known !== undefined && (known.isBeingRead || now - known.atMs < rememberedMs);
    if (isFresh) return known.file;
    const file = this.#read(folder);
    const read: Known = { file, atMs: now, text: known?.text, isBeingRead: true };
    this.#known.set(folder, read);
    void this.#note(read);
    return file;
  }

  async #note(read: Known): Promise<void> {
    const before = read.text;
    try {
      read.text = (await read.file).text;
    } catch {
      // Late: whoever asked is told, and it is read again.
    }
    read.isBeingRead = false;
    if (before !== undefined && before !== read.text) this.#disk.onChange();
  }

  async #read(folder: string): Promise<ReadFile> {
    const { files, boundedCalls } = this.#disk;
    try {
      const path = join(folder, this.#name);
      const text = (await boundedCalls.wait(() => readSmallText(files, path))) ?? "";
      return { text, rules: parseRules(text) };
    } catch (error) {
      if (error instanceof TookTooLong) throw error;
      // What is there and cannot be read may list anything.
      return { text: "*", rules: "unreadable" };
    }
  }
}
