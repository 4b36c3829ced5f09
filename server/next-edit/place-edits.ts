/** A place as the smallest edits of its document, by line and UTF-16 unit: sorted, never overlapping. */
import type { LineText } from "./line-text.ts";
import type { Place } from "./places/place.ts";
import { tokenStarts, tokensOf } from "./rewrite/line-tokens.ts";
import { spansOf } from "./rewrite/spans.ts";

export interface LinePosition {
  readonly line: number;
  readonly character: number;
}

export interface PlaceEdit {
  readonly start: LinePosition;
  readonly end: LinePosition;
  /** Lines end with LF. */
  readonly newText: string;
}

export function placeEdits(
  { line, count, lines }: Pick<Place, "line" | "count" | "lines">,
  text: LineText,
): readonly PlaceEdit[] {
  if (count === 1 && lines.length === 1) {
    return lineEdits(text.line(line), lines[0] ?? "").map(({ from, to, newText }) => ({
      start: { line, character: from },
      end: { line, character: to },
      newText,
    }));
  }
  const isBelowEnd = line + count >= text.lines.length;
  const start = isBelowEnd && line > 0 ? endOf(text, line - 1) : { line, character: 0 };
  const end = isBelowEnd
    ? endOf(text, text.lines.length - 1)
    : { line: line + count, character: 0 };
  const written = lines.join("\n");
  if (written === "" && lines.length === 0) return [{ start, end, newText: "" }];
  const isLedByEnd = isBelowEnd && line > 0;
  return [{ start, end, newText: isLedByEnd ? `\n${written}` : `${written}\n` }];
}

/** The same as one edit, from the first to the last change. */
export function placeEdit(
  place: Pick<Place, "line" | "count" | "lines">,
  text: LineText,
): PlaceEdit | undefined {
  const { line, count, lines } = place;
  if (count !== 1 || lines.length !== 1) return placeEdits(place, text)[0];
  const { from, to, newText } = trimmed(text.line(line), lines[0] ?? "", 0);
  return { start: { line, character: from }, end: { line, character: to }, newText };
}

export interface CharacterEdit {
  readonly from: number;
  readonly to: number;
  readonly newText: string;
}

/** The edits of one line, token by token. */
export function lineEdits(before: string, after: string): readonly CharacterEdit[] {
  if (before === after) return [];
  const edits = tokenEdits(before, after);
  return applied(before, edits) === after ? edits : [trimmed(before, after, 0)];
}

export function applied(line: string, edits: readonly CharacterEdit[]): string {
  let text = "";
  let at = 0;
  for (const { from, to, newText } of edits) {
    text += line.slice(at, from) + newText;
    at = to;
  }
  return text + line.slice(at);
}

function tokenEdits(before: string, after: string): readonly CharacterEdit[] {
  const old = tokensOf(before);
  const now = tokensOf(after);
  const ends = (line: typeof old): readonly number[] => {
    const starts = tokenStarts(line);
    return line.words.map((word, index) => (starts[index] ?? 0) + word.length);
  };
  const [oldStarts, newStarts] = [tokenStarts(old), tokenStarts(now)];
  const [oldEnds, newEnds] = [ends(old), ends(now)];
  const edits: CharacterEdit[] = [];
  let moved = 0;
  for (const { from, to, words } of spansOf(old, now)) {
    const newFrom = from + moved;
    const newTo = newFrom + words.length;
    moved += words.length - (to - from);
    const start = oldEnds[from - 1] ?? 0;
    const end = to < old.words.length ? (oldStarts[to] ?? 0) : before.length;
    const newStart = newEnds[newFrom - 1] ?? 0;
    const newEnd = newTo < now.words.length ? (newStarts[newTo] ?? 0) : after.length;
    edits.push(trimmed(before.slice(start, end), after.slice(newStart, newEnd), start));
  }
  return edits.filter(({ from, to, newText }) => to > from || newText !== "");
}

/** Without what both texts have in common at their ends, on code points. */
function trimmed(before: string, after: string, offset: number): CharacterEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  if (isHigh(before.charCodeAt(start - 1))) start--;
  let end = 0;
  while (
    end < shorter - start &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  ) {
    end++;
  }
  if (isLow(before.charCodeAt(before.length - end))) end--;
  return {
    from: offset + start,
    to: offset + before.length - end,
    newText: after.slice(start, after.length - end),
  };
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

function endOf(text: LineText, line: number): LinePosition {
  return { line, character: text.line(line).length };
}
