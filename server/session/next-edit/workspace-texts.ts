/**
 * What the next edit reads for one look around: the open documents, and of the files of the workspace those that hold
 * a wanted name. Nothing is kept but a few texts from the disk.
 */
import { pathToFileURL } from "node:url";

import { LruCache } from "../../base/lru.ts";
import type { DocumentStore } from "../../documents/document-store.ts";
import { familyOf } from "../../engine/languages/language-of.ts";
import { pathOfUri } from "../../files/uri-path.ts";
import { LineText } from "../../next-edit/line-text.ts";
import { mostFiles, type Holders, type Texts } from "../../next-edit/texts.ts";

export interface TextSources {
  readonly documents: DocumentStore;
  /** Whether anything may be proposed in this document. */
  readonly mayEdit: (uri: string) => boolean;
  /** The text of a file that is not open; `undefined` where it cannot be read or must not be. */
  readonly readFile: (path: string) => Promise<string | undefined>;
  /** Word → the paths of the indexed files that hold it, in steps. */
  readonly filesWith: (
    words: Iterable<string>,
    document: { readonly uri: string; readonly languageId: string },
  ) => Generator<undefined, ReadonlyMap<string, ReadonlySet<string>>> | undefined;
}

/** Longer texts are data or generated. */
export const longestText = 400_000;
const mostCached = 512 * 1024;

/** Texts from the disk, kept from one look to the next. */
export class FileTexts {
  readonly #texts = new LruCache<string, LineText>({ maxEntries: mostFiles, maxBytes: mostCached });
  readonly #readFile: TextSources["readFile"];

  constructor(readFile: TextSources["readFile"]) {
    this.#readFile = readFile;
  }

  async get(uri: string): Promise<LineText | undefined> {
    const known = this.#texts.get(uri);
    if (known !== undefined) return known;
    const path = pathOfUri(uri);
    const text = path === undefined ? undefined : await this.#readFile(path);
    if (text === undefined || text.length > longestText) return undefined;
    const lines = new LineText(text);
    this.#texts.set(uri, lines, text.length * 2);
    return lines;
  }

  /** Something on the disk has changed. */
  clear(): void {
    this.#texts.clear();
  }
}

export class WorkspaceTexts implements Texts {
  readonly #texts = new Map<string, LineText | undefined>();
  readonly #holders = new Map<string, Holders>();

  /** `uri`: the edited document. Of the open ones those of its family count, in a notebook its cells. */
  constructor(sources: Pick<TextSources, "documents" | "mayEdit">, uri: string) {
    const { documents, mayEdit } = sources;
    const edited = documents.get(uri);
    if (edited === undefined) return;
    const family = familyOf(edited.languageId, uri);
    for (const other of documents.all()) {
      const isAlike = familyOf(other.languageId, other.uri) === family;
      if (!isAlike || notebookOf(other.uri) !== notebookOf(uri)) continue;
      if (other.text.length > longestText || !mayEdit(other.uri)) continue;
      this.set(other.uri, new LineText(other.text.slice(0)));
    }
  }

  get(uri: string): LineText | undefined {
    return this.#texts.get(uri);
  }

  has(uri: string): boolean {
    return this.#texts.has(uri);
  }

  set(uri: string, text: LineText | undefined): void {
    this.#texts.set(uri, text?.isGenerated === true ? undefined : text);
  }

  holders(word: string): Holders {
    const known = this.#holders.get(word);
    if (known !== undefined) return known;
    const found = this.#withOpen(word, []);
    this.#holders.set(word, found);
    return found;
  }

  /** Takes what the index says; the open documents that hold the word are added. */
  setHolders(word: string, paths: Iterable<string>): void {
    const uris = [...paths].map((path) => pathToFileURL(path).href);
    this.#holders.set(word, this.#withOpen(word, uris));
  }

  #withOpen(word: string, files: readonly string[]): Holders {
    const open = [...this.#texts]
      .filter(([, text]) => text !== undefined && text.linesWith(word, 1).length > 0)
      .map(([uri]) => uri);
    const uris = new Set([...open, ...files]);
    return { count: uris.size, uris: uris.size > mostFiles ? open : [...uris] };
  }
}

/** What all cells of a notebook have in common; one for all documents that are none. */
function notebookOf(uri: string): string {
  return uri.startsWith("vscode-notebook-cell:") ? uri.replace(/#.*$/s, "") : "";
}
