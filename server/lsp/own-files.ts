/**
 * The files that hold the user's settings and keys, read again when they have changed. They are checked when
 * typing begins, after a refusal and when suggestions are switched on: nothing polls.
 */
import { stat } from "node:fs/promises";

import type { Clock } from "../base/clock.ts";

export interface OwnFilesDependencies {
  readonly clock: Clock;
  /** Where a configuration file may be, whether it exists or not. */
  readonly configFiles: readonly string[];
  /** What the provider reads at its start, by the settings in force. */
  readonly keyFiles: () => readonly string[];
  readonly onConfigFile: (path: string) => Promise<void>;
  readonly onKeyFile: (path: string) => Promise<void>;
}

/** A key after this pause starts the typing again: nobody edits and saves a file in less. */
const pauseMs = 1000;

export class OwnFiles {
  readonly #dependencies: OwnFilesDependencies;
  /** The state of each file at the last check. */
  readonly #known = new Map<string, string>();
  #lastKeyAt = Number.NEGATIVE_INFINITY;
  #checking: Promise<void>;

  constructor(dependencies: OwnFilesDependencies) {
    this.#dependencies = dependencies;
    this.#checking = this.#look();
  }

  /** A document was changed. */
  noteKey(): void {
    const now = this.#dependencies.clock.now();
    const isStart = now - this.#lastKeyAt >= pauseMs;
    this.#lastKeyAt = now;
    if (isStart) void this.check();
  }

  /** Resolves when what has changed is in force. Never rejects. */
  check(): Promise<void> {
    this.#checking = this.#checking.then(() => this.#look());
    return this.#checking;
  }

  async #look(): Promise<void> {
    const { configFiles, keyFiles, onConfigFile, onKeyFile } = this.#dependencies;
    for (const path of configFiles) {
      if (await this.#isChanged(path)) await onConfigFile(path);
    }
    for (const path of keyFiles()) {
      if (await this.#isChanged(path)) await onKeyFile(path);
    }
  }

  /** False the first time: that content has been read. */
  async #isChanged(path: string): Promise<boolean> {
    const before = this.#known.get(path);
    const now = await stampOf(path);
    this.#known.set(path, now);
    return before !== undefined && before !== now;
  }
}

async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return "none";
  }
}
