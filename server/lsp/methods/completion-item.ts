/** A suggestion in the form of the client's menu and ghost text. Nothing here sends requests or waits. */
import type {
  CompletionItem,
  InlineCompletionItem,
  Position,
  Range,
} from "vscode-languageserver/node";

import type { Suggestion } from "../../engine/outcome.ts";
import type { CompletionSite } from "../../engine/site.ts";
import type { ClientProfile } from "../client/client-profile.ts";
import { acceptedCommand } from "../command-names.ts";
import { unitsIn, type PositionEncoding } from "../position.ts";
import { languageOf } from "../../engine/languages/language-of.ts";
import { insertableStart } from "../../engine/syntax/insertable-start.ts";
import { wordBefore } from "../../engine/languages/word.ts";

/** The place of one request: all that is needed to shape its answer after the document has changed. */
export interface RequestSite {
  readonly site: CompletionSite;
  /** The cursor in the client's units, clamped. */
  readonly position: Position;
  readonly encoding: PositionEncoding;
}

export interface MenuOptions {
  readonly sortLast: boolean;
  readonly readsMarkdown: boolean;
}

/** Longest filter text, about the width of a menu, in code points. */
const filterLimit = 128;
const labelLimit = 60;

/**
 * The menu's item. Its range starts at the word left of the cursor and never extends beyond the cursor, because
 * editors ignore that part. A suggestion that continues after the text that it replaces is offered up to that text.
 * `undefined` if nothing of it is left.
 */
export function toCompletionItem(
  suggestion: Suggestion,
  at: RequestSite,
  profile: ClientProfile,
  options: MenuOptions,
): CompletionItem | undefined {
  const insertable = suggestion.insertOnlyText ?? insertableStart(suggestion, at.site);
  const text = shapeText(insertable, at, profile);
  if (text === "") return undefined;
  const { languageId, uri } = at.site.document;
  const language = languageOf(languageId, uri);
  const word = wordBefore(at.site.linePrefix, language);
  const newText = word + text;
  const isMultiLine = newText.includes("\n");
  const isSnippet = isMultiLine && profile.multiLine === "snippet";
  const eol = profile.eol === "document" ? at.site.eol : "\n";
  const shownLine = clip(toOneLine(newText), labelLimit);
  const filterText = filterTextOf(newText, shownLine, profile);
  return {
    label: `${isSnippet ? "» " : ""}${shownLine}${isMultiLine ? " ⏎" : ""}`,
    kind: 1,
    detail: detailOf(newText),
    documentation: options.readsMarkdown
      ? { kind: "markdown", value: fence(newText, language.id || languageId) }
      : { kind: "plaintext", value: newText },
    ...(filterText === "" ? {} : { filterText }),
    sortText: options.sortLast ? "~" : "!",
    insertTextFormat: isSnippet ? 2 : 1,
    ...(profile.insertTextMode === undefined ? {} : { insertTextMode: profile.insertTextMode }),
    textEdit: {
      range: rangeAround(at, word, ""),
      newText: (isSnippet ? escapeSnippet(newText) : newText).replaceAll("\n", eol),
    },
    command: acceptedCommand(suggestion.id),
  };
}

/** The ghost text's item. If an item is selected in the popup, the ghost text extends it; otherwise there is none. */
export function toInlineItem(
  suggestion: Suggestion,
  at: RequestSite,
  selected?: { readonly range: Range; readonly text: string; readonly typed: string },
): InlineCompletionItem | undefined {
  const { site } = at;
  const replaced = site.lineSuffix.slice(0, suggestion.replacedLength);
  const command = acceptedCommand(suggestion.id);
  if (selected === undefined) {
    return { insertText: suggestion.insertText, range: rangeAround(at, "", replaced), command };
  }
  const insertText = selected.typed + suggestion.insertText;
  if (!insertText.startsWith(selected.text)) return undefined;
  const end = rangeAround(at, "", replaced).end;
  const isLonger = selected.range.end.character > end.character;
  return {
    insertText,
    range: { start: selected.range.start, end: isLonger ? selected.range.end : end },
    command,
  };
}

/** The inserted text with `\n` line ends, as far as this client can insert it. Empty if it cannot. */
function shapeText(text: string, at: RequestSite, profile: ClientProfile): string {
  if (profile.lines === "first") return text.split("\n", 1)[0] ?? "";
  return profile.indentation === "relative" ? toRelative(text, at.site.indentation) : text;
}

/**
 * Removes the indentation of the current line, because the client will add it to every further line. Ends before a
 * line that is less indented than the current one: the client would indent it too far.
 */
function toRelative(text: string, indentation: string): string {
  const [first = "", ...others] = text.split("\n");
  const kept = [first];
  for (const line of others) {
    if (line.startsWith(indentation)) kept.push(line.slice(indentation.length));
    else if (line.trim() === "") kept.push("");
    else break;
  }
  while (kept.length > 1 && kept.at(-1) === "") kept.pop();
  return kept.join("\n");
}

function filterTextOf(newText: string, shownLine: string, profile: ClientProfile): string {
  if (profile.filterText === "newText") return newText;
  if (profile.filterText === "label") return shownLine;
  return clip(newText.split("\n", 1)[0] ?? "", filterLimit);
}

/** The first non-empty line, as a single line. */
function toOneLine(text: string): string {
  const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "";
  return line.trim().replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ");
}

function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return Array.from(text.slice(0, limit * 2))
    .slice(0, limit)
    .join("");
}

function detailOf(newText: string): string {
  const lines = newText.split("\n").length;
  return lines === 1 ? "fim" : `fim, ${lines} lines`;
}

/** A Markdown code block. Its fence is longer than any run of backticks inside. */
function fence(text: string, languageId: string): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`+/g), (run) => run[0].length));
  const ticks = "`".repeat(longest + 1);
  return `${ticks}${languageId}\n${text}\n${ticks}`;
}

function escapeSnippet(text: string): string {
  return text.replaceAll(/[\\$}]/g, String.raw`\$&`);
}

/** From the start of `before`, which ends at the cursor, to the end of `after`, which starts there. */
function rangeAround(at: RequestSite, before: string, after: string): Range {
  const { line, character } = at.position;
  return {
    start: { line, character: character - unitsIn(before, at.encoding) },
    end: { line, character: character + unitsIn(after, at.encoding) },
  };
}
