import * as fc from "fast-check";
import { expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";

import type { ReadableText } from "../../server/engine/document.ts";
import { createDocumentText, createLargeText } from "../../server/documents/document-text.ts";
import {
  changedRange,
  type ChangedRange,
} from "../../server/workspace-model/open/changed-range.ts";

const pieces = ["a", "é", "漢", "😀", "\r\n", "\r", "\n", "\u2028", "\n\n", "line\n"];
const anyText = fc
  .array(fc.constantFrom(...pieces), { maxLength: 12 })
  .map((parts) => parts.join(""));

test("a large text has the characters and lines that a small one has, whatever is edited", () => {
  const edit = fc.record({ from: fc.nat(30), to: fc.nat(30), text: anyText });
  fc.assert(
    fc.property(anyText, fc.array(edit, { maxLength: 10 }), (first, edits) => {
      const large = createLargeText(first, 4);
      let text = first;
      for (const { from, to, text: inserted } of edits) {
        const start = Math.min(from, to, text.length);
        const end = Math.min(Math.max(from, to), text.length);
        const before = { large: large.text, text };
        large.replace(start, end, inserted);
        text = text.slice(0, start) + inserted + text.slice(end);
        const small = TextDocument.create("", "", 0, text);
        expect(large.text.slice(0)).toBe(text);
        expect(before.large.slice(0)).toBe(before.text);
        const change = changedRange(before.large, large.text);
        expect(changed(before.text, text, change)).toBe(text);
        expect(unitsOf(large.text)).toEqual(unitsOf(text));
        expect(large.lines.getText()).toBe(text);
        expect(large.lines.lineCount).toBe(small.lineCount);
        for (let offset = -1; offset <= text.length + 1; offset++) {
          expect(large.lines.positionAt(offset)).toEqual(small.positionAt(offset));
          expect(large.text.slice(offset, offset + 7)).toBe(text.slice(offset, offset + 7));
          const place = Math.max(0, offset);
          expect(large.utf8Between(0, place)).toBe(Buffer.byteLength(text.slice(0, place)));
        }
        for (const position of [
          { line: -1, character: 0 },
          { line: 0, character: 99 },
          { line: small.lineCount - 1, character: 1 },
          { line: small.lineCount, character: 0 },
        ]) {
          expect(large.lines.offsetAt(position)).toBe(small.offsetAt(position));
          const range = { start: { line: 0, character: 1 }, end: position };
          expect(large.lines.getText(range)).toBe(small.getText(range));
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("of a long text only the changed pieces are compared", () => {
  const large = createLargeText("line\n".repeat(1000), 50);
  const before = large.text;
  large.replace(2500, 2500, "x");
  const { start = 0, end = 0 } = large.text.sharedEnds?.(before) ?? {};
  expect(start).toBeGreaterThan(2400);
  expect(end).toBeGreaterThan(2400);
  expect(large.text.sharedEnds?.("line\n")).toEqual({ start: 0, end: 0 });
});

/** `before` with the changed range taken from `after`. */
function changed(before: string, after: string, change: ChangedRange | undefined): string {
  if (change === undefined) return before;
  const { start, beforeEnd, afterEnd } = change;
  return before.slice(0, start) + after.slice(start, afterEnd) + before.slice(beforeEnd);
}

function unitsOf(text: ReadableText): number[] {
  return Array.from({ length: text.length + 2 }, (_, index) => text.charCodeAt(index - 1));
}

test("a text grows large and small again", () => {
  const current = createDocumentText("x\n".repeat(600_000));
  current.replace(0, 1, "漢");
  current.replace(current.text.length, current.text.length, "end");
  expect(current.text.slice(0)).toBe(`漢\n${"x\n".repeat(599_999)}end`);
  expect(current.lines.positionAt(current.text.length)).toEqual({ line: 600_000, character: 3 });
  current.replaceAll("small");
  current.replace(5, 5, "er");
  expect(current.text).toBe("smaller");
});
