/** What the `.gitignore` files of a folder and its subfolders exclude. Each file is read once, when first needed. */
import { basename, join, relative, sep } from "node:path";
import { isLate, type Disk } from "../../files/disk.ts";
import { isIgnored, parseRules, type FolderRules } from "../../files/ignore/git-ignore.ts";

/** Never sources of this workspace, even if the ignore files allow them. */
const foreignFolders = new Set(
  `node_modules bower_components jspm_packages __pycache__ venv site-packages vendor third_party
  dist coverage target Pods DerivedData`.split(/\s+/),
);

export interface IgnoreOptions {
  readonly disk: Disk;
  /** By absolute path: never read, never learned from. */
  readonly isExcluded: (path: string) => Promise<boolean>;
  /** Whether `.gitignore` files are respected. */
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

  /** For a path below the root whose folder is not excluded itself. */
  async leavesOut(path: string, isFolder: boolean): Promise<boolean> {
    if (isFolder && isForeignFolder(basename(path))) return true;
    if (await this.#lists(path, isFolder)) return true;
    return await this.#options.isExcluded(path);
  }

  async #lists(path: string, isFolder: boolean): Promise<boolean> {
    if (!this.#options.respectsIgnoreFiles) return false;
    return isIgnored(path, isFolder, this.root, (folder) => this.#rulesOf(folder));
  }

  /** The same for a path whose folders may be excluded or be links. Links are not followed. */
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
      // Some file systems report names in another case or Unicode normal form than the name that was asked for.
      return folded(await disk.realPath(path)) !== folded(expected);
    } catch (error) {
      // The file does not exist, so it is not read either.
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

/** Folders of tools start with a dot. Only these dot folders hold sources. */
function isForeignFolder(name: string): boolean {
  return foreignFolders.has(name) || (name.startsWith(".") && name !== ".github");
}
