/** Token counts without a tokenizer. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  calibrate,
  estimateTokens,
  promptOverheadTokens,
} from "../../server/engine/prompt/tokens.ts";

describe("estimate", () => {
  test.each([
    ["", 0],
    // One word start each, and their letters.
    ["return value", 2 * 0.73 + 11 * 0.061],
    ["camelCase", 2 * 0.73 + 9 * 0.061],
    ["1234", 4 * 1.07],
    ["\n\n", 2 * 0.67],
    ["\t\t", 2 * 0.9],
    // A run of blanks is one token however long, a single blank belongs to the word after it.
    ["        ", 1.11],
    ["(", 1.28],
    ["()", 1.28 + 0.18],
    ["日本", 2],
  ])("%j", (text, tokens) => {
    expect(estimateTokens(text)).toBeCloseTo(tokens, 6);
  });

  test("a part of a text counts as that part does by itself", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.nat(),
        fc.nat(),
        (text, one, two) => {
          const start = Math.min(one % (text.length + 1), two % (text.length + 1));
          const end = Math.max(one % (text.length + 1), two % (text.length + 1));
          const part = text.slice(start, end);
          expect(estimateTokens(text, 1, start, end)).toBeCloseTo(estimateTokens(part), 6);
        },
      ),
    );
  });
});

describe("calibration", () => {
  const estimated = 1000 + promptOverheadTokens;

  test("the first observation counts in full, later ones by half", () => {
    const first = calibrate(undefined, estimated, estimated * 1.2);
    expect(first).toBeCloseTo(1.2);
    expect(calibrate(first, estimated, estimated)).toBeCloseTo(1.1);
  });

  test("a count of another text changes it within bounds only", () => {
    expect(calibrate(undefined, estimated, estimated * 50)).toBe(2);
    expect(calibrate(undefined, estimated, 1)).toBe(0.5);
  });

  test("a missing or senseless count changes nothing", () => {
    expect(calibrate(1.3, estimated, 0)).toBe(1.3);
    expect(calibrate(1.3, 0, 100)).toBe(1.3);
    expect(calibrate(undefined, estimated, Number.NaN)).toBe(1);
  });
});
