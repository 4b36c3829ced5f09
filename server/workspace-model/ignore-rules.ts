/** What the `.gitignore` files of a folder and its subfolders leave out, each read once when first needed. */
import ignore, { type Ignore } from "ignore";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, relative, sep } from "node:path";

/** Never sources of this workspace, whatever the ignore files say. */
const foreignFolders = new Set(
  `node_modules bower_components jspm_packages __pycache__ venv site-packages vendor third_party
  dist coverage target Pods DerivedData`.split(/\s+/),
);

export class IgnoreRules {
  readonly #root: string;
  readonly #isExcluded: (path: string) => boolean;
  #realRoot: Promise<string> | undefined;
  readonly #rules = new Map<string, Promise<Ignore | undefined>>();

  /** `root` is an absolute folder; `isExcluded` takes absolute paths. */
  constructor(root: string, isExcluded: (path: string) => boolean) {
    this.#root = root;
    this.#isExcluded = isExcluded;
  }

  /** For a path below the root whose folder is not left out itself. */
  async leavesOut(path: string, isFolder: boolean): Promise<boolean> {
    const name = basename(path);
    if (isFolder && isForeignFolder(name)) return true;
    if (this.#isExcluded(path)) return true;
    for (let folder = dirname(path); ; folder = dirname(folder)) {
      const rules = await this.#rulesOf(folder);
      if (rules !== undefined) {
        const steps = relative(folder, path).split(sep).join("/");
        const { ignored, unignored } = rules.test(isFolder ? `${steps}/` : steps);
        if (ignored || unignored) return ignored;
      }
      if (folder === this.#root || folder === dirname(folder)) return false;
    }
  }

  /** The same for a path whose folders may be left out too, or be links: none is followed. */
  async leavesOutDeep(path: string, isFolder: boolean): Promise<boolean> {
    if (await this.#leadsThroughLink(path)) return true;
    const steps = relative(this.#root, path).split(sep);
    let current = this.#root;
    for (const [at, step] of steps.entries()) {
      current = join(current, step);
      if (step === "") continue;
      if (await this.leavesOut(current, isFolder || at < steps.length - 1)) return true;
    }
    return false;
  }

  async #leadsThroughLink(path: string): Promise<boolean> {
    try {
      this.#realRoot ??= realpath(this.#root);
      const expected = join(await this.#realRoot, relative(this.#root, path));
      // Some file systems tell names in another case or normal form than they were asked in.
      return folded(await realpath(path)) !== folded(expected);
    } catch {
      // Not there: nothing is read either.
      return false;
    }
  }

  #rulesOf(folder: string): Promise<Ignore | undefined> {
    const known = this.#rules.get(folder);
    if (known !== undefined) return known;
    const read = readFile(join(folder, ".gitignore"), "utf8").then(
      (text) => ignore().add(text),
      () => undefined,
    );
    this.#rules.set(folder, read);
    return read;
  }
}

function folded(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** Folders of tools are hidden by a dot; only these hold sources. */
function isForeignFolder(name: string): boolean {
  return foreignFolders.has(name) || (name.startsWith(".") && name !== ".github");
}
