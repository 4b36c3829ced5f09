/** What the `.gitignore` files of a folder and its subfolders leave out, each read once when first needed. */
import { basename, join, relative, sep } from "node:path";
import { isLate, type Disk } from "../../files/disk.ts";
import { isIgnored, parseRules, type FolderRules } from "../../files/ignore/git-ignore.ts";

/** Never sources of this workspace, whatever the ignore files say. */
const foreignFolders = new Set(
  `node_modules bower_components jspm_packages __pycache__ venv site-packages vendor third_party
  dist coverage target Pods DerivedData`.split(/\s+/),
);

export interface IgnoreOptions {
  readonly disk: Disk;
  /** By absolute path: never read, never learned from. */
  readonly isExcluded: (path: string) => Promise<boolean>;
  /** Whether `.gitignore` files count. */
  readonly respectsIgnoreFiles: boolean;
}

export class IgnoreRules {
  readonly root: string;
  readonly #options: IgnoreOptions;
  #realRoot: Promise<string> | undefined;
  readonly #rules = new Map<string, Promise<FolderRules>>();

  /** `root` is an absolute folder. */
  constructor(root: string, options: IgnoreOptions) {
    this.root = root;
    this.#options = options;
  }

  /** For a path below the root whose folder is not left out itself. */
  async leavesOut(path: string, isFolder: boolean): Promise<boolean> {
    if (isFolder && isForeignFolder(basename(path))) return true;
    if (await this.#lists(path, isFolder)) return true;
    return await this.#options.isExcluded(path);
  }

  async #lists(path: string, isFolder: boolean): Promise<boolean> {
    if (!this.#options.respectsIgnoreFiles) return false;
    return isIgnored(path, isFolder, this.root, (folder) => this.#rulesOf(folder));
  }

  /** The same for a path whose folders may be left out too, or be links: none is followed. */
  async leavesOutDeep(path: string, isFolder: boolean): Promise<boolean> {
    if (await this.#leadsThroughLink(path)) return true;
    const steps = relative(this.root, path).split(sep);
    let current = this.root;
    for (const [at, step] of steps.entries()) {
      current = join(current, step);
      if (step === "") continue;
      if (await this.leavesOut(current, isFolder || at < steps.length - 1)) return true;
    }
    return false;
  }

  async #leadsThroughLink(path: string): Promise<boolean> {
    try {
      const { disk } = this.#options;
      this.#realRoot ??= disk.realPath(this.root);
      const expected = join(await this.#realRoot, relative(this.root, path));
      // Some file systems tell names in another case or normal form than they were asked in.
      return folded(await disk.realPath(path)) !== folded(expected);
    } catch (error) {
      // Not there: nothing is read either.
      return isLate(error);
    }
  }

  #rulesOf(folder: string): Promise<FolderRules> {
    const known = this.#rules.get(folder);
    if (known !== undefined) return known;
    const read = this.#options.disk.readSmallText(join(folder, ".gitignore")).then(
      (text = "") => parseRules(text),
      () => "unreadable" as const,
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
