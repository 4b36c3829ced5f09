/**
 * Which files may be sent, quoted, learned from and edited (invariant 6). Never sent nor learned from: those that
 * `files.exclude` matches, those that a `.fimignore` lists, and links that lead to either. Those that a `.gitignore`
 * lists are completed, but their text helps nowhere else. The disk is asked in the background; until it has
 * answered, nothing is allowed that sends text.
 */
import * as nodeFiles from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

import type { Clock } from "../../base/clock.ts";
import { LruCache } from "../../base/lru.ts";
import { within } from "../../base/wait.ts";
import { BoundedCalls, TookTooLong } from "../bounded-calls.ts";
import { excludedBy, type PathPredicate } from "./patterns.ts";
import type { FileSystem } from "../disk.ts";
import type { FileAccess, FileAccessRules } from "./file-access.ts";
import { pathOf } from "../uri-path.ts";
import { IgnoreFiles, type PatientFiles } from "./ignore-files.ts";

export interface Exclusion extends FileAccessRules {
  /**
   * `folders`: the opened workspace folders, to which patterns are relative. Before the first call, nothing is
   * allowed.
   */
  set(rules: ExclusionRules, folders: readonly string[]): void;
  /** Whether the file is excluded, by its path. Links are not looked at: the workspace model follows none. */
  excludesPath(path: string): Promise<boolean>;
  /** Calls `listener` when `maySend` of a URI has changed. */
  onDidChange(listener: (uri: string) => void): void;
  /** Calls `listener` when an ignore file says something else than before: what was said of paths is old. */
  onDidChangeFiles(listener: () => void): void;
  close(): void;
}

export interface ExclusionRules {
  readonly patterns: readonly string[];
  /** Whether `.fimignore` and `.gitignore` files count. */
  readonly respectsIgnoreFiles: boolean;
}

/** A URI that is asked about after this time is looked up again in the background. */
const refreshMs = 2000;
/** What is older than this has to be looked up before text is sent; a `.fimignore` is read once a second. */
const knownMs = 4000;
/** The longest that a request waits for the disk. */
const longestWaitMs = 1000;
/** Beside those of the workspace model, on four threads of Node.js. */
const diskLimits = { mostCalls: 2, longestMs: 10_000 };

/** Of a file's mode; on Windows all of it is unset by the read-only attribute. */
const anybodyWrites = 0o222;

interface Rules {
  readonly matches: PathPredicate;
  /** None where ignore files do not count. */
  readonly fimIgnoreFiles?: IgnoreFiles;
  readonly gitIgnoreFiles?: IgnoreFiles;
}

interface Verdict {
  readonly isExcluded: boolean;
  readonly isNoContext: boolean;
  readonly isReadOnly: boolean;
  readonly atMs: number;
}

/** The part of `node:fs/promises` that is used. */
export interface ExclusionFiles extends FileSystem {
  stat(path: string): Promise<{ readonly mode: number }>;
}

export function createExclusion(clock: Clock, files: ExclusionFiles = nodeFiles): Exclusion {
  return new LiveExclusion(clock, files);
}

class LiveExclusion implements Exclusion {
  readonly #clock: Clock;
  readonly #files: ExclusionFiles;
  readonly #boundedCalls: BoundedCalls;
  readonly #verdicts = new LruCache<string, Verdict>({ maxEntries: 1000 });
  readonly #lookups = new Map<string, Promise<void>>();
  readonly #listeners = new Set<(uri: string) => void>();
  readonly #fileListeners = new Set<() => void>();
  #rules: Promise<Rules> | undefined;
  /** The patterns alone, without the disk; before the first `set` everything matches. */
  #matches: PathPredicate = () => true;

  constructor(clock: Clock, files: ExclusionFiles) {
    this.#clock = clock;
    this.#files = files;
    this.#boundedCalls = new BoundedCalls(clock, diskLimits);
  }

  set(rules: ExclusionRules, folders: readonly string[]): void {
    this.#rules = this.#prepare(rules, folders);
    this.#matches = excludedBy(rules.patterns, folders);
    this.#verdicts.clear();
    this.#lookups.clear();
  }

  async excludesPath(path: string): Promise<boolean> {
    if (this.#rules === undefined) return true;
    try {
      return await lists(await this.#rules, path);
    } catch {
      return true;
    }
  }

  of(uri: string): FileAccess {
    const verdict = this.#verdicts.get(uri);
    if (this.#isOlder(verdict, refreshMs)) void this.#lookUp(uri);
    const maySend = verdict !== undefined && !verdict.isExcluded;
    const mayLearn = maySend && !verdict.isNoContext;
    return {
      mayHold: verdict === undefined ? !this.#matches(pathOf(uri)) : maySend,
      maySend,
      mayLearn,
      mayQuote: mayLearn && !this.#isOlder(verdict, knownMs),
      mayEdit: verdict?.isReadOnly !== true,
    };
  }

  whenKnown(uri: string): Promise<boolean> | undefined {
    if (this.#rules === undefined || !this.#isOlder(this.#verdicts.get(uri), knownMs)) {
      return undefined;
    }
    return this.#knownInTime(uri);
  }

  onDidChange(listener: (uri: string) => void): void {
    this.#listeners.add(listener);
  }

  onDidChangeFiles(listener: () => void): void {
    this.#fileListeners.add(listener);
  }

  close(): void {
    this.#boundedCalls.close();
  }

  async #knownInTime(uri: string): Promise<boolean> {
    await within(this.#clock, longestWaitMs, this.#lookUp(uri));
    return !this.#isOlder(this.#verdicts.get(uri), knownMs);
  }

  #isOlder(verdict: Verdict | undefined, ageMs: number): boolean {
    return verdict === undefined || this.#clock.now() - verdict.atMs >= ageMs;
  }

  /** Never rejects; once at a time for each URI. */
  #lookUp(uri: string): Promise<void> {
    const running = this.#lookups.get(uri);
    if (running !== undefined) return running;
    const lookup = this.#judge(uri).finally(() => {
      if (this.#lookups.get(uri) === lookup) this.#lookups.delete(uri);
    });
    this.#lookups.set(uri, lookup);
    return lookup;
  }

  async #judge(uri: string): Promise<void> {
    const rules = this.#rules;
    if (rules === undefined) return;
    let verdict;
    try {
      verdict = await this.#verdict(await rules, uri);
    } catch {
      // The disk does not answer: nothing new is known.
      return;
    }
    if (rules !== this.#rules) return await this.#lookUp(uri);
    const before = this.#verdicts.peek(uri)?.isExcluded;
    this.#verdicts.set(uri, verdict);
    if (before === verdict.isExcluded) return;
    for (const listener of this.#listeners) listener(uri);
  }

  async #verdict(rules: Rules, uri: string): Promise<Verdict> {
    const path = pathOf(uri);
    const paths = isAbsolute(path) ? [path, await this.#realPath(path)] : [path];
    let isExcluded = false;
    let isNoContext = false;
    for (const each of paths) {
      isExcluded ||= await lists(rules, each);
      isNoContext ||= (await rules.gitIgnoreFiles?.lists(each)) === true;
    }
    const isReadOnly = isAbsolute(path) && (await this.#mayNobodyWrite(path));
    return { isExcluded, isNoContext, isReadOnly, atMs: this.#clock.now() };
  }

  /** By its permissions alone: what only another user may write is often edited, to be saved as that user. */
  async #mayNobodyWrite(path: string): Promise<boolean> {
    try {
      const { mode } = await this.#boundedCalls.wait(() => this.#files.stat(path));
      return (mode & anybodyWrites) === 0;
    } catch (error) {
      if (error instanceof TookTooLong) throw error;
      return false;
    }
  }

  async #prepare(
    { patterns, respectsIgnoreFiles }: ExclusionRules,
    folders: readonly string[],
  ): Promise<Rules> {
    const roots = new Set(folders);
    for (const folder of folders) {
      roots.add(await this.#realPath(folder).catch(() => folder));
    }
    const onChange = (): void => {
      for (const listener of this.#fileListeners) listener();
    };
    const disk: PatientFiles = {
      clock: this.#clock,
      files: this.#files,
      boundedCalls: this.#boundedCalls,
      onChange,
    };
    const matches = excludedBy(patterns, [...roots]);
    if (!respectsIgnoreFiles) return { matches };
    return {
      matches,
      fimIgnoreFiles: new IgnoreFiles(".fimignore", disk, roots),
      gitIgnoreFiles: new IgnoreFiles(".gitignore", disk, roots),
    };
  }

  /** Where the path leads; for a file that is not there yet, where its folder does. */
  async #realPath(path: string): Promise<string> {
    try {
      return await this.#boundedCalls.wait(() => this.#files.realpath(path));
    } catch (error) {
      if (error instanceof TookTooLong) throw error;
      const folder = dirname(path);
      return folder === path ? path : join(await this.#realPath(folder), path.slice(folder.length));
    }
  }
}

async function lists({ matches, fimIgnoreFiles }: Rules, path: string): Promise<boolean> {
  return matches(path) || (await fimIgnoreFiles?.lists(path)) === true;
}
