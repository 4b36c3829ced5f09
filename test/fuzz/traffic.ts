/** What a client does with documents in a fuzzed session: mostly what editors do, now and then something odd. */
import type { Random } from "../support/random.ts";
import { countText, type Mutation } from "./mutations.ts";
import { oddText, oddValue, withOnePlaceOdd } from "./odd-values.ts";
import { cursorPlace, DocumentOracle, isInCrLf, isInPair, positionOf } from "./oracle.ts";
import type { Wire } from "./wire.ts";

/** Which of the documents is the one of 20 MB, in sessions that have one. */
const largeDocument = 12;
const largeUnits = 20_000_000;
const maxDocuments = 40;
const noDocument = "file:///none.ts";

export class Traffic {
  readonly #random: Random;
  readonly #wire: Wire;
  readonly #oracle: DocumentOracle;
  readonly #isLarge: boolean;
  readonly #versions = new Map<string, number>();
  #documents = 0;

  constructor(random: Random, wire: Wire, isLarge: boolean) {
    this.#random = random;
    this.#wire = wire;
    this.#oracle = wire.oracle;
    this.#isLarge = isLarge;
  }

  async open(): Promise<void> {
    const known = this.#random.chance(0.2) ? this.#anyUri() : undefined;
    const uri = known ?? this.#newUri();
    const item = this.#item(uri, this.#documentText());
    await this.#notify("textDocument/didOpen", { textDocument: item });
    if (this.#oracle.uris.length > 1) this.#count("documents side by side");
    if (this.#oracle.uris.length > maxDocuments) await this.close();
  }

  #item(uri: string, text: string): unknown {
    const version = this.#random.below(10);
    this.#versions.set(uri, version);
    countText(this.#wire.counts, text);
    const languageId = this.#random.pick(["typescript", "python", "go", "", "plaintext"]);
    return { uri, languageId, version, text };
  }

  #newUri(): string {
    const name = `d${++this.#documents}`;
    return this.#random.pick([
      `file:///project/${name}.ts`,
      `file:///project/sub%20folder/${name}.py`,
      `untitled:${name}`,
      `file:///c%3A/${name}.go`,
    ]);
  }

  #documentText(): string {
    const roll = this.#random.next();
    if (this.#isLarge && this.#documents === largeDocument) {
      this.#documents += 1;
      this.#count("documents of 20 MB");
      const line = `${oddText(this.#random, 20)} const value = compute(1, 2);\n`;
      return line.repeat(Math.ceil(largeUnits / line.length));
    }
    if (roll < 0.01) {
      this.#count("documents of one long line");
      return "x = 1; ".repeat(30_000);
    }
    return oddText(this.#random, roll < 0.05 ? 3000 : 80);
  }

  async change(): Promise<void> {
    const uri = this.#anyUri() ?? noDocument;
    if (!this.#oracle.isOpen(uri)) this.#count("changes of closed documents");
    const params = { textDocument: this.#nextVersion(uri), contentChanges: this.#changes(uri) };
    await this.#notify("textDocument/didChange", params);
  }

  #nextVersion(uri: string): unknown {
    const step = this.#random.pick([1, 1, 1, 0, -3, 100]);
    if (step !== 1) this.#count("versions out of order");
    const version = (this.#versions.get(uri) ?? 0) + step;
    this.#versions.set(uri, version);
    return { uri, version };
  }

  #changes(uri: string): readonly unknown[] {
    let text = this.#oracle.text(uri);
    const isFull = text === undefined || this.#random.chance(text.length > 1_000_000 ? 0.3 : 0.08);
    if (isFull) return [{ text: oddText(this.#random, 60) }];
    const changes: unknown[] = [];
    for (let left = this.#random.pick([1, 1, 1, 2, 5]); left > 0 && text !== undefined; left--) {
      const change = this.#edit(text);
      changes.push(change);
      const preview = new DocumentOracle(this.#oracle.encoding);
      preview.receive("textDocument/didOpen", { textDocument: { uri, text } });
      preview.receive("textDocument/didChange", {
        textDocument: { uri },
        contentChanges: [change],
      });
      text = preview.text(uri);
    }
    return changes;
  }

  #edit(text: string): unknown {
    const random = this.#random;
    const start = this.#place(text);
    const length = random.pick([0, 0, 1, 2, 10, 200]);
    const end = this.#place(text, Math.min(text.length, start + length));
    const range = { start: this.#position(text, start), end: this.#position(text, end) };
    const beyond = {
      start: range.start,
      end: { line: range.end.line, character: range.end.character + random.below(1e6) },
    };
    const isBeyond = random.chance(0.05);
    if (isBeyond) this.#count("ranges beyond the end");
    const told = isBeyond ? beyond : range;
    const isReversed = random.chance(0.02);
    if (isReversed) this.#count("ranges reversed");
    const inserted = oddText(random, 5);
    countText(this.#wire.counts, inserted);
    return {
      range: isReversed ? { start: told.end, end: told.start } : told,
      ...(random.chance(0.5) && { rangeLength: random.below(10) }),
      text: inserted,
    };
  }

  /** Mostly where a cursor can stand. In UTF-16 a client may name any unit, also the middle of a pair. */
  #place(text: string, wanted = this.#random.below(text.length + 1)): number {
    const isAnywhere = this.#random.chance(0.3);
    if (isInPair(text, wanted) && isAnywhere && this.#oracle.encoding === "utf-16") {
      this.#count("ranges in a surrogate pair");
      return wanted;
    }
    return isInCrLf(text, wanted) && isAnywhere ? wanted : cursorPlace(text, wanted);
  }

  /**
   * Now and then where none is: inside a character that is several bytes long; and between CR and LF, as a
   * client counts that takes CR for text.
   */
  #position(text: string, offset: number): { readonly line: number; readonly character: number } {
    const { encoding } = this.#oracle;
    const isBetween = isInCrLf(text, offset);
    const position = positionOf(text, isBetween ? offset - 1 : offset, encoding);
    const isLong = encoding === "utf-8" && text.charCodeAt(offset) > 0x7f;
    if (isBetween) this.#count("ranges in a CRLF");
    else if (isLong && this.#random.chance(0.3)) this.#count("ranges in a UTF-8 character");
    else return position;
    return { line: position.line, character: position.character + 1 };
  }

  async close(): Promise<void> {
    const uri = this.#anyUri() ?? noDocument;
    await this.#notify("textDocument/didClose", { textDocument: { uri } });
  }

  /** What arrives in one go when an editor reloads a file: old text, nothing, new text, with requests between. */
  async reopen(): Promise<void> {
    const uri = this.#anyUri();
    if (uri === undefined) return;
    this.#count("close and open at once");
    const textDocument = { uri };
    await this.ask(uri);
    await this.#wire.notify("textDocument/didClose", { textDocument });
    if (this.#random.chance(0.5)) await this.ask(uri);
    if (this.#random.chance(0.5)) {
      this.#count("changes of closed documents");
      const contentChanges = [{ text: oddText(this.#random, 5) }];
      await this.#wire.notify("textDocument/didChange", {
        textDocument: this.#nextVersion(uri),
        contentChanges,
      });
    }
    const item = this.#item(uri, oddText(this.#random, 80));
    await this.#wire.notify("textDocument/didOpen", { textDocument: item });
    await this.ask(uri);
  }

  /** A notebook with cells that are documents like others from then on. */
  async notebook(): Promise<void> {
    this.#count("notebooks");
    const cells = Array.from({ length: 1 + this.#random.below(3) }, () =>
      this.#item(`vscode-notebook-cell:/n#${++this.#documents}`, oddText(this.#random, 40)),
    );
    const notebookDocument = { uri: `file:///n${this.#documents}.ipynb`, version: 1, cells: [] };
    await this.#notify("notebookDocument/didOpen", { notebookDocument, cellTextDocuments: cells });
    const uri = this.#oracle.knownUris.filter((known) => known.includes("notebook-cell")).at(-1);
    if (uri === undefined) return;
    const textContent = [{ document: this.#nextVersion(uri), changes: this.#changes(uri) }];
    const didOpen = [this.#item(`${uri}-new`, oddText(this.#random, 9))];
    const structure = { array: {}, didOpen, didClose: [{ uri: `${uri}-gone` }] };
    const change = { cells: { structure, textContent } };
    await this.#notify("notebookDocument/didChange", { notebookDocument, change });
    if (this.#random.chance(0.7)) {
      const gone = { notebookDocument, cellTextDocuments: [{ uri }] };
      await this.#notify("notebookDocument/didClose", gone);
    }
    // Cells stay open where another notebook has them; not for ever.
    if (this.#random.chance(0.7)) {
      await this.#notify("textDocument/didClose", { textDocument: { uri: `${uri}-new` } });
    }
  }

  async ask(uri = this.#anyUri() ?? noDocument): Promise<void> {
    const text = this.#oracle.text(uri) ?? "";
    const offset = this.#random.below(text.length + 1);
    const position =
      text.length > 1e6
        ? { line: 3, character: 2 }
        : this.#position(text, this.#place(text, offset));
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
    await this.#wire.request(method, this.#maybeOdd(params));
  }

  async cancel(): Promise<void> {
    const { anyId, client } = this.#wire;
    const id = this.#random.chance(0.1) ? 1_000_000 + this.#random.below(9) : anyId;
    if (this.#random.chance(0.1)) {
      await this.#wire.write({ method: "$/cancelRequest", params: oddValue(this.#random) });
      return;
    }
    if (id !== anyId) this.#count("cancels of unknown requests");
    else if (client.isPending(id)) this.#count("cancels of pending requests");
    else this.#count("cancels of finished requests");
    await this.#wire.write({ method: "$/cancelRequest", params: { id } });
  }

  #anyUri(): string | undefined {
    return this.#random.anyOf(this.#oracle.uris);
  }

  #count(mutation: Mutation): void {
    this.#wire.counts.add(mutation);
  }

  /** Odd in one place, now and then. */
  async #notify(method: string, params: unknown): Promise<void> {
    await this.#wire.notify(method, this.#maybeOdd(params));
  }

  #maybeOdd(params: unknown): unknown {
    return this.#random.chance(0.06)
      ? withOnePlaceOdd(this.#random, params, this.#wire.counts)
      : params;
  }
}
