/**
 * The start of an answer. Models write one blank too many after blanks, one line end too many on an empty line,
 * and the indentation that stands before the cursor once more. Blanks are a slip only where the lines around
 * say that the line stands elsewhere; else they are text.
 */
import { indentationOf, indentationWidth } from "../../indentation.ts";
import { opensBlock } from "../../prompt/completion-mode.ts";
import { certain, columnEvidence, goesDeeper, type FirstLine } from "./columns.ts";
import type { AnswerFacts } from "../facts.ts";

/** Rewrites the white space that `text` begins with. */
export function fixLeadingSpace(text: string, facts: AnswerFacts): string {
  const { linePrefix } = facts.site;
  if (linePrefix.trim() !== "") return withoutSecondBlank(text, facts);
  const lineEnds = /^(?:[ \t]*\n)+/.exec(text)?.[0] ?? "";
  const body = text.slice(lineEnds.length);
  if (body === "") return "";
  const own = indentationOf(body);
  const line = body.slice(own.length);
  if (line === "") return lineEnds === "" ? text : body;
  if (lineEnds === "") return firstIndentation(own, line, facts) + line;
  const kept = keptLineEnds(lineEnds, own, line, facts);
  if (kept !== "") return kept + body;
  return (own.startsWith(linePrefix) ? own.slice(linePrefix.length) : "") + line;
}

/** After a blank that stands before the cursor already, a single one more is a slip; two are alignment. */
function withoutSecondBlank(text: string, { site, around }: AnswerFacts): string {
  if (!/[ \t]$/.test(site.linePrefix) || !/^ [^\s]/.test(text)) return text;
  const rest = text.slice(1);
  const { lineComments, blockComments, isProse } = around.language;
  const opensComment = [...lineComments, ...blockComments.map(([open]) => open)].some((open) =>
    rest.startsWith(open),
  );
  const { kind } = around.scan.inside;
  const isSentence = isProse || kind === "lineComment" || kind === "blockComment";
  const isAfterSentence = isSentence && /[.!?] $/.test(site.linePrefix);
  return opensComment || isAfterSentence ? text : rest;
}

/**
 * The line ends before an answer that are part of it: where it stands further left than the cursor, where
 * nothing parts it from a filled line above, or where the document parts its definitions like that.
 */
function keptLineEnds(lineEnds: string, own: string, line: string, facts: AnswerFacts): string {
  const { site, around } = facts;
  const ends = lineEnds.replaceAll(/[ \t]/g, "");
  if (indentationWidth(own) < indentationWidth(site.linePrefix)) return ends;
  const lines = around.before.split("\n").slice(0, -1);
  const blankAbove = lines.length - 1 - lines.findLastIndex((each) => each.trim() !== "");
  if (lines.length === blankAbove || around.scan.inside.kind !== "code") return "";
  const isDefinition = line.startsWith("@") || opensBlock(line.split("\n", 1)[0] ?? "", around);
  if (site.linePrefix !== "") {
    const isParted = isDefinition && blankAbove === 0 && partsSiblings(site.linePrefix, lines);
    return isParted ? ends.slice(0, 1) : "";
  }
  if (blankAbove === 0) return ends;
  return ends.slice(0, Math.max(0, longestBlankRun(lines) - blankAbove));
}

/** A line above at this indentation has an empty line before it. */
function partsSiblings(indentation: string, lines: readonly string[]): boolean {
  return lines.some(
    (line, index) => indentationOf(line) === indentation && lines[index - 1]?.trim() === "",
  );
}

function longestBlankRun(lines: readonly string[]): number {
  let longest = 0;
  let run = 0;
  for (const line of lines.slice(0, lines.findLastIndex((each) => each.trim() !== "") + 1)) {
    run = line.trim() === "" ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** What of the first line's own indentation is missing left of the cursor. */
function firstIndentation(own: string, line: string, facts: AnswerFacts): string {
  if (own === "") return own;
  const { linePrefix } = facts.site;
  const first = firstLine(line, facts);
  const width = indentationWidth(linePrefix);
  const asWritten = columnEvidence(indentationWidth(linePrefix + own), first, facts);
  const atCursor = columnEvidence(width, first, facts);
  if (own === " " || own === linePrefix) {
    return atCursor > 0 && atCursor >= asWritten ? "" : own;
  }
  if (own.startsWith(linePrefix) && linePrefix !== "") {
    const fromStart = columnEvidence(indentationWidth(own), first, facts);
    if (fromStart > Math.max(asWritten, atCursor)) return own.slice(linePrefix.length);
  }
  return isPlainSibling(atCursor, asWritten, first, facts) ? "" : own;
}

/** Nothing leads deeper than the line above, and the cursor stands right. */
function isPlainSibling(
  atCursor: number,
  asWritten: number,
  first: FirstLine,
  facts: AnswerFacts,
): boolean {
  if (asWritten > 0 || atCursor < certain || facts.around.previousLine === undefined) return false;
  const { inside, open } = facts.around.scan;
  // Between brackets lines are aligned with anything.
  return inside.kind === "code" && open.length === 0 && !goesDeeper(first, facts);
}

function firstLine(line: string, { prompt }: AnswerFacts): FirstLine {
  const end = line.indexOf("\n");
  if (end < 0) return { text: line, nextWidth: undefined };
  // One line is asked for: a server may have ended the answer there.
  const next = prompt.mode === "multiLine" ? /\n([ \t]*)\S/.exec(line)?.[1] : undefined;
  const nextWidth = next === undefined ? undefined : indentationWidth(next);
  return { text: line.slice(0, end), nextWidth };
}
