/** The edits of a place lead to exactly the lines that the place names, whatever was edited before. */
import { array, assert, constantFrom, nat, oneof, property, record } from "fast-check";
import { describe, expect, test } from "vitest";

import { placesOfRule } from "../../server/next-edit/choose.ts";
import type { LineText } from "../../server/next-edit/line-text.ts";
import {
  applied,
  lineEdits,
  placeEdits,
  type PlaceEdit,
} from "../../server/next-edit/place-edits.ts";
import { EditSession } from "./session.ts";

/** The text after the edits, which are applied from the last to the first as editors do. */
function applyEdits(text: LineText, edits: readonly PlaceEdit[]): string {
  const offset = ({ line, character }: PlaceEdit["start"]): number =>
    text.lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character;
  return edits.toReversed().reduce((now, { start, end, newText }) => {
    return now.slice(0, offset(start)) + newText + now.slice(offset(end));
  }, text.lines.join("\n"));
}

const word = constantFrom("alpha", "beta", "userName", "user_name", "x1", "12", "ß", "𝒳y");
const mark = constantFrom("(", ")", ",", ".", ";", "=", " ", "  ", "\t", "🚀");
const line = array(oneof({ weight: 3, arbitrary: word }, { weight: 2, arbitrary: mark }), {
  maxLength: 9,
}).map((parts) => parts.join(""));
const lines = array(line, { minLength: 2, maxLength: 12 });
const edit = record({
  at: nat(11),
  kind: constantFrom("rename", "replace", "delete", "insert"),
  text: line,
});

describe("a place's edits", () => {
  test("of one line make the other line", () => {
    assert(
      property(line, line, (before, after) => {
        expect(applied(before, lineEdits(before, after))).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  test("make the lines that the place names, in order and apart, and only there", () => {
    assert(
      property(lines, array(edit, { minLength: 1, maxLength: 4 }), (before, edits) => {
        const session = new EditSession({ a: before });
        for (const { at, kind, text } of edits) {
          const now = session.text("a");
          const index = at % now.length;
          const renamed = (now[index] ?? "").replaceAll("alpha", "gamma");
          if (kind === "delete" && now.length > 2) session.edit("a", index, 1, []);
          else if (kind === "insert") session.edit("a", index, 0, [text]);
          else session.edit("a", index, 1, [kind === "rename" ? renamed : text]);
        }
        const text = session.texts.get("a");
        if (text === undefined) return;
        for (const place of session.places()) {
          const placed = text.lines.toSpliced(place.line, place.count, ...place.lines).join("\n");
          expect(applyEdits(text, placeEdits(place, text))).toBe(placed);
        }
        const { chosen } = placesOfRule(session.places(), 0);
        const ranges = chosen
          .toSorted((one, other) => one.line - other.line)
          .map(({ line: first, count }) => [first, first + count] as const);
        for (const [index, [start]] of ranges.entries()) {
          expect(start).toBeGreaterThanOrEqual(ranges[index - 1]?.[1] ?? 0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("are as small as the tokens that change", () => {
    expect(lineEdits("  return amount + tax;", "  return amount + levy;")).toEqual([
      { from: 18, to: 21, newText: "levy" },
    ]);
    expect(lineEdits("draw(canvas, 3)", "draw(canvas, 3, style)")).toEqual([
      { from: 14, to: 14, newText: ", style" },
    ]);
    expect(lineEdits("f(one + a, one)", "f(two + a, two)")).toEqual([
      { from: 2, to: 5, newText: "two" },
      { from: 11, to: 14, newText: "two" },
    ]);
  });
});
