/** Framing: however the bytes are cut and whatever ends the lines, the same events come out. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { answerValues } from "../../server/providers/answer/answer-values.ts";
import { bodyInPieces } from "./support.ts";

async function read(
  text: string | Uint8Array,
  sizes: readonly number[],
): Promise<readonly unknown[]> {
  const response = bodyInPieces(Buffer.from(text), sizes);
  const all: unknown[] = [];
  for await (const value of answerValues(response, "https://example.test")) all.push(value);
  return all;
}

const text = fc.string({ unit: "grapheme", maxLength: 20 });
const values = fc.array(fc.record({ text }), { maxLength: 6 });
const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test("events survive every cut and every line end", async () => {
  const eol = fc.constantFrom("\n", "\r\n", "\r");
  const property = fc.asyncProperty(values, sizes, eol, async (wanted, pieces, end) => {
    const data = wanted.map((value) => JSON.stringify(value));
    const stream = data
      .map((one, at) => `: ping${end}id: ${at}${end}data: ${one}${end}${end}`)
      .join("");
    expect(await read(stream, pieces)).toEqual(wanted);
  });
  await fc.assert(property, { numRuns: 300 });
});

test("lines survive every cut, with and without the last line end", async () => {
  const eol = fc.constantFrom("\n", "\r\n");
  const property = fc.asyncProperty(
    values,
    sizes,
    eol,
    fc.boolean(),
    async (wanted, pieces, end, ends) => {
      const data = wanted.map((value) => JSON.stringify(value));
      const stream = data.join(end) + (ends ? end + end : "");
      expect(await read(stream, pieces)).toEqual(wanted);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test("an event is told as soon as its bytes have come, after a lone CR too", async () => {
  const pieces = ["data: 1\r\r", "data: 2\r\r"];
  let sent = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      sent++;
      yield Buffer.from(piece);
    }
  }
  const response = { ...bodyInPieces(Buffer.alloc(0), []), body: source() };
  const told = answerValues(response, "https://example.test");
  expect((await told.next()).value).toBe(1);
  expect(sent).toBe(1);
  expect((await told.next()).value).toBe(2);
});

test.each([
  [
    "without blank lines between them",
    'data: {"a":1}\ndata: {"a":2}\ndata: [DONE]\n',
    [{ a: 1 }, { a: 2 }],
  ],
  ["over several lines", 'data: {"a":\ndata: [\ndata: 1,\ndata: 2\ndata: ]}\n\n', [{ a: [1, 2] }]],
  [
    "with an empty data line",
    'data: {"a":1}\ndata:\n\ndata:\n\ndata: {"a":2}\n\n',
    [{ a: 1 }, { a: 2 }],
  ],
])("events %s", async (_how, stream, wanted) => {
  for (const size of [1, 7, 1000]) expect(await read(stream, [size])).toEqual(wanted);
});

test("lines of JSON and one value over several lines, where events were asked", async () => {
  for (const size of [1, 7, 1000]) {
    expect(await read('{"a":1}\r\n\n{"a":2}', [size])).toEqual([{ a: 1 }, { a: 2 }]);
    expect(await read('{\n  "a":\n  1\n}\n', [size])).toEqual([{ a: 1 }]);
  }
});

test("a byte-order mark is no part of the stream", async () => {
  expect(await read("\u{FEFF}data: 1\n\n", [1])).toEqual([1]);
});

test("one JSON value where a stream was asked, behind blanks that come in pieces", async () => {
  expect(await read(` \n\n {"text":\n"é"}\n`, [1])).toEqual([{ text: "é" }]);
});

test("what follows [DONE] is not read, and a last event may lack its end", async () => {
  expect(await read("data: 1\n\ndata: [DONE]\n\ndata: 2\n\n", [3])).toEqual([1]);
  expect(await read("data: 1\n\ndata: 2", [3])).toEqual([1, 2]);
  expect(await read("data: 1\n\ndata: [DONE]", [3])).toEqual([1]);
});

test("a line without an end is given up at its bound", async () => {
  const endless = "x".repeat(3 * 1024 * 1024);
  for (const stream of [`data: ${endless}`, endless, `{"a":1}\n{"a":"${endless}`]) {
    await expect(read(stream, [65_536])).rejects.toMatchObject({
      kind: "malformedStream",
      message: expect.stringContaining("a line of more than") as string,
    });
  }
});
