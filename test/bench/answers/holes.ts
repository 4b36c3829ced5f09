/**
 * Holes in real files: a place, and the text that a person would have kept there. They are found by indentation and
 * the look of a line only, without any rule of the engine.
 */
import { pick, type Random } from "../workspace-model/random.ts";
import type { SourceText } from "./sources.ts";

export type HoleKind = "line end" | "inside brackets" | "body" | "body and closer" | "statement";

export const holeKinds: readonly HoleKind[] = [
  "line end",
  "inside brackets",
  "body",
  "body and closer",
  "statement",
];

export interface Hole {
  readonly source: SourceText;
  readonly kind: HoleKind;
  readonly prefix: string;
  readonly gold: string;
  readonly suffix: string;
}

export function isBlock(kind: HoleKind): boolean {
  return kind === "body" || kind === "body and closer" || kind === "statement";
}

/** Blocks of more lines are not what one suggestion gives: 256 tokens are about 25 lines. */
const maxBlockLines = 24;
const maxBlockLength = 700;

const openers: Readonly<Record<string, RegExp>> = {
  python: /^[^#]*:$/,
  yaml: /:$/,
  lua: /\b(?:then|do|else|function\s*\w*\([^)]*\))$/,
  ruby: /^\s*(?:def|class|module|if|unless|while)\b|\bdo(?: \|[^|]*\|)?$/,
  shellscript: /\b(?:then|do|else)$|\{$/,
  html: /<(?!\/|!)(?:div|ul|li|table|tr|td|p|body|head|section|nav|span|form|a)\b[^<]*>$/,
};
const withoutBlocks = new Set(["markdown", "json", "sql", "emacs-lisp"]);

/** A hole of that kind at a random place of the file; `undefined` when the place has none. */
export function holeAt(source: SourceText, kind: HoleKind, random: Random): Hole | undefined {
  const lines = source.text.split("\n");
  const at = Math.floor(random() * lines.length);
  const line = lines[at] ?? "";
  const lineStart = lines.slice(0, at).join("\n").length + (at === 0 ? 0 : 1);
  const hole = (start: number, end: number): Hole | undefined => {
    const gold = source.text.slice(start, end);
    if (gold.trim() === "") return undefined;
    return {
      source,
      kind,
      prefix: source.text.slice(0, start),
      gold,
      suffix: source.text.slice(end),
    };
  };
  switch (kind) {
    case "line end": {
      const column = lineColumn(line, random);
      if (column === undefined) return undefined;
      return hole(lineStart + column, lineStart + line.trimEnd().length);
    }
    case "inside brackets": {
      const inside = insideBrackets(line, random);
      return inside && hole(lineStart + inside.start, lineStart + inside.end);
    }
    case "body":
    case "body and closer": {
      const block = bodyOf(lines, at, source.languageId, kind === "body and closer");
      if (block === undefined) return undefined;
      const start = lineStart + line.length;
      const end = start + 1 + block.length;
      // Half of the time Enter was pressed and the editor has indented.
      const indentation = /^[ \t]*/.exec(lines[at + 1] ?? "")?.[0].length ?? 0;
      return hole(random() < 0.5 ? start : start + 1 + indentation, end);
    }
    case "statement": {
      const length = statementLength(lines, at, source.languageId);
      if (length === undefined) return undefined;
      return hole(lineStart + indentationLength(line), lineStart + length);
    }
  }
}

/** A column after some text where typing would stop: not inside a word. */
function lineColumn(line: string, random: Random): number | undefined {
  const end = line.trimEnd().length;
  const columns: number[] = [];
  for (let column = indentationLength(line) + 1; column < end; column++) {
    const isInsideWord = /\w\w/.test(line.slice(column - 1, column + 1));
    if (!isInsideWord && line.charAt(column) !== " ") columns.push(column);
  }
  return pick(random, columns);
}

const pairs: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  '"': '"',
  "'": "'",
};

/** The contents of a pair of brackets or quotes on the line: what an editor that closes them leaves to write. */
function insideBrackets(line: string, random: Random): { start: number; end: number } | undefined {
  const found: { start: number; end: number }[] = [];
  for (let index = 0; index < line.length; index++) {
    const close = pairs[line.charAt(index)];
    if (close === undefined) continue;
    const end = closingIndex(line, index, close);
    if (end === undefined) continue;
    const inner = line.slice(index + 1, end);
    const isFit = inner !== "" && inner.length < 80 && inner.trim() === inner;
    if (isFit) found.push({ start: index + 1, end });
    if (/["']/.test(close)) index = end;
  }
  // Quotes are as often apostrophes: only lines where they pair.
  const quotes = line.split(/["'`]/).length - 1;
  return quotes % 2 === 1 || line.includes("\\") ? undefined : pick(random, found);
}

function closingIndex(line: string, open: number, close: string): number | undefined {
  const opener = line.charAt(open);
  let depth = 0;
  let quote = "";
  for (let index = open; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote !== "") {
      if (character === quote) {
        if (quote === opener) return index;
        quote = "";
      }
    } else if (/["'`]/.test(character)) quote = character;
    else if (character === opener) depth++;
    else if (character === close && --depth === 0) return index;
  }
  return undefined;
}

/** The lines deeper than line `at`, which opens a block; with the line that closes it, where wanted. */
function bodyOf(
  lines: readonly string[],
  at: number,
  languageId: string,
  withCloser: boolean,
): string | undefined {
  const line = lines[at] ?? "";
  const opener = openers[languageId] ?? /\{$/;
  if (withoutBlocks.has(languageId) || !opener.test(line.trimEnd()) || line !== line.trimEnd()) {
    return undefined;
  }
  const end = deeperEnd(lines, at);
  if (end === at || (lines[at + 1] ?? "").trim() === "") return undefined;
  const closer = lines[end + 1] ?? "";
  const isClosed = /^\s*[)}\]]+[;,]?$/.test(closer);
  if (withCloser && (!isClosed || indentationLength(closer) !== indentationLength(line))) {
    return undefined;
  }
  return sized(lines.slice(at + 1, end + (withCloser ? 2 : 1)));
}

/** Length of the statement that starts at line `at`: the line, what is deeper, and its closing line. */
function statementLength(
  lines: readonly string[],
  at: number,
  languageId: string,
): number | undefined {
  const line = lines[at] ?? "";
  const previous = lines[at - 1] ?? "";
  const isFirst = indentationLength(previous) < indentationLength(line);
  const isSibling = indentationLength(previous) === indentationLength(line);
  if (withoutBlocks.has(languageId) || line.trim() === "" || previous.trim() === "") {
    return undefined;
  }
  // Only where a statement begins for sure: after a finished one, or first in its block.
  const isAfterStatement =
    /[;}]$/.test(previous) || (languageId === "python" && /[\w)\]"']$/.test(previous));
  const opener = openers[languageId] ?? /\{$/;
  if (!(isFirst && opener.test(previous)) && !(isSibling && isAfterStatement)) return undefined;
  if (/^\s*(?:[)\]}.?:|&+*/]|(?:else|elif|except|finally|catch|case|default)\b)/.test(line))
    return undefined;
  let end = deeperEnd(lines, at);
  const closer = lines[end + 1] ?? "";
  const isOwnCloser =
    end > at &&
    indentationLength(closer) === indentationLength(line) &&
    /^\s*(?:[)}\]]|(?:end|fi|done|else|elseif|elif|elsif|catch|except|finally)\b)/.test(closer);
  if (isOwnCloser) {
    // `} else {` goes on with another block: not one simple statement.
    if (!/^\s*(?:[)}\]]+|end|fi|done)[;,)]*$/.test(closer)) return undefined;
    end++;
  }
  return sized(lines.slice(at, end + 1))?.length;
}

/** Last filled line after `at` that is deeper than it; `at` when there is none. */
function deeperEnd(lines: readonly string[], at: number): number {
  const width = indentationLength(lines[at] ?? "");
  let end = at;
  for (let index = at + 1; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.trim() === "") continue;
    if (indentationLength(line) <= width) break;
    end = index;
  }
  return end;
}

function sized(block: readonly string[]): string | undefined {
  const text = block.join("\n");
  const isRight = block.length <= maxBlockLines && text.length <= maxBlockLength;
  // Blanks at the end of a line are no part of what one keeps.
  return isRight && text === text.trimEnd() ? text : undefined;
}

function indentationLength(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}
