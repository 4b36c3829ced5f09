/** An in-memory workspace for the next edit: documents as lines, and which of them contain a word. */
import { LineText } from "../../server/next-edit/line-text.ts";
import { mostFiles, type Holders, type Texts } from "../../server/next-edit/texts.ts";

const names = /[\p{L}_$][\p{L}\p{N}_$]{2,}/gu;

export class EditedTexts implements Texts {
  readonly #documents = new Map<string, LineText>();
  readonly #names = new Map<string, ReadonlySet<string>>();
  readonly #holders = new Map<string, Set<string>>();

  get(uri: string): LineText | undefined {
    return this.#documents.get(uri);
  }

  holders(word: string): Holders {
    const uris = this.#holders.get(word) ?? new Set();
    return { count: uris.size, uris: uris.size > mostFiles ? [] : [...uris] };
  }

  /** A document, or what it holds now; without a text it is gone. */
  set(uri: string, text: string | undefined): void {
    for (const name of this.#names.get(uri) ?? []) {
      const uris = this.#holders.get(name);
      uris?.delete(uri);
      if (uris?.size === 0) this.#holders.delete(name);
    }
    if (text === undefined) {
      this.#documents.delete(uri);
      this.#names.delete(uri);
      return;
    }
    this.#documents.set(uri, new LineText(text));
    const found = new Set(text.match(names) ?? []);
    this.#names.set(uri, found);
    for (const name of found) {
      const uris = this.#holders.get(name) ?? new Set();
      this.#holders.set(name, uris.add(uri));
    }
  }

  /** Edits lines in place; which words a document holds is not asked again. */
  replace(uri: string, line: number, count: number, lines: readonly string[]): readonly string[] {
    const before = this.#documents.get(uri)?.lines ?? [];
    const after = before.toSpliced(line, count, ...lines);
    this.#documents.set(uri, new LineText(after.join("\n")));
    return before.slice(line, line + count);
  }
}
