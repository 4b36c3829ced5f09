import { describe, expect, test } from "vitest";

import { offsetOfPlace, parsePlace } from "../../server/cli/place.ts";

describe("FILE:LINE:COLUMN", () => {
  test.each([
    ["a.ts:1:2", { file: "a.ts", line: 1, column: 2 }],
    ["C:\\x y\\a.ts:10:20", { file: "C:\\x y\\a.ts", line: 10, column: 20 }],
    ["odd:3:4:5:6", { file: "odd:3:4", line: 5, column: 6 }],
  ])("%s", (argument, place) => {
    expect(parsePlace(argument)).toEqual(place);
  });

  test.each([[undefined], [""], ["a.ts"], ["a.ts:1"], [":1:1"], ["a.ts:1:0"], ["a.ts:1:-1"]])(
    "%j is refused",
    (argument) => {
      expect(() => parsePlace(argument)).toThrow("FILE:LINE:COLUMN");
    },
  );
});

describe("the offset of a place", () => {
  // Columns count characters: the emoji is one, though it is two UTF-16 units.
  const text = "ab\r\n😀c\rlast\n";
  test.each([
    [1, 1, 0],
    [1, 3, 2],
    [2, 1, 4],
    [2, 2, 6],
    [2, 3, 7],
    [3, 5, 12],
    [4, 1, 13],
  ])("%i:%i is %i", (line, column, offset) => {
    expect(offsetOfPlace(text, { file: "", line, column })).toBe(offset);
  });

  test.each([
    [1, 4, "line 1 has 2 characters"],
    [5, 1, "the file has 4 lines"],
  ])("%i:%i is past the end", (line, column, message) => {
    expect(() => offsetOfPlace(text, { file: "", line, column })).toThrow(message);
  });
});
