/**
 * Values by absolute path. The files below a folder are found without looking at any others. Each folder has its
 * own small table: one table of fifty thousand files would take milliseconds to grow.
 */
import { sep } from "node:path";

interface Folder<Value> {
  readonly files: Map<string, Value>;
  /** Paths of the subfolders that hold any file, at any depth. */
  readonly folders: Set<string>;
}

export class FileTree<Value> {
  /** By path, with a separator at the end. */
  readonly #folders = new Map<string, Folder<Value>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(path: string): Value | undefined {
    return this.#folders.get(folderOf(path))?.files.get(path);
  }

  set(path: string, value: Value): void {
    const { files } = this.#folder(folderOf(path));
    if (!files.has(path)) this.#size++;
    files.set(path, value);
  }

  delete(path: string): void {
    const folder = folderOf(path);
    if (this.#folders.get(folder)?.files.delete(path) !== true) return;
    this.#size--;
    this.#dropEmpty(folder);
  }

  /** Paths of the files below a folder, unsorted. */
  *below(folder: string): Generator<string, void> {
    const found = this.#folders.get(folder.endsWith(sep) ? folder : folder + sep);
    if (found === undefined) return;
    yield* found.files.keys();
    for (const each of found.folders) yield* this.below(each);
  }

  #folder(path: string): Folder<Value> {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const folder: Folder<Value> = { files: new Map(), folders: new Set() };
    this.#folders.set(path, folder);
    const parent = folderOf(path);
    if (parent !== path) this.#folder(parent).folders.add(path);
    return folder;
  }

  #dropEmpty(path: string): void {
    const folder = this.#folders.get(path);
    if (folder === undefined || folder.files.size + folder.folders.size > 0) return;
    this.#folders.delete(path);
    const parent = folderOf(path);
    this.#folders.get(parent)?.folders.delete(path);
    this.#dropEmpty(parent);
  }
}

/** The parent folder's path, with a separator at the end; the root is its own parent. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf(sep, path.length - 2) + 1);
}
