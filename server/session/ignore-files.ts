/**
 * `.fimignore` and `.gitignore` files: patterns for the folder they lie in and all below it. What any of them
 * lists counts as listed; a deeper one cannot take back what a higher one says.
 */
import { dirname, isAbsolute, join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { LruCache } from "../base/lru.ts";
import { TookTooLong, type Patience } from "../base/patience.ts";
import { excludedBy, type PathPredicate } from "../engine/exclude.ts";
import { readSmallText, type FileOpener } from "../workspace-model/small-file.ts";

export interface PatientFiles {
  readonly clock: Clock;
  readonly files: FileOpener;
  readonly patience: Patience;
  /** Called when a file says something else than the last time. */
  readonly onChange: () => void;
}

/** A file is read again after this time. */
const rememberedMs = 1000;
/** Folders looked at above a file that lies in no workspace folder. */
const maxLevels = 32;

interface FolderRules {
  /** Empty where there is no file. */
  readonly text: string;
  readonly isListed: PathPredicate;
}

interface Known {
  readonly rules: Promise<FolderRules>;
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
    let folder = dirname(path);
    for (let level = 0; level < maxLevels; level++) {
      const { isListed } = await this.#rulesOf(folder);
      if (isListed(path)) return true;
      const parent = dirname(folder);
      if (this.#roots.has(folder) || parent === folder) return false;
      folder = parent;
    }
    return false;
  }

  #rulesOf(folder: string): Promise<FolderRules> {
    const now = this.#disk.clock.now();
    const known = this.#known.get(folder);
    const isFresh = known !== undefined && (known.isBeingRead || now - known.atMs < rememberedMs);
    if (isFresh) return known.rules;
    const rules = this.#read(folder);
    const read: Known = { rules, atMs: now, text: known?.text, isBeingRead: true };
    this.#known.set(folder, read);
    void this.#note(read);
    return rules;
  }

  async #note(read: Known): Promise<void> {
    const before = read.text;
    try {
      read.text = (await read.rules).text;
    } catch {
      // Late: whoever asked is told, and it is read again.
    }
    read.isBeingRead = false;
    if (before !== undefined && before !== read.text) this.#disk.onChange();
  }

  async #read(folder: string): Promise<FolderRules> {
    const { files, patience } = this.#disk;
    try {
      const path = join(folder, this.#name);
      const text = (await patience.wait(() => readSmallText(files, path))) ?? "";
      const isListed = text === "" ? () => false : excludedBy(text.split(/\r?\n/), [folder]);
      return { text, isListed };
    } catch (error) {
      if (error instanceof TookTooLong) throw error;
      // What is there and cannot be read may list anything.
      return { text: "*", isListed: () => true };
    }
  }
}
