/**
 * Documents made of questions. A client of the endpoint sends windows of text, not edits; here each window becomes the
 * next state of a document that goes on, so that the session sees a user who types: what was answered is typed
 * through, and what runs is joined.
 */
import { createHash } from "node:crypto";
import { isAbsolute, join } from "node:path";
import { pathToFileURL } from "node:url";

import type { DocumentStore } from "../documents/document-store.ts";
import { toOffset, type Offset } from "../engine/document.ts";
import type { FimQuestion } from "./wire-form.ts";

/** Files without a name that are edited at the same time, and excerpts that one client keeps. */
const maxUnnamed = 16;
const maxExcerpts = 64;
/** UTF-16 units of a document that is joined from windows; a window alone may be longer. */
const maxLength = 400_000;
/** So much of a window's edge finds its place in what is known. */
const edgeLength = 64;
/** So much around a cursor tells files without a name apart. */
const nearLength = 200;

export interface OpenedQuestion {
  readonly uri: string;
  readonly offset: Offset;
}

export class ClientDocuments {
  readonly #documents: DocumentStore;
  readonly #folder: string | undefined;
  /** URIs of files without a name, the one that was used longest ago first. */
  readonly #unnamed = new Map<string, true>();
  readonly #excerpts = new Map<string, true>();
  #count = 0;

  /** Relative paths lie in `folder`. */
  constructor(documents: DocumentStore, folder: string | undefined) {
    this.#documents = documents;
    this.#folder = folder;
  }

  /** Opens or changes the document that the question is about. */
  open(question: FimQuestion): OpenedQuestion {
    this.#openExcerpts(question);
    const uri = this.#uriOf(question);
    const known = this.#documents.get(uri)?.text.slice();
    const { text, offset } = joinWindow(known, question);
    if (known === undefined) {
      this.#documents.open({ uri, text, languageId: question.languageId ?? null });
    } else this.#documents.change(uri, undefined, [{ text }]);
    const snapshotText = this.#documents.get(uri)?.text ?? text;
    return { uri, offset: toOffset(snapshotText, offset) };
  }

  #uriOf(question: FimQuestion): string {
    const { path } = question;
    if (path !== undefined && path !== "") return this.#uriOfPath(path);
    const known = [...this.#unnamed.keys()].toReversed().find((uri) => this.#isSame(uri, question));
    const uri = known ?? `untitled:http-${++this.#count}`;
    this.#unnamed.delete(uri);
    this.#unnamed.set(uri, true);
    this.#closeOldest(this.#unnamed, maxUnnamed);
    return uri;
  }

  #uriOfPath(path: string): string {
    if (isAbsolute(path)) return pathToFileURL(path).href;
    if (this.#folder !== undefined) return pathToFileURL(join(this.#folder, path)).href;
    return `untitled:${encodeURI(path)}`;
  }

  /** The text around the cursor stands in the document, but for the line that is typed in. */
  #isSame(uri: string, { prefix, suffix, languageId }: FimQuestion): boolean {
    const snapshot = this.#documents.get(uri);
    if (snapshot === undefined) return false;
    if (languageId !== undefined && snapshot.languageId !== languageId) return false;
    const text = snapshot.text.slice();
    const lineStart = prefix.lastIndexOf("\n") + 1;
    const above = prefix.slice(Math.max(0, lineStart - nearLength), lineStart);
    const lineEnd = suffix.indexOf("\n");
    const below = lineEnd < 0 ? "" : suffix.slice(lineEnd, lineEnd + nearLength);
    if (above.trim() !== "") return text.includes(above);
    if (below.trim() !== "") return text.includes(below);
    return text.length < nearLength || text.startsWith(prefix.slice(0, -1));
  }

  /** Excerpts are documents beside the current one: the session chooses among them as among an editor's. */
  #openExcerpts({ files, path }: FimQuestion): void {
    for (const file of files) {
      if (file.path === path) continue;
      const digest = createHash("sha256").update(file.text).digest("hex").slice(0, 12);
      const name = encodeURI(file.path.replace(/^\/+/, "") || "excerpt");
      const uri = `fim-excerpt:/${digest}/${name}`;
      if (!this.#excerpts.delete(uri)) this.#documents.open({ uri, text: file.text });
      this.#excerpts.set(uri, true);
    }
    this.#closeOldest(this.#excerpts, maxExcerpts);
  }

  #closeOldest(uris: Map<string, true>, most: number): void {
    for (const uri of uris.keys()) {
      if (uris.size <= most) return;
      uris.delete(uri);
      this.#documents.close(uri);
    }
  }
}

/**
 * The window in what is known around it: a client that sends 16,000 characters cuts its first line elsewhere at each
 * key, and that is no edit.
 */
export function joinWindow(
  known: string | undefined,
  { prefix, suffix }: Pick<FimQuestion, "prefix" | "suffix">,
): { readonly text: string; readonly offset: number } {
  const head = known === undefined ? "" : knownBefore(known, prefix);
  const tail = known === undefined ? "" : knownAfter(known, suffix);
  const text = head + prefix + suffix + tail;
  if (text.length > maxLength) return { text: prefix + suffix, offset: prefix.length };
  return { text, offset: head.length + prefix.length };
}

function knownBefore(known: string, prefix: string): string {
  if (prefix.length < edgeLength) return "";
  const at = known.indexOf(prefix.slice(0, edgeLength));
  return at < 0 ? "" : known.slice(0, at);
}

function knownAfter(known: string, suffix: string): string {
  if (suffix.length < edgeLength) return "";
  const edge = suffix.slice(-edgeLength);
  const at = known.lastIndexOf(edge);
  return at < 0 ? "" : known.slice(at + edge.length);
}
