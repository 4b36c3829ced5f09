/** What a notebook's cells above the cursor's add to a prompt: the text that runs before the cell does. */
import type { DocumentStore } from "../../documents/document-store.ts";
import type { DocumentSnapshot } from "../../engine/document.ts";
import { extensionOf, languageOf } from "../../engine/languages/language-of.ts";
import type { FileAccessRules } from "../../files/ignore/file-access.ts";
import { pathOf } from "../../files/uri-path.ts";

export interface CellsAboveDependencies {
  readonly documents: DocumentStore;
  readonly access: Pick<FileAccessRules, "of">;
}

/** UTF-16 units: more than a prompt takes. */
const mostLength = 40_000;

export class CellsAbove {
  readonly #dependencies: CellsAboveDependencies;

  constructor(dependencies: CellsAboveDependencies) {
    this.#dependencies = dependencies;
  }

  /** The cells of the same language, an empty line behind each; empty for a document that is no cell. */
  textAbove(document: DocumentSnapshot): string {
    const { documents } = this.#dependencies;
    let above = "";
    for (const uri of documents.notebooks.above(document.uri).toReversed()) {
      const cell = documents.get(uri);
      if (cell === undefined || documents.isDirty(uri)) continue;
      if (!isSameLanguage(cell, document) || !this.#maySend(cell, document)) continue;
      const text = cell.text.slice().trimEnd();
      if (text.length + above.length > mostLength) break;
      if (text !== "") above = `${text}\n\n${above}`;
    }
    return above;
  }

  /** A cell is source: the name of its notebook would promise the model a file of JSON. */
  sourcePath(uri: string, path: string): string {
    const { documents } = this.#dependencies;
    const id = documents.get(uri)?.languageId;
    if (id === undefined || !documents.notebooks.isCell(uri)) return path;
    const extension = extensionOf(id);
    return extension === undefined ? path : path.replace(/\.ipynb$/, `.${extension}`);
  }

  /** Cells of one notebook share its path, and so what may be done with them. */
  #maySend(cell: DocumentSnapshot, document: DocumentSnapshot): boolean {
    const isSameFile = pathOf(cell.uri) === pathOf(document.uri);
    return isSameFile || this.#dependencies.access.of(cell.uri).maySend;
  }
}

function isSameLanguage(one: DocumentSnapshot, two: DocumentSnapshot): boolean {
  return languageOf(one.languageId, one.uri).id === languageOf(two.languageId, two.uri).id;
}
