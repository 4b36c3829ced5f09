/**
 * `.fimignore` and `.gitignore` files: patterns for the folder they lie in and all below it. What any of them
 * lists counts as listed; a deeper one cannot take back what a higher one says.
 */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";

import type { Clock } from "../base/clock.ts";
import { LruCache } from "../base/lru.ts";
import { excludedBy, type PathPredicate } from "../engine/exclude.ts";

/** A file is read again after this time. */
const rememberedMs = 5000;
/** Folders looked at above a file that lies in no workspace folder. */
const maxLevels = 32;

interface Known {
  readonly isListed: PathPredicate | undefined;
  readonly atMs: number;
}

export class IgnoreFiles {
  readonly #name: string;
  readonly #clock: Clock;
  readonly #roots: ReadonlySet<string>;
  readonly #known = new LruCache<string, Known>({ maxEntries: 10_000 });

  /** `name` of the files; `roots`: absolute, above them nothing is looked for. */
  constructor(name: ".fimignore" | ".gitignore", clock: Clock, roots: readonly string[]) {
    this.#name = name;
    this.#clock = clock;
    this.#roots = new Set(roots);
  }

  /** False for a path that is not absolute: there is no folder to look in. */
  lists(path: string): boolean {
    if (!isAbsolute(path)) return false;
    let folder = dirname(path);
    for (let level = 0; level < maxLevels; level++) {
      if (this.#rulesOf(folder)?.(path) === true) return true;
      const parent = dirname(folder);
      if (this.#roots.has(folder) || parent === folder) return false;
      folder = parent;
    }
    return false;
  }

  #rulesOf(folder: string): PathPredicate | undefined {
    const now = this.#clock.now();
    const known = this.#known.get(folder);
    if (known !== undefined && now - known.atMs < rememberedMs) return known.isListed;
    const isListed = readRules(folder, this.#name);
    this.#known.set(folder, { isListed, atMs: now });
    return isListed;
  }
}

function readRules(folder: string, name: string): PathPredicate | undefined {
  let text;
  try {
    text = readFileSync(join(folder, name), "utf8");
  } catch (error) {
    // What is there and cannot be read may list anything.
    const isMissing = ["ENOENT", "ENOTDIR", "ENAMETOOLONG"].includes(
      (error as NodeJS.ErrnoException).code ?? "",
    );
    return isMissing ? undefined : () => true;
  }
  return excludedBy(text.split(/\r?\n/), [folder]);
}
