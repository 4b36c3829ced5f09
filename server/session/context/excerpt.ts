/**
 * A piece of another open document. It is used while its text still stands there (invariant 13): text of a
 * document that was closed, or that the user took out again, is not sent.
 */
import { toLf, type DocumentSnapshot } from "../../engine/document.ts";
import type { ContextSnippet } from "../../engine/prompt/prompt.ts";

/** UTF-16 units of another document that are read: a slice of work is no longer for a document of megabytes. */
const maxRead = 500_000;

export class Excerpt {
  readonly snippet: ContextSnippet;
  readonly from: string;
  #revision: number;
  #stands = true;

  constructor({ uri, revision }: DocumentSnapshot, snippet: ContextSnippet) {
    this.from = uri;
    this.snippet = snippet;
    this.#revision = revision;
  }

  /** `source` is the document that it comes from, as it is now. Reads it once for each change. */
  standsIn(source: DocumentSnapshot | undefined): boolean {
    if (source === undefined) return false;
    if (source.revision !== this.#revision) {
      this.#revision = source.revision;
      this.#stands = readableText(source).includes(this.snippet.text);
    }
    return this.#stands;
  }
}

/** The start of the document, LF. */
export function readableText({ text }: DocumentSnapshot): string {
  return toLf(text.slice(0, maxRead));
}
