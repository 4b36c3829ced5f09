/** From a region that was edited to the edits of whole lines that it teaches. */
import { lineEndAt, lineStartAt, toLf, type DocumentSnapshot } from "../../engine/document.ts";
import type { Offset, ReadableText } from "../../engine/document.ts";
import type { SettledEdit } from "../../next-edit/next-edit.ts";
import { pairLines } from "../../next-edit/rewrite/pair-lines.ts";
import type { EditedRegion } from "./edited-region.ts";

/** More was pasted or generated: it is nothing to repeat. */
const mostLines = 8;
const mostCharacters = 4000;

/** Whole lines that became others. */
export interface ChangedLines {
  readonly line: number;
  readonly oldLines: readonly string[];
  readonly newLines: readonly string[];
}

export function changedLines(region: EditedRegion, now: DocumentSnapshot): ChangedLines {
  const { base, start, baseEnd, nowEnd } = region;
  const from = lineStartAt(base.text, start as Offset);
  let oldLines = linesOf(base.text, from, baseEnd);
  let newLines = linesOf(now.text, from, nowEnd);
  let line = lineNumber(now.text, from);
  while (oldLines.length > 0 && newLines.length > 0 && oldLines[0] === newLines[0]) {
    oldLines = oldLines.slice(1);
    newLines = newLines.slice(1);
    line++;
  }
  while (oldLines.length > 0 && newLines.length > 0 && oldLines.at(-1) === newLines.at(-1)) {
    oldLines = oldLines.slice(0, -1);
    newLines = newLines.slice(0, -1);
  }
  return { line, oldLines, newLines };
}

/** Each in the lines that the ones before left. Empty where nobody wrote this by hand. */
export function settledEdits(uri: string, changed: ChangedLines): readonly SettledEdit[] {
  const { line, oldLines, newLines } = changed;
  if (oldLines.length > mostLines || newLines.length > mostLines) return [];
  if (Math.max(lengthOf(oldLines), lengthOf(newLines)) > mostCharacters) return [];
  const edits: SettledEdit[] = [];
  let i = 0;
  let j = 0;
  const note = (at: number, from: readonly string[], to: readonly string[]): void => {
    if (from.length + to.length === 0) return;
    edits.push({ uri, line: line + at, oldLines: from, newLines: to, isAccepted: false });
  };
  const noteUnpaired = (oldEnd: number, newEnd: number): void => {
    note(j, oldLines.slice(i, oldEnd), []);
    note(j, [], newLines.slice(j, newEnd));
  };
  for (const [x, y] of pairLines(oldLines, newLines)) {
    noteUnpaired(x, y);
    if (oldLines[x] !== newLines[y]) {
      note(y, oldLines.slice(x, x + 1), newLines.slice(y, y + 1));
    }
    i = x + 1;
    j = y + 1;
  }
  noteUnpaired(oldLines.length, newLines.length);
  return edits;
}

/** Whether brackets and quotes are as open as before: a half-written edit usually opens one. */
export function isBalancedAsBefore({ oldLines, newLines }: ChangedLines): boolean {
  return balanceOf(oldLines.join("\n")) === balanceOf(newLines.join("\n"));
}

function balanceOf(text: string): string {
  const count = (character: string): number => text.split(character).length - 1;
  const open = ["()", "[]", "{}"].map(([one = "", other = ""]) => count(one) - count(other));
  return [...open, ...['"', "'", "`"].map((quote) => count(quote) % 2)].join(" ");
}

function linesOf(text: ReadableText, start: number, end: number): readonly string[] {
  return toLf(text.slice(start, lineEndAt(text, end as Offset))).split("\n");
}

function lineNumber(text: ReadableText, offset: number): number {
  return toLf(text.slice(0, offset)).split("\n").length - 1;
}

function lengthOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}
