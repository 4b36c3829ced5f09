/**
 * The open documents, each as an immutable `DocumentSnapshot` (invariant 4). Changes are applied in the order in
 * which the client sends them. The caller turns positions into offsets, against the text after all previous
 * changes.
 */
import { toOffset } from "../engine/document.ts";
import type { ByteAnchor, DocumentSnapshot, Offset } from "../engine/document.ts";
import { createDocumentText, type DocumentText, type LineTable } from "./document-text.ts";
import { Notebooks } from "./notebooks.ts";
import { languageIdOf } from "../engine/languages/language-of.ts";
import { onCodePoints, smallestEdit, type OffsetEdit } from "./text-edit.ts";

export type { LineTable } from "./document-text.ts";
export type { OffsetEdit } from "./text-edit.ts";

/** One change as the client sent it. Without `toRange`, the text is the whole new document. */
export interface ContentChange {
  readonly text: string;
  /** The replaced range. Called once, with the lines of the text after all previous changes. */
  readonly toRange?: (lines: LineTable) => { readonly start: number; readonly end: number };
}

export interface DocumentEvent {
  readonly uri: string;
  /** `undefined` if the document was just opened. */
  readonly before: DocumentSnapshot | undefined;
  /** `undefined` if the document was just closed. */
  readonly after: DocumentSnapshot | undefined;
  /** In order. Offsets of each edit refer to the text after the previous one. Empty if opened or closed. */
  readonly edits: readonly OffsetEdit[];
}

export interface OpenedDocument {
  readonly uri: string;
  readonly languageId?: string | null;
  readonly version?: number | null;
  readonly text: string;
}

export interface DocumentStore {
  /** The order of cells, for documents that are notebook cells. */
  readonly notebooks: Notebooks;
  /** Opens a document, or replaces one that is open under the same URI. Its text is known again after this. */
  open(document: OpenedDocument): void;
  /**
   * A full text opens an unknown URI, because Vim with ALE saves a document under another name without opening it.
   * Other changes to unknown URIs are ignored. A change that cannot be applied marks the document dirty.
   */
  change(uri: string, version: number | null | undefined, changes: readonly ContentChange[]): void;
  close(uri: string): void;
  /** The text may differ from the client's: the document stays dirty until a full text arrives. */
  markDirty(uri: string): void;
  isDirty(uri: string): boolean;
  /**
   * The current text. With `near`, the byte anchor is moved there first by native counting, so that `byteOffsetAt`
   * is cheap around it even in a large document.
   */
  get(uri: string, near?: Offset): DocumentSnapshot | undefined;
  lines(uri: string): LineTable | undefined;
  /** All open documents, the most recently opened or changed last. */
  all(): readonly DocumentSnapshot[];
  /** Calls `listener` after each change. Returns a function that removes the listener. */
  onDidChange(listener: (event: DocumentEvent) => void): () => void;
}

interface OpenDocument {
  readonly current: DocumentText;
  snapshot: DocumentSnapshot;
  isDirty: boolean;
}

export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, OpenDocument>();
  const listeners = new Set<(event: DocumentEvent) => void>();
  let revision = 0;

  function announce(event: DocumentEvent): void {
    for (const listener of listeners) listener(event);
  }

  /** The edit that `change` makes; `undefined` if the text stays the same. */
  function toEdit({ current, snapshot }: OpenDocument, change: ContentChange) {
    const { text } = snapshot;
    if (change.toRange === undefined) return smallestEdit(text, change.text);
    const { start, end } = change.toRange(current.lines);
    return onCodePoints(text, start, end, change.text);
  }

  function apply(document: OpenDocument, change: ContentChange): OffsetEdit | undefined {
    const edit = toEdit(document, change);
    if (edit === undefined) return undefined;
    const { current, snapshot } = document;
    const { range, text } = edit;
    const { byteOffset } = anchorAt(document, range.start);
    if (change.toRange === undefined) current.replaceAll(change.text);
    else current.replace(range.start, range.end, text);
    revision += 1;
    const anchor = {
      offset: (range.start + text.length) as Offset,
      byteOffset: byteOffset + Buffer.byteLength(text),
    };
    document.snapshot = { ...snapshot, text: current.text, anchor, revision };
    return edit;
  }

  function open({ uri, languageId, version, text }: OpenedDocument): void {
    const before = documents.get(uri)?.snapshot;
    const id = languageIdOf(languageId, uri);
    const anchor: ByteAnchor = { offset: 0 as Offset, byteOffset: 0 };
    revision += 1;
    const after = { uri, languageId: id, version: version ?? -1, revision, text, anchor };
    documents.delete(uri);
    documents.set(uri, { current: createDocumentText(text), snapshot: after, isDirty: false });
    announce({ uri, before, after, edits: [] });
  }

  /** Opens the document with the last full text among the changes, if there is one. Returns the changes after it. */
  function openByChange(
    uri: string,
    version: number | null | undefined,
    changes: readonly ContentChange[],
  ): readonly ContentChange[] {
    const at = changes.findLastIndex(({ toRange }) => toRange === undefined);
    const text = changes[at]?.text;
    if (text !== undefined) open({ uri, version: version ?? null, text });
    return changes.slice(at + 1);
  }

  return {
    notebooks: new Notebooks(),
    open,

    change(uri, version, given) {
      const known = documents.get(uri);
      const changes = known === undefined ? openByChange(uri, version, given) : given;
      const document = known ?? documents.get(uri);
      if (document === undefined) return;
      const before = document.snapshot;
      const edits: OffsetEdit[] = [];
      for (const change of changes) {
        // A document that no longer matches the client's text can only be repaired by a full text.
        if (document.isDirty && change.toRange !== undefined) continue;
        try {
          const edit = apply(document, change);
          if (change.toRange === undefined) document.isDirty = false;
          if (edit !== undefined) edits.push(edit);
        } catch {
          document.isDirty = true;
        }
      }
      document.snapshot = { ...document.snapshot, version: version ?? before.version };
      if (edits.length === 0) return;
      documents.delete(uri);
      documents.set(uri, document);
      announce({ uri, before, after: document.snapshot, edits });
    },

    close(uri) {
      const document = documents.get(uri);
      if (document === undefined) return;
      documents.delete(uri);
      announce({ uri, before: document.snapshot, after: undefined, edits: [] });
    },

    markDirty(uri) {
      const document = documents.get(uri);
      if (document !== undefined) document.isDirty = true;
    },

    isDirty: (uri) => documents.get(uri)?.isDirty ?? false,

    get(uri, near) {
      const document = documents.get(uri);
      if (document === undefined) return undefined;
      const { snapshot } = document;
      if (near !== undefined && near !== snapshot.anchor.offset) {
        const offset = toOffset(snapshot.text, near);
        document.snapshot = { ...snapshot, anchor: anchorAt(document, offset) };
      }
      return document.snapshot;
    },

    lines: (uri) => documents.get(uri)?.current.lines,

    all: () => [...documents.values()].map((document) => document.snapshot),

    onDidChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The document's anchor, moved to `offset`. */
function anchorAt({ current, snapshot }: OpenDocument, offset: Offset): ByteAnchor {
  const { anchor } = snapshot;
  const moved = current.utf8Between(anchor.offset, offset);
  return { offset, byteOffset: anchor.byteOffset + moved };
}
