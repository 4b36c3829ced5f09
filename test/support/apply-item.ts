/** Applies the server's items as editors do. Tests look at the document after an item was accepted. */
import type {
  CompletionItem,
  InlineCompletionItem,
  Position,
  Range,
} from "vscode-languageserver/node";

/**
 * How an editor inserts a plain item of several lines. `raw`: as it is. `firstLine`: only that. `reindents`:
 * with the current line's indentation before each further line.
 */
export type Habit = "raw" | "firstLine" | "reindents";

/** `units`: how the client counts; the default is UTF-16. */
export interface Editor {
  readonly habit: Habit;
  readonly units?: (text: string) => number;
}

/** The whole document after the menu's item. Snippets are expanded as Neovim does, with indentation. */
export function acceptMenuItem(text: string, item: CompletionItem, editor: Editor): string {
  const { textEdit } = item;
  if (textEdit === undefined || !("range" in textEdit)) throw new Error("an item without range");
  const { start, end } = textEdit.range;
  if (start.line !== end.line) throw new Error("the range of a completion has several lines");
  const isSnippet = item.insertTextFormat === 2;
  const inserted = isSnippet ? expandSnippet(textEdit.newText) : textEdit.newText;
  const indentation = /^[ \t]*/.exec(text.split(/\r\n|\r|\n/)[start.line] ?? "")?.[0] ?? "";
  const habit = isSnippet ? "reindents" : editor.habit;
  return replace(text, textEdit.range, inHabit(inserted, habit, indentation), editor);
}

/** The whole document after ghost text. */
export function acceptInlineItem(
  text: string,
  item: InlineCompletionItem,
  editor: Editor = { habit: "raw" },
): string {
  if (item.range === undefined) throw new Error("an inline item without range");
  if (typeof item.insertText !== "string") throw new Error("an inline item that is no plain text");
  return replace(text, item.range, item.insertText, editor);
}

/** The LSP position of an offset, in the client's units. */
export function positionIn(text: string, offset: number, { units = utf16 }: Partial<Editor> = {}) {
  const lines = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length - 1, character: units(lines.at(-1) ?? "") };
}

function inHabit(inserted: string, habit: Habit, indentation: string): string {
  switch (habit) {
    case "raw":
      return inserted;
    case "firstLine":
      return inserted.split(/\r\n|\n/, 1)[0] ?? "";
    case "reindents":
      return inserted.replaceAll(/\n(?!\n|$)/g, `\n${indentation}`);
  }
}

function replace(text: string, { start, end }: Range, inserted: string, editor: Editor): string {
  return (
    text.slice(0, offsetIn(text, start, editor)) +
    inserted +
    text.slice(offsetIn(text, end, editor))
  );
}

function offsetIn(text: string, { line, character }: Position, { units = utf16 }: Editor): number {
  const parts = text.split(/(?<=\r\n|\r(?!\n)|\n)/);
  const before = parts.slice(0, line).join("").length;
  const content = (parts[line] ?? "").replace(/[\r\n]+$/, "");
  let length = 0;
  for (const point of content) {
    if (units(content.slice(0, length)) >= character) break;
    length += point.length;
  }
  if (units(content.slice(0, length)) !== character) throw new Error("a position outside its line");
  return before + length;
}

/** Only what the server may send: escapes. A placeholder in our text would be a fault. */
function expandSnippet(snippet: string): string {
  if (/(?<!\\)(?:\\\\)*\$/.test(snippet)) throw new Error("an unescaped $ in a snippet");
  return snippet.replaceAll(/\\([\\$}])/g, "$1");
}

function utf16(text: string): number {
  return text.length;
}
