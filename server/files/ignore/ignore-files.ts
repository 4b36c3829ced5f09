/**
 * Reads `.fimignore` and `.gitignore` files. Their patterns apply to their folder and everything below. A path
 * listed by any `.fimignore` stays listed; a deeper `.gitignore` can re-include what a higher one excludes, as in
 * git.
 */
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { LruCache } from "../../base/lru.ts";
import { TookTooLong, type BoundedCalls } from "../bounded-calls.ts";
import { isIgnoredBy, listsBelow, parseRules, type FolderRules } from "./git-ignore.ts";
import { Effort } from "./ignore-patterns.ts";
import { readSmallText, type FileOpener } from "../small-file.ts";

export interface PatientFiles {
  readonly clock: Clock;
  readonly files: FileOpener;
  readonly boundedCalls: BoundedCalls;
  /** Called when the content of a file has changed since the last read. */
  readonly onChange: () => void;
}

/** A file is read again after this time. */
const rememberedMs = 1000;

interface ReadFile {
  /** Empty if there is no file; `undefined` if it cannot be read. */
  readonly text: string | undefined;
  readonly rules: FolderRules;
}

interface Known {
  readonly file: Promise<ReadFile>;
  readonly atMs: number;
  /** The result of the last read. */
  last: ReadFile | undefined;
  isBeingRead: boolean;
}

export class IgnoreFiles {
  readonly #name: string;
  readonly #disk: PatientFiles;
  readonly #roots: ReadonlySet<string>;
  readonly #known = new LruCache<string, Known>({ maxEntries: 10_000 });

  /** `name` is the name of the files. `roots` are absolute; no files above them are read. */
  constructor(name: ".fimignore" | ".gitignore", disk: PatientFiles, roots: ReadonlySet<string>) {
    this.#name = name;
    this.#disk = disk;
    this.#roots = roots;
  }

  /**
   * False for a path that is not absolute, because it has no folder to look in. Rejects with `TookTooLong` if the
   * disk does not answer.
   */
  async lists(path: string): Promise<boolean> {
    if (!isAbsolute(path)) return false;
    const folders = this.#foldersAbove(path);
    const rules: FolderRules[] = [];
    for (const folder of folders) rules.push((await this.#fileIn(folder)).rules);
    const steps = relative(folders[0] ?? path, path).split(sep);
    return this.#name === ".gitignore" ? ignores(steps, rules) : lists(steps, rules);
  }

  /** From the root down. */
  #foldersAbove(path: string): readonly string[] {
    const folders: string[] = [];
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      folders.push(folder);
      if (this.#roots.has(folder) || dirname(folder) === folder) return folders.toReversed();
    }
  }

  #fileIn(folder: string): Promise<ReadFile> {
    const now = this.#disk.clock.now();
    const known = this.#known.get(folder);
    const isFresh = known !== undefined && (known.isBeingRead || now - known.atMs < rememberedMs);
    if (isFresh) return known.file;
    const last = known?.last;
    const file = this.#read(folder, last);
    const read: Known = { file, atMs: now, last, isBeingRead: true };
    this.#known.set(folder, read);
    void this.#note(read);
    return file;
  }

  async #note(read: Known): Promise<void> {
    const before = read.last;
    try {
      read.last = await read.file;
    } catch {
      // Too late for this caller, which gets an error. The next one reads it again.
    }
    read.isBeingRead = false;
    if (before !== undefined && before.text !== read.last?.text) this.#disk.onChange();
  }

  async #read(folder: string, last: ReadFile | undefined): Promise<ReadFile> {
    const { files, boundedCalls } = this.#disk;
    try {
      const path = join(folder, this.#name);
      const text = (await boundedCalls.wait(() => readSmallText(files, path))) ?? "";
      return text === last?.text ? last : { text, rules: parseRules(text) };
    } catch (error) {
      if (error instanceof TookTooLong) throw error;
      return { text: undefined, rules: "unreadable" };
    }
  }
}

/**
 * `rules[n]` belong to the folder that contains `steps[n]`. A deeper file can re-include what a higher one
 * excludes.
 */
function ignores(steps: readonly string[], rules: readonly FolderRules[]): boolean {
  const effort = new Effort();
  return steps.some((_, at) =>
    isIgnoredBy(steps.slice(0, at + 1), rules, at < steps.length - 1, effort),
  );
}

function lists(steps: readonly string[], rules: readonly FolderRules[]): boolean {
  const effort = new Effort();
  return rules.some((each, at) => listsBelow(each, steps.slice(at), effort));
}

export function isIgnoreFile(path: string): boolean {
  return [".fimignore", ".gitignore"].includes(basename(path));
}
