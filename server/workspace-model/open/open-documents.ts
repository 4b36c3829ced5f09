/** The live indexes of the open documents, kept up to date in the background. */
import type { DocumentSnapshot } from "../../engine/document.ts";
import type { ChainIndex } from "../index/chain-index.ts";
import { pathOfUri } from "../../files/uri-path.ts";
import type { LanguageFamily } from "../../engine/languages/language.ts";
import { familyOf } from "../../engine/languages/language-of.ts";
import { OpenDocument } from "./open-document.ts";
import type { TimeSlices } from "../time-slices.ts";
import type { Vocabulary } from "../tokens/vocabulary.ts";

interface OpenEntry {
  readonly document: OpenDocument;
  readonly family: LanguageFamily;
  readonly path: string | undefined;
}

export class OpenDocuments {
  readonly #vocabulary: Vocabulary;
  readonly #slices: TimeSlices;
  readonly #beforeIndexing: () => Promise<void>;
  /** By URI, the most recently changed last. */
  readonly #entries = new Map<string, OpenEntry>();
  /** Documents that may have something to index. Thanks to this set, opening a document does not visit all others. */
  readonly #waiting = new Set<OpenDocument>();
  #paths: ReadonlySet<string> | undefined;
  #running: Promise<void> | undefined;

  /** `beforeIndexing` is called in a turn of its own. Documents may change while it accepts more of them. */
  constructor(vocabulary: Vocabulary, slices: TimeSlices, beforeIndexing: () => Promise<void>) {
    this.#vocabulary = vocabulary;
    this.#slices = slices;
    this.#beforeIndexing = beforeIndexing;
  }

  get size(): number {
    return this.#entries.size;
  }

  has(uri: string): boolean {
    return this.#entries.has(uri);
  }

  /** Absolute paths of the documents that are files, the most recently changed last. */
  get paths(): ReadonlySet<string> {
    this.#paths ??= new Set(
      [...this.#entries.values()].flatMap(({ path }) => (path === undefined ? [] : [path])),
    );
    return this.#paths;
  }

  get indexes(): readonly ChainIndex<unknown>[] {
    return Array.from(this.#entries.values(), ({ document }) => [
      document.index,
      ...(document.removedLines.index === undefined ? [] : [document.removedLines.index]),
    ]).flat();
  }

  /** Opens the document or takes its newer text. */
  update(snapshot: DocumentSnapshot): OpenDocument {
    const { uri } = snapshot;
    const known = this.#entries.get(uri);
    if (known?.document.snapshot === snapshot) return known.document;
    const entry = known ?? this.#opened(snapshot);
    entry.document.update(snapshot);
    this.#entries.delete(uri);
    this.#entries.set(uri, entry);
    this.#paths = undefined;
    this.#waiting.add(entry.document);
    this.#start();
    return entry.document;
  }

  close(uri: string): void {
    const entry = this.#entries.get(uri);
    if (entry !== undefined) this.#waiting.delete(entry.document);
    this.#entries.delete(uri);
    this.#paths = undefined;
  }

  closeAll(): void {
    this.#waiting.clear();
    this.#entries.clear();
    this.#paths = undefined;
  }

  /** Indexes of the family's other documents that the model may learn from, the most recently changed first. */
  othersOf(
    family: LanguageFamily,
    uri: string,
    mayLearnFrom: (uri: string) => boolean,
  ): ChainIndex<unknown>[] {
    const indexes: ChainIndex<unknown>[] = [];
    for (const [other, entry] of this.#entries) {
      const isWanted = entry.family === family && other !== uri;
      if (isWanted && mayLearnFrom(other)) indexes.unshift(entry.document.index);
    }
    return indexes;
  }

  /** Resumes background work for a document after a query at another place in it. */
  wake(uri: string): void {
    const entry = this.#entries.get(uri);
    if (entry === undefined) return;
    this.#waiting.add(entry.document);
    this.#start();
  }

  /** Resolves when every document is indexed. */
  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #opened(snapshot: DocumentSnapshot): OpenEntry {
    const path = pathOfUri(snapshot.uri);
    return {
      document: new OpenDocument(this.#vocabulary, snapshot),
      family: familyOf(snapshot.languageId, snapshot.uri),
      path,
    };
  }

  #start(): void {
    this.#running ??= this.#indexAll().finally(() => {
      this.#running = undefined;
    });
  }

  async #indexAll(): Promise<void> {
    await this.#slices.next();
    await this.#beforeIndexing();
    for (const document of this.#waiting) {
      this.#waiting.delete(document);
      // A document that changes meanwhile is added again and then comes last.
      while (document.indexSome()) if (this.#slices.isOver) await this.#slices.next();
    }
  }
}
