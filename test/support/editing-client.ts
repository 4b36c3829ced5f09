/** An editor with one or more documents. It sends incremental changes, applies the server's edits and undoes them. */
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver/node";

import { startServer, type LspClient, type StartOptions } from "./lsp-client.ts";

export interface Action {
  readonly title: string;
  readonly kind?: string;
  readonly edit?: WorkspaceEdit;
  readonly data?: unknown;
  readonly command?: { readonly command: string; readonly arguments?: readonly string[] };
}

interface OpenText {
  version: number;
  text: string;
  /** Texts before each step that can be undone. */
  readonly undo: string[];
}

type Encoding = "utf-16" | "utf-8";

export class EditingClient {
  readonly client: LspClient;
  readonly #documents = new Map<string, OpenText>();
  readonly #encoding: Encoding;

  constructor(client: LspClient, encoding: Encoding = "utf-16") {
    this.client = client;
    this.#encoding = encoding;
  }

  static async start(options: Partial<StartOptions> = {}, encoding?: Encoding) {
    const client = await startServer({
      kind: "inBand",
      environment: { FIM_PROVIDER_NAME: "workspace" },
      ...options,
    });
    return new EditingClient(client, encoding);
  }

  open(uri: string, lines: readonly string[], languageId = "typescript", eol = "\n"): void {
    const text = lines.join(eol);
    this.#documents.set(uri, { version: 1, text, undo: [] });
    this.client.notify("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  text(uri: string): string {
    return this.#of(uri).text;
  }

  lines(uri: string): readonly string[] {
    return this.text(uri).split(/\r?\n/);
  }

  version(uri: string): number {
    return this.#of(uri).version;
  }

  /** Replaces the first `old` on the line, in one change. */
  replace(uri: string, line: number, old: string, text: string): void {
    const start = (this.lines(uri)[line] ?? "").indexOf(old);
    if (start < 0) throw new Error(`no ${old} on line ${line}`);
    this.#apply(uri, [this.#edit(uri, line, start, start + old.length, text)]);
  }

  /** The same key by key: the old text is deleted, then the new one typed. */
  type(uri: string, line: number, old: string, text: string): void {
    const start = (this.lines(uri)[line] ?? "").indexOf(old);
    for (let end = start + old.length; end > start; end--) {
      this.#apply(uri, [this.#edit(uri, line, end - 1, end, "")]);
    }
    for (let at = 0; at < text.length; at++) {
      this.#apply(uri, [this.#edit(uri, line, start + at, start + at, text.charAt(at))]);
    }
  }

  /** Several edits in one notification, as another server's rename makes them. */
  replaceAll(uri: string, old: string, text: string): void {
    const edits = this.lines(uri).flatMap((each, line) => {
      const start = each.indexOf(old);
      return start < 0 ? [] : [this.#edit(uri, line, start, start + old.length, text)];
    });
    this.#apply(uri, edits);
  }

  async actions(uri: string, line: number, context: object = {}): Promise<readonly Action[]> {
    const position = { line, character: 0 };
    return (await this.client.request("textDocument/codeAction", {
      textDocument: { uri },
      range: { start: position, end: position },
      context: { diagnostics: [], triggerKind: 1, ...context },
    })) as readonly Action[];
  }

  /** Chooses an action as editors do: resolves it, applies its edit, runs its command. */
  async choose(action: Action): Promise<void> {
    const resolved =
      action.edit === undefined
        ? ((await this.client.request("codeAction/resolve", action)) as Action)
        : action;
    if (resolved.edit !== undefined) this.applyEdit(resolved.edit);
    if (resolved.command !== undefined) {
      await this.client.request("workspace/executeCommand", resolved.command);
    }
  }

  applyEdit(edit: WorkspaceEdit): void {
    for (const change of edit.documentChanges ?? []) {
      if (!("edits" in change)) continue;
      const { uri, version } = change.textDocument;
      const document = this.#documents.get(uri);
      if (document === undefined) continue;
      if (version !== null && version !== document.version) throw new Error("a version too old");
      this.#apply(uri, change.edits as TextEdit[]);
    }
  }

  undo(uri: string): void {
    const document = this.#of(uri);
    const before = document.undo.pop();
    if (before === undefined) throw new Error("nothing to undo");
    document.text = before;
    this.#send(uri, [{ text: before }]);
  }

  #of(uri: string): OpenText {
    const document = this.#documents.get(uri);
    if (document === undefined) throw new Error(`${uri} is not open`);
    return document;
  }

  #edit(uri: string, line: number, start: number, end: number, newText: string): TextEdit {
    const text = this.lines(uri)[line] ?? "";
    const at = (index: number): number =>
      this.#encoding === "utf-8" ? Buffer.byteLength(text.slice(0, index)) : index;
    return {
      range: { start: { line, character: at(start) }, end: { line, character: at(end) } },
      newText,
    };
  }

  /** As one step of undo. The edits name the text before all of them and must not overlap. */
  #apply(uri: string, edits: readonly TextEdit[]): void {
    const document = this.#of(uri);
    const placed = edits
      .map(({ range, newText }) => ({
        range,
        newText,
        start: this.#offset(document.text, range.start),
        end: this.#offset(document.text, range.end),
      }))
      .toSorted((one, other) => other.start - one.start);
    for (const [index, { end }] of placed.slice(1).entries()) {
      if (end > (placed[index]?.start ?? 0)) throw new Error("edits overlap");
    }
    document.undo.push(document.text);
    for (const { start, end, newText } of placed) {
      document.text = document.text.slice(0, start) + newText + document.text.slice(end);
    }
    this.#send(
      uri,
      placed.map(({ range, newText }) => ({ range, text: newText })),
    );
  }

  #send(uri: string, contentChanges: readonly object[]): void {
    const version = ++this.#of(uri).version;
    this.client.notify("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  #offset(text: string, { line, character }: TextEdit["range"]["start"]): number {
    let start = 0;
    for (let left = line; left > 0; left--) {
      const end = text.indexOf("\n", start);
      if (end < 0) return text.length;
      start = end + 1;
    }
    if (this.#encoding === "utf-16") return start + character;
    const bytes = Buffer.from(text.slice(start)).subarray(0, character);
    return start + bytes.toString().length;
  }
}
