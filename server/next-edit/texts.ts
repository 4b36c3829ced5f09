/** What the next edit reads, and what it says: the texts that places are looked for in, edits and places. */
import type { LineText } from "./line-text.ts";

/** One change of whole lines that the user has finished. */
export interface SettledEdit {
  readonly uri: string;
  /** The first changed line, the same before and after. */
  readonly line: number;
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
  /** It is a proposal that the user took. */
  readonly isAccepted: boolean;
}

export interface Texts {
  /** `undefined` where nothing may be proposed. Holds the edits that were learned. */
  get(uri: string): LineText | undefined;
  /** The documents and files that hold a word. */
  holders(word: string): Holders;
}

export interface Holders {
  readonly count: number;
  /** Empty when there are more than `mostFiles`. */
  readonly uris: readonly string[];
}

/** A word in more files finds no place in the files that are not open. */
export const mostFiles = 40;

export type PlaceKind =
  | "rename"
  | "words"
  | "insertion"
  | "nameParts"
  | "alike"
  | "linesAdded"
  | "linesDeleted"
  | "importDeleted";
