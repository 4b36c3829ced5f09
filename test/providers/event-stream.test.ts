/** Framing: however the bytes are cut and whatever ends the lines, the same events come out. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { eventData, lines } from "../../server/providers/event-stream.ts";

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (let index = 0; start < bytes.length; index++) {
    const size = sizes[index % sizes.length] ?? 1;
    yield bytes.subarray(start, start + size);
    start += size;
  }
}

async function collect(values: AsyncIterable<string>): Promise<readonly string[]> {
  const all: string[] = [];
  for await (const value of values) all.push(value);
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
    expect(await collect(eventData(cut(Buffer.from(stream), pieces)))).toEqual(data);
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
      expect(await collect(lines(cut(Buffer.from(stream), pieces)))).toEqual(data);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

test("an event is told as soon as its bytes have come, after a lone CR too", async () => {
  const pieces = ["data: a\r\r", "data: b\r\r"];
  let sent = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      sent++;
      yield Buffer.from(piece);
    }
  }
  const events = eventData(source());
  expect((await events.next()).value).toBe("a");
  expect(sent).toBe(1);
  expect((await events.next()).value).toBe("b");
});

test("a byte-order mark is no part of the stream", async () => {
  expect(await collect(eventData(cut(Buffer.from("\u{FEFF}data: a\n\n"), [1])))).toEqual(["a"]);
});

test("a line without an end is given up at its bound", async () => {
  const endless = Buffer.alloc(3 * 1024 * 1024, "x");
  for (const read of [eventData, lines]) {
    await expect(collect(read(cut(endless, [65_536])))).rejects.toMatchObject({
      kind: "malformedStream",
    });
  }
});
