import * as fc from "fast-check";
import { expect, test } from "vitest";

import { byteOffsetAt, toOffset, type Offset } from "../../server/engine/document.ts";
import { createDocumentStore, type DocumentEvent } from "../../server/documents/document-store.ts";

const uri = "file:///a.ts";
const pieces = [
  "a",
  "é",
  "漢",
  "😀",
  "\ud83d",
  "\ude00",
  "e\u0301",
  "\r\n",
  "\r",
  "\n",
  "\u2028",
  "\f",
];
const anyText = fc
  .array(fc.constantFrom(...pieces), { maxLength: 12 })
  .map((parts) => parts.join(""));

test("the text after any edits is the client's text, and the byte anchor is where it says", () => {
  const change = fc.record({
    from: fc.nat(20),
    to: fc.nat(20),
    text: anyText,
    isFull: fc.boolean(),
  });
  fc.assert(
    fc.property(anyText, fc.array(change, { maxLength: 8 }), (first, changes) => {
      const store = createDocumentStore();
      store.open({ uri, text: first });
      let text = first;
      for (const { from, to, text: inserted, isFull } of changes) {
        const start = Math.min(from, to, text.length);
        const end = Math.min(Math.max(from, to), text.length);
        // LSP positions cannot lie between CR and LF.
        if (isInsideCrlf(text, start) || isInsideCrlf(text, end)) continue;
        store.change(uri, 2, [
          isFull ? { text: inserted } : { text: inserted, toRange: () => ({ start, end }) },
        ]);
        text = isFull ? inserted : text.slice(0, start) + inserted + text.slice(end);
        const snapshot = store.get(uri);
        expect(snapshot?.text).toBe(text);
        expect(store.lines(uri)?.getText()).toBe(text);
        const near = store.get(uri, toOffset(text, from));
        for (const at of [0, from, text.length]) {
          const offset = toOffset(text, at);
          const bytes = Buffer.byteLength(text.slice(0, offset));
          expect(snapshot && byteOffsetAt(snapshot, offset)).toBe(bytes);
          expect(near && byteOffsetAt(near, offset)).toBe(bytes);
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("edits are told in order, each on code points, and lead from before to after", () => {
  const change = fc.record({
    from: fc.nat(20),
    to: fc.nat(20),
    text: anyText,
    isFull: fc.boolean(),
  });
  fc.assert(
    fc.property(anyText, fc.array(change, { minLength: 1, maxLength: 5 }), (first, changes) => {
      const store = createDocumentStore();
      const events: DocumentEvent[] = [];
      store.open({ uri, text: first });
      store.onDidChange((event) => events.push(event));
      store.change(
        uri,
        2,
        changes.map(({ from, to, text, isFull }) =>
          isFull
            ? { text }
            : {
                text,
                toRange: (lines) => ({
                  start: lines.offsetAt(lines.positionAt(from)),
                  end: lines.offsetAt(lines.positionAt(to)),
                }),
              },
        ),
      );
      for (const { before, after, edits } of events) {
        let text = before?.text ?? "";
        for (const edit of edits) {
          expect(toOffset(text, edit.range.start)).toBe(edit.range.start);
          expect(toOffset(text, edit.range.end)).toBe(edit.range.end);
          text = text.slice(0, edit.range.start) + edit.text + text.slice(edit.range.end);
        }
        expect(text).toBe(after?.text);
      }
      expect(events.length).toBeLessThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
});

test("a whole new text is told as the smallest edit", () => {
  const store = createDocumentStore();
  const events: DocumentEvent[] = [];
  const body = "const a = 1;\n".repeat(2000);
  store.open({ uri, text: `${body}call()${body}` });
  store.onDidChange((event) => events.push(event));
  store.change(uri, 2, [{ text: `${body}call(x)${body}` }]);
  const at = body.length + "call(".length;
  expect(events[0]?.edits).toEqual([{ range: { start: at, end: at }, text: "x" }]);
});

test("a change that cannot be applied makes the document dirty until its full text arrives", () => {
  const store = createDocumentStore();
  store.open({ uri, text: "one" });
  store.change(uri, 2, [{ text: "x", toRange: unknownRange }]);
  expect(store.isDirty(uri)).toBe(true);
  store.change(uri, 3, [{ text: "lost", toRange: () => ({ start: 0, end: 0 }) }]);
  expect(store.get(uri)?.text).toBe("one");
  store.change(uri, 4, [{ text: "whole" }, { text: "!", toRange: () => ({ start: 5, end: 5 }) }]);
  expect(store.isDirty(uri)).toBe(false);
  expect(store.get(uri)?.text).toBe("whole!");
});

test("reopening, closing and unknown documents", () => {
  const store = createDocumentStore();
  const events: DocumentEvent[] = [];
  const stop = store.onDidChange((event) => events.push(event));
  store.change("file:///unknown", null, [{ text: "x", toRange: () => ({ start: 0, end: 0 }) }]);
  store.close("file:///unknown");
  store.markDirty("file:///unknown");
  expect(events).toEqual([]);
  store.open({ uri, version: null, languageId: "", text: "a" });
  const first = store.get(uri);
  expect(first).toMatchObject({ languageId: "typescript", version: -1, text: "a" });
  store.markDirty(uri);
  store.open({ uri, version: 7, languageId: "tsx", text: "b" });
  const second = store.get(uri);
  expect(second).toMatchObject({ languageId: "tsx", version: 7, text: "b" });
  expect(second?.revision).toBeGreaterThan(first?.revision ?? Infinity);
  expect(store.isDirty(uri)).toBe(false);
  store.close(uri);
  expect(store.get(uri)).toBeUndefined();
  stop();
  store.open({ uri, text: "c" });
  expect(events.map(({ before, after }) => [before?.text, after?.text])).toEqual([
    [undefined, "a"],
    ["a", "b"],
    ["b", undefined],
  ]);
  expect(first?.text).toBe("a" satisfies string);
  expect(store.get(uri, 0 as Offset)?.text).toBe("c");
});

function unknownRange(): never {
  throw new Error("no such range");
}

function isInsideCrlf(text: string, index: number): boolean {
  return text.slice(index - 1, index + 1) === "\r\n";
}
