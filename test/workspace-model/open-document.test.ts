import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DocumentBlocks } from "../../server/workspace-model/open/document-blocks.ts";
import { OpenDocument } from "../../server/workspace-model/open/open-document.ts";
import { Vocabulary } from "../../server/workspace-model/tokens/vocabulary.ts";
import { sweepWords } from "../../server/workspace-model/index/word-sweep.ts";
import { snapshotOf } from "./learn.ts";

/** What a document's index holds, as text: line by line, in the document's order, and the names' counts. */
function contentOf(document: OpenDocument, vocabulary: Vocabulary) {
  const { index } = document;
  const blocks = index.segments.map((segment) => {
    const body = index.tokens.subarray(segment.bodyStart, segment.bodyEnd);
    const words = Array.from(body, (token) => vocabulary.text(token >> 4));
    return { start: segment.owner.start, text: words.join(" ") };
  });
  const text = blocks.toSorted((a, b) => a.start - b.start).map((block) => block.text);
  const counts = Array.from(
    document.identifierCounts,
    ([word, count]) => `${vocabulary.text(word)}:${count}`,
  );
  return { text: text.join(" "), counts: counts.toSorted() };
}

function indexAll(document: OpenDocument): void {
  for (let steps = 0; document.indexSome(); steps++) {
    if (steps > 10_000) throw new Error("indexing does not end");
  }
}

const line = fc.constantFrom(
  "const alpha = beta(gamma);",
  "  if (alpha) return delta;",
  "",
  "}",
  "😀 = '漢字'; // שלום",
  "x".repeat(300),
);
const lineEnd = fc.constantFrom("\n", "\n", "\r\n", "\r");
const textOf = (maxLength: number) =>
  fc
    .array(fc.tuple(line, lineEnd), { maxLength })
    .map((lines) => lines.map((each) => each.join("")).join(""));

test("after any edits the index holds what a new one holds", () => {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    removed: fc.nat({ max: 3000 }),
    inserted: fc.oneof(fc.constantFrom("", "a", "\n", "\r", "}"), textOf(80)),
    isAsked: fc.boolean(),
    sweepSteps: fc.nat({ max: 3 }),
  });
  fc.assert(
    fc.property(textOf(400), fc.array(edit, { maxLength: 25 }), (start, edits) => {
      const vocabulary = new Vocabulary(1000);
      // The first numbers are never given again.
      for (let word = 0; word < 64; word++) vocabulary.intern(`word${word}`);
      let text = start;
      const document = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
      indexAll(document);
      let sweep: ReturnType<typeof sweepWords> | undefined;
      for (const { at, removed, inserted, isAsked, sweepSteps } of edits) {
        const offset = Math.floor(at * text.length);
        text = text.slice(0, offset) + inserted + text.slice(offset + removed);
        document.update(snapshotOf("/a.ts", text));
        if (isAsked) document.syncAround(Math.min(offset, text.length));
        for (let step = 0; step < sweepSteps; step++) {
          sweep ??= sweepWords(vocabulary, [document.index]);
          if (sweep.next().done === true) sweep = undefined;
        }
      }
      indexAll(document);
      const fresh = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
      indexAll(fresh);
      expect(contentOf(document, vocabulary)).toEqual(contentOf(fresh, vocabulary));
    }),
    { numRuns: 60 },
  );
});

test("the place of a cursor is that of the word there", () => {
  const text = "first();\n\nconst second = third(fourth);\n".repeat(200);
  const vocabulary = new Vocabulary(1000);
  const document = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
  for (
    let offset = text.indexOf("fourth");
    offset > 0;
    offset = text.indexOf("fourth", offset + 1)
  ) {
    document.syncAround(offset);
    const places = document.placesOf(offset, text.indexOf("\n", offset));
    const token = document.index.tokens[places?.start ?? 0] ?? 0;
    expect(vocabulary.text(token >> 4)).toBe("fourth");
    expect((places?.end ?? 0) - (places?.start ?? 0)).toBe(3);
  }
});

test("edits that leave no time for the background keep the index bounded too", () => {
  const vocabulary = new Vocabulary(1000);
  let text = "const alpha = beta(gamma);\n".repeat(3000);
  const document = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
  indexAll(document);
  const before = document.index.usedBytes;
  let most = 0;
  for (let typed = 0; typed < 1000; typed++) {
    const offset = (typed * 7919) % text.length;
    text = `${text.slice(0, offset)}y${text.slice(offset)}`;
    document.update(snapshotOf("/a.ts", text));
    document.syncAround(offset);
    most = Math.max(most, document.index.usedBytes);
  }
  expect(most).toBeLessThan(before * 8);
  indexAll(document);
  const fresh = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
  indexAll(fresh);
  expect(contentOf(document, vocabulary)).toEqual(contentOf(fresh, vocabulary));
});

test("of a line of megabytes a window is kept", () => {
  const blocks = new DocumentBlocks();
  blocks.sync("const alpha = beta(gamma); ".repeat(200_000), 2_000_000);
  expect(blocks.length).toBeGreaterThan(500_000);
  expect(blocks.length).toBeLessThan(600_000);
});

test("thousands of edits leave a bounded index", () => {
  const vocabulary = new Vocabulary(1000);
  let text = "const alpha = beta(gamma);\n".repeat(3000);
  const document = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
  indexAll(document);
  const before = document.index.usedBytes;
  for (let typed = 0; typed < 3000; typed++) {
    const offset = (typed * 7919) % text.length;
    text = `${text.slice(0, offset)}y${text.slice(offset)}`;
    document.update(snapshotOf("/a.ts", text));
    document.syncAround(offset);
    if (typed % 20 === 0) indexAll(document);
  }
  indexAll(document);
  expect(document.index.usedBytes).toBeLessThan(before * 4);
});

test.each([
  ["a long text that is replaced whole", "const alpha = beta(gamma);\n".repeat(8000)],
  ["a text of nothing but punctuation", "{[(;,)]}\n".repeat(20_000)],
])("%s", (_, text) => {
  const vocabulary = new Vocabulary(1000);
  for (let word = 0; word < 64; word++) vocabulary.intern(`word${word}`);
  const document = new OpenDocument(vocabulary, snapshotOf("/a.ts", "x".repeat(30)));
  indexAll(document);
  const other = "if (delta) return epsilon;\n".repeat(9000);
  for (const next of [other, text]) {
    document.update(snapshotOf("/a.ts", next));
    document.syncAround(100);
    indexAll(document);
  }
  const fresh = new OpenDocument(vocabulary, snapshotOf("/a.ts", text));
  indexAll(fresh);
  expect(contentOf(document, vocabulary)).toEqual(contentOf(fresh, vocabulary));
});
