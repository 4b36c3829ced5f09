import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";

import {
  parsePosition,
  parseRange,
  positionEncodings,
  toIndex,
  toIndexRange,
  toPosition,
  unitsIn,
  type PositionEncoding,
} from "../../server/lsp/position.ts";

const pieces = [
  "a",
  "\t",
  "é",
  "e\u0301",
  "漢",
  "한",
  "😀",
  "👩‍👩‍👧",
  "\u{1d11e}",
  "\u200d",
  "\n",
  "\r\n",
  "\r",
  "\f",
  "\u0085",
  "\u2028",
  "\u2029",
  "\v",
];
const anyText = fc
  .array(fc.constantFrom(...pieces), { maxLength: 30 })
  .map((parts) => parts.join(""));
const anyEncoding = fc.constantFrom(...positionEncodings);

/** Written from the specification alone: every place between code points of every line. */
function* places(text: string, encoding: PositionEncoding) {
  let offset = 0;
  for (const [line, content] of text.split(/\r\n|\r|\n/).entries()) {
    let character = 0;
    yield { offset, position: { line, character } };
    for (const point of content) {
      offset += point.length;
      character += { "utf-8": Buffer.byteLength(point), "utf-16": point.length, "utf-32": 1 }[
        encoding
      ];
      yield { offset, position: { line, character } };
    }
    offset += /^(\r\n|\r|\n)?/.exec(text.slice(offset))?.[0].length ?? 0;
  }
}

test("every place of every line converts both ways in every encoding", () => {
  fc.assert(
    fc.property(anyText, anyEncoding, (text, encoding) => {
      const lines = TextDocument.create("file:///a", "", 0, text);
      for (const { offset, position } of places(text, encoding)) {
        expect(toIndex(lines, position, encoding)).toBe(offset);
        expect(toPosition(lines, offset, encoding)).toEqual(position);
      }
    }),
    { numRuns: 1000 },
  );
});

test("FF, VT, NEL, LS and PS do not end lines; LF, CRLF and CR do", () => {
  const lines = TextDocument.create("file:///a", "", 0, "a\f\v\u0085\u2028\u2029b\nc\r\nd\re");
  expect(lines.lineCount).toBe(4);
  expect(toPosition(lines, 7, "utf-16")).toEqual({ line: 0, character: 7 });
  expect(toPosition(lines, 7, "utf-8")).toEqual({ line: 0, character: 12 });
  expect(toIndex(lines, { line: 3, character: 1 }, "utf-8")).toBe(14);
});

test("positions out of range are clamped to their line and to the text", () => {
  const hostile = fc.oneof(
    fc.integer(),
    fc.double({ noNaN: true }),
    fc.constantFrom(-1, 2 ** 31, 1e308),
  );
  fc.assert(
    fc.property(anyText, anyEncoding, hostile, hostile, (text, encoding, line, character) => {
      const lines = TextDocument.create("file:///a", "", 0, text);
      const index = toIndex(lines, { line, character }, encoding);
      expect(Number.isInteger(index)).toBe(true);
      expect(index).toBeGreaterThanOrEqual(0);
      expect(index).toBeLessThanOrEqual(text.length);
      const told = Math.min(Math.max(0, Math.trunc(line)), lines.lineCount - 1);
      expect(lines.positionAt(index).line).toBe(told);
    }),
  );
  const lines = TextDocument.create("file:///a", "", 0, "ab\r\ncd");
  for (const encoding of positionEncodings) {
    expect(toIndex(lines, { line: 0, character: 99 }, encoding)).toBe(2);
    expect(toIndex(lines, { line: 9, character: 0 }, encoding)).toBe(6);
    expect(toIndex(lines, { line: -1, character: 5 }, encoding)).toBe(0);
  }
});

test("a place inside a code point is its start; in UTF-16 it stays where the client said", () => {
  const lines = TextDocument.create("file:///a", "", 0, "x😀y");
  for (const character of [2, 3, 4]) {
    expect(toIndex(lines, { line: 0, character }, "utf-8")).toBe(1);
  }
  expect(toIndex(lines, { line: 0, character: 2 }, "utf-16")).toBe(2);
});

test("a range told backwards is the same range", () => {
  const lines = TextDocument.create("file:///a", "", 0, "one\ntwo");
  const start = { line: 1, character: 2 };
  const end = { line: 0, character: 1 };
  expect(toIndexRange(lines, { start, end }, "utf-32")).toEqual({ start: 1, end: 6 });
});

test("the length of a text in the client's units", () => {
  expect(positionEncodings.map((encoding) => unitsIn("é漢😀", encoding))).toEqual([4, 9, 3]);
});

test.each([
  null,
  undefined,
  7,
  "1:2",
  {},
  { line: "1", character: 2 },
  { line: 1 },
  { line: NaN, character: 0 },
])("%j is no position", (value) => {
  expect(parsePosition(value)).toBeUndefined();
  expect(parseRange({ start: { line: 0, character: 0 }, end: value })).toBeUndefined();
  expect(parseRange(value)).toBeUndefined();
});
