/** What a client does in a fuzzed session: mostly what editors do, now and then something odd. */
import type { Random } from "../support/random.ts";
import { oddText, oddValue, withOnePlaceOdd } from "./odd-values.ts";
import { DocumentOracle, isCursorPlace, positionOf, type Encoding } from "./oracle.ts";

/** Where the traffic goes. */
export interface Sink {
  notify(method: string, params: unknown): Promise<void>;
  request(method: string, params: unknown): Promise<void>;
  write(message: Readonly<Record<string, unknown>>): Promise<void>;
  /** Of one of the last requests, most often the last one. */
  anyId(): unknown;
}

export class Traffic {
  readonly #random: Random;
  readonly #oracle: DocumentOracle;
  readonly #encoding: Encoding;
  readonly #sink: Sink;
  readonly #isLarge: boolean;
  readonly #versions = new Map<string, number>();
  #documents = 0;

  constructor(
    random: Random,
    oracle: DocumentOracle,
    encoding: Encoding,
    sink: Sink,
    isLarge: boolean,
  ) {
    this.#random = random;
    this.#oracle = oracle;
    this.#encoding = encoding;
    this.#sink = sink;
    this.#isLarge = isLarge;
  }

  async open(): Promise<void> {
    const random = this.#random;
    const known = random.chance(0.2) ? random.anyOf(this.#oracle.uris) : undefined;
    const uri = known ?? this.#newUri();
    const version = random.below(10);
    this.#versions.set(uri, version);
    const text = this.#documentText();
    const languageId = random.pick(["typescript", "python", "go", "", "plaintext"]);
    const params = { textDocument: { uri, languageId, version, text } };
    await this.#sink.notify("textDocument/didOpen", this.#maybeOdd(params));
    if (this.#oracle.uris.length > 40) await this.close();
  }

  #newUri(): string {
    const name = `d${++this.#documents}`;
    return this.#random.pick([
      `file:///work/${name}.ts`,
      `file:///work/sub%20folder/${name}.py`,
      `untitled:${name}`,
      `file:///c%3A/${name}.go`,
    ]);
  }

  #documentText(): string {
    const roll = this.#random.next();
    if (this.#isLarge && roll < 0.002) {
      const line = `${oddText(this.#random, 20)} const value = compute(1, 2);\n`;
      return line.repeat(Math.ceil(20_000_000 / line.length));
    }
    if (roll < 0.01) return "x = 1; ".repeat(30_000);
    if (roll < 0.05) return oddText(this.#random, 3000);
    return oddText(this.#random, 80);
  }

  async change(): Promise<void> {
    const uri = this.#random.anyOf(this.#oracle.uris) ?? "file:///none.ts";
    const version = (this.#versions.get(uri) ?? 0) + this.#random.pick([1, 1, 1, 0, -3, 100]);
    this.#versions.set(uri, version);
    const contentChanges: unknown[] = [];
    let text = this.#oracle.text(uri);
    const isFull = text === undefined || this.#random.chance(text.length > 1_000_000 ? 0.3 : 0.08);
    if (isFull) contentChanges.push({ text: oddText(this.#random, 60) });
    else {
      for (let left = this.#random.pick([1, 1, 1, 2, 5]); left > 0 && text !== undefined; left--) {
        const change = this.#edit(text);
        contentChanges.push(change);
        const preview = new DocumentOracle(this.#encoding);
        preview.receive("textDocument/didOpen", { textDocument: { uri, text } });
        preview.receive("textDocument/didChange", {
          textDocument: { uri },
          contentChanges: [change],
        });
        text = preview.text(uri);
      }
    }
    const params = { textDocument: { uri, version }, contentChanges };
    await this.#sink.notify("textDocument/didChange", this.#maybeOdd(params));
  }

  #edit(text: string): unknown {
    const start = this.#place(text);
    const length = this.#random.pick([0, 0, 1, 2, 10, 200]);
    const end = Math.min(text.length, start + length);
    const range = {
      start: positionOf(text, start, this.#encoding),
      end: positionOf(text, cursorPlace(text, end), this.#encoding),
    };
    const far = { line: range.end.line, character: range.end.character + this.#random.below(1e6) };
    const isBeyond = this.#random.chance(0.05);
    const told = isBeyond ? { start: range.start, end: far } : range;
    const isReversed = this.#random.chance(0.02);
    return {
      range: isReversed ? { start: told.end, end: told.start } : told,
      ...(this.#random.chance(0.5) && { rangeLength: this.#random.below(10) }),
      text: oddText(this.#random, 5),
    };
  }

  /** In UTF-16 a client may name any unit, also the middle of a pair. */
  #place(text: string): number {
    const offset = this.#random.below(text.length + 1);
    return this.#encoding === "utf-16" && this.#random.chance(0.2)
      ? text[offset - 1] === "\r" && text[offset] === "\n"
        ? offset - 1
        : offset
      : cursorPlace(text, offset);
  }

  async close(): Promise<void> {
    const uri = this.#random.anyOf(this.#oracle.uris) ?? "file:///none.ts";
    await this.#sink.notify("textDocument/didClose", this.#maybeOdd({ textDocument: { uri } }));
  }

  async ask(): Promise<void> {
    const uri = this.#random.anyOf(this.#oracle.uris) ?? "file:///none.ts";
    const text = this.#oracle.text(uri) ?? "";
    const offset = this.#random.below(text.length + 1);
    const position =
      text.length > 1e6 ? { line: 3, character: 2 } : positionOf(text, offset, this.#encoding);
    const context = this.#random.pick<unknown>([
      { triggerKind: 1 },
      { triggerKind: 2 },
      { triggerKind: 0 },
      { triggerKind: 3 },
      undefined,
      null,
      {
        triggerKind: 1,
        selectedCompletionInfo: { range: { start: position, end: position }, text: "ab" },
      },
    ]);
    const method = this.#random.pick(["textDocument/inlineCompletion", "textDocument/completion"]);
    const params = { textDocument: { uri }, position, ...(context !== undefined && { context }) };
    await this.#sink.request(method, this.#maybeOdd(params));
  }

  async cancel(): Promise<void> {
    const id = this.#sink.anyId();
    const params = this.#random.chance(0.1) ? oddValue(this.#random) : { id: id ?? 12_345 };
    await this.#sink.write({ method: "$/cancelRequest", params });
  }

  async other(): Promise<void> {
    const odd = oddValue(this.#random);
    const notifications: readonly [string, unknown][] = [
      ["workspace/didChangeConfiguration", { settings: odd }],
      ["workspace/didChangeConfiguration", { settings: { fim: odd } }],
      ["workspace/didChangeConfiguration", odd],
      ["workspace/didChangeConfiguration", { settings: { fim: { prompt: odd, nonsense: 1 } } }],
      ["workspace/didChangeWatchedFiles", { changes: [odd] }],
      ["workspace/didChangeWorkspaceFolders", { event: odd }],
      ["notebookDocument/didOpen", odd],
      ["notebookDocument/didChange", { change: { cells: odd } }],
      ["$/setTrace", { value: this.#random.pick(["off", "messages", "verbose"]) }],
      ["$/unknown", odd],
      ["textDocument/didSave", odd],
      ["initialized", odd],
    ];
    const requests: readonly [string, unknown][] = [
      ["workspace/executeCommand", { command: "fim.status" }],
      ["workspace/executeCommand", { command: "fim.suggestionAccepted", arguments: [odd] }],
      ["workspace/executeCommand", { command: odd, arguments: odd }],
      ["textDocument/hover", odd],
      ["initialize", odd],
      ["__proto__", odd],
      ["textDocument/completion", odd],
      ["textDocument/inlineCompletion", odd],
    ];
    if (this.#random.chance(0.5)) {
      const [method, params] = this.#random.anyOf(notifications) ?? ["$/unknown", odd];
      await this.#sink.notify(method, params);
    } else {
      const [method, params] = this.#random.anyOf(requests) ?? ["textDocument/hover", odd];
      await this.#sink.request(method, params);
    }
  }

  /** Odd in one place, now and then. */
  #maybeOdd(params: unknown): unknown {
    return this.#random.chance(0.06) ? withOnePlaceOdd(this.#random, params) : params;
  }
}

/** The nearest place before `wanted` where a cursor can stand. */
export function cursorPlace(text: string, wanted: number): number {
  let offset = wanted;
  while (!isCursorPlace(text, offset)) offset--;
  return offset;
}
