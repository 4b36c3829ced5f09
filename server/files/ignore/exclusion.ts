/**
 * Decides which files may be sent, quoted, learned from and edited (invariant 6). Never sent nor learned from:
 * files that `files.exclude` matches, files listed in a `.fimignore`, and links to either. Files listed in a
 * `.gitignore` get completions, but their text is used nowhere else. The disk is read in the background; until it
 * has answered, nothing that sends text is allowed.
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
   * `folders` are the opened workspace folders; patterns are relative to them. Before the first call, nothing is
   * allowed.
   */
  set(rules: ExclusionRules, folders: readonly string[]): void;
  /** Whether the file's path is excluded. Links are not resolved: the workspace model follows none. */
  excludesPath(path: string): Promise<boolean>;
  /** Calls `listener` when `maySend` has changed for a URI. */
  onDidChange(listener: (uri: string) => void): void;
  /** Calls `listener` when an ignore file has changed: earlier verdicts on paths are out of date. */
  onDidChangeFiles(listener: () => void): void;
  close(): void;
}

export interface ExclusionRules {
  readonly patterns: readonly string[];
  /** Whether `.fimignore` and `.gitignore` files are respected. */
  readonly respectsIgnoreFiles: boolean;
}

/** If a verdict is older than this when asked for, it is looked up again in the background. */
const refreshMs = 2000;
/**
 * If a verdict is older than this, it is looked up again before text is sent. A `.fimignore` is read at most once a
 * second.
 */
const knownMs = 4000;
/** Longest time that a request waits for the disk. */
const longestWaitMs = 1000;
/** These run beside those of the workspace model, on the four threads of Node.js. */
const diskLimits = { mostCalls: 2, longestMs: 10_000 };

/** The write bits of a file's mode. On Windows, the read-only attribute clears all of them. */
const anybodyWrites = 0o222;

interface Rules {
  readonly matches: PathPredicate;
  /** `undefined` if ignore files are not respected. */
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
  /** Only the patterns, without the disk. Before the first `set`, everything matches. */
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

  /** Never rejects. Only one look-up per URI runs at a time. */
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
      // The disk does not answer: keep the last verdict.
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

  /**
   * Judged by permissions only. A file that only another user may write is often edited anyway and saved as that
   * user.
   */
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

  /** Where the path leads once links are resolved. For a file that does not exist yet, where its folder leads. */
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
