/**
 * The client's documents, from the text of the protocol alone: shares no code with the server. A message that a
 * client could not mean leaves the text unknown until the whole text is sent again.
 */
export type Encoding = "utf-8" | "utf-16" | "utf-32";

export interface Position {
  readonly line: number;
  readonly character: number;
}

export class DocumentOracle {
  readonly encoding: Encoding;
  /** `undefined`: open, but the server was told nonsense about it. */
  readonly #texts = new Map<string, string | undefined>();

  constructor(encoding: Encoding) {
    this.encoding = encoding;
  }

  /** Every open document, known or not. */
  get uris(): readonly string[] {
    return [...this.#texts.keys()];
  }

  get knownUris(): readonly string[] {
    return this.uris.filter((uri) => this.text(uri) !== undefined);
  }

  isOpen(uri: string): boolean {
    return this.#texts.has(uri);
  }

  text(uri: string): string | undefined {
    return this.#texts.get(uri);
  }

  /** What a notification of the protocol does to the documents; others do nothing. */
  receive(method: string, params: unknown): void {
    const document = field(params, "textDocument");
    if (method === "textDocument/didOpen") this.#open(document);
    if (method === "textDocument/didClose") this.#close(document);
    if (method === "textDocument/didChange")
      this.#change(document, field(params, "contentChanges"));
    if (method === "notebookDocument/didOpen") {
      for (const cell of itemsOf(params, "cellTextDocuments")) this.#open(cell);
    }
    if (method === "notebookDocument/didClose") {
      for (const cell of itemsOf(params, "cellTextDocuments")) this.#close(cell);
    }
    if (method === "notebookDocument/didChange") {
      const cells = field(field(params, "change"), "cells");
      const structure = field(cells, "structure");
      for (const cell of itemsOf(structure, "didOpen")) this.#open(cell);
      for (const cell of itemsOf(structure, "didClose")) this.#close(cell);
      for (const content of itemsOf(cells, "textContent")) {
        this.#change(field(content, "document"), field(content, "changes"));
      }
    }
  }

  #open(document: unknown): void {
    const uri = field(document, "uri");
    const text = field(document, "text");
    if (typeof uri !== "string") return;
    if (typeof text === "string") this.#texts.set(uri, text);
    else if (this.#texts.has(uri)) this.#texts.set(uri, undefined);
  }

  #close(document: unknown): void {
    const uri = field(document, "uri");
    if (typeof uri === "string") this.#texts.delete(uri);
  }

  #change(document: unknown, changes: unknown): void {
    const uri = field(document, "uri");
    if (typeof uri !== "string") return;
    const isOpen = this.#texts.has(uri);
    if (!Array.isArray(changes)) {
      if (isOpen) this.#texts.set(uri, undefined);
      return;
    }
    const given = changes as unknown[];
    // A full text opens what was not open.
    const full = isOpen ? 0 : given.findLastIndex(isFullText);
    if (full < 0) return;
    for (const change of given.slice(full)) {
      this.#texts.set(uri, this.#changed(this.#texts.get(uri), change));
    }
  }

  #changed(before: string | undefined, change: unknown): string | undefined {
    const text = field(change, "text");
    if (typeof text !== "string") return undefined;
    const range = field(change, "range");
    if (range === undefined || range === null) return text;
    const one = asPosition(field(range, "start"));
    const other = asPosition(field(range, "end"));
    if (before === undefined || one === undefined || other === undefined) return undefined;
    const a = offsetOf(before, one, this.encoding);
    const b = offsetOf(before, other, this.encoding);
    return before.slice(0, Math.min(a, b)) + text + before.slice(Math.max(a, b));
  }
}

function isFullText(change: unknown): boolean {
  const range = field(change, "range");
  return typeof field(change, "text") === "string" && (range === undefined || range === null);
}

/** The UTF-16 offset; beyond a line's end it is that end, beyond the text its end. */
export function offsetOf(text: string, { line, character }: Position, encoding: Encoding): number {
  if (line < 0) return 0;
  let start = 0;
  for (let wanted = Math.trunc(line); wanted > 0; wanted--) {
    const end = endOfLine(text, start);
    if (end === text.length) return text.length;
    start = end + (text.startsWith("\r\n", end) ? 2 : 1);
  }
  const content = text.slice(start, endOfLine(text, start));
  let units = Math.max(0, Math.trunc(character));
  if (encoding === "utf-16") return start + Math.min(units, content.length);
  let offset = start;
  for (const symbol of content) {
    units -= encoding === "utf-32" ? 1 : Buffer.byteLength(symbol);
    if (units < 0) break;
    offset += symbol.length;
  }
  return offset;
}

export function positionOf(text: string, offset: number, encoding: Encoding): Position {
  let line = 0;
  let start = 0;
  for (;;) {
    const end = endOfLine(text, start);
    if (end === text.length || offset <= end) break;
    line++;
    start = end + (text.startsWith("\r\n", end) ? 2 : 1);
  }
  const before = text.slice(start, offset);
  if (encoding === "utf-16") return { line, character: before.length };
  if (encoding === "utf-32") return { line, character: Array.from(before).length };
  return { line, character: Buffer.byteLength(before) };
}

/** Places where a cursor can stand: in no line end and in no pair of surrogates. */
export function isCursorPlace(text: string, offset: number): boolean {
  return !isInPair(text, offset) && !isInCrLf(text, offset);
}

/** The nearest place at or before `wanted` where a cursor can stand. */
export function cursorPlace(text: string, wanted: number): number {
  let offset = wanted;
  while (!isCursorPlace(text, offset)) offset--;
  return offset;
}

export function isInPair(text: string, offset: number): boolean {
  const left = text.charCodeAt(offset - 1);
  const right = text.charCodeAt(offset);
  return left >= 0xd800 && left <= 0xdbff && right >= 0xdc00 && right <= 0xdfff;
}

export function isInCrLf(text: string, offset: number): boolean {
  return text[offset - 1] === "\r" && text[offset] === "\n";
}

function endOfLine(text: string, from: number): number {
  lineEnd.lastIndex = from;
  return lineEnd.exec(text)?.index ?? text.length;
}

const lineEnd = /[\r\n]/g;

function asPosition(value: unknown): Position | undefined {
  const line = field(value, "line");
  const character = field(value, "character");
  return typeof line === "number" && typeof character === "number"
    ? { line, character }
    : undefined;
}

/** Of any JSON, inherited names apart. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
}

function itemsOf(value: unknown, name: string): readonly unknown[] {
  const items = field(value, name);
  return Array.isArray(items) ? (items as unknown[]) : [];
}
