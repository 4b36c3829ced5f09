/** A file that is indexed. */
import { dirname } from "node:path";
import type { LanguageFamily } from "../../engine/languages/language.ts";
import type { FileStamp } from "../../files/source-file.ts";

export interface IndexedFile extends FileStamp {
  readonly path: string;
  readonly folder: string;
  readonly family: LanguageFamily;
  /** Distance at the last walk. */
  distance: number;
  /** Number of the last walk that saw it. */
  walk: number;
  /** Its neighbors in the order in which files were indexed. */
  older: IndexedFile | undefined;
  newer: IndexedFile | undefined;
}

/** Copies only the stamp's two numbers: the object that was read also holds the text. */
export function indexedFile(
  path: string,
  family: LanguageFamily,
  { bytes, modifiedMs }: FileStamp,
  distance: number,
  walk: number,
): IndexedFile {
  const neighbors = { older: undefined, newer: undefined };
  return { path, folder: dirname(path), family, bytes, modifiedMs, distance, walk, ...neighbors };
}
