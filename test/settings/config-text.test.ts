/** What a person who wrote a configuration file by hand may write, and the line that they are told. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { parseConfigText } from "../../server/settings/config-text.ts";

test.each([
  ["two commas", '{\n  "a": 1,\n  ,}\n', 3, 3],
  ["a comment without an end", "{}\n/* a", 2, 1],
  ["brackets without end", "[".repeat(100_000), 1, 1],
  ["a comma too few", '{\r\n  "a": 1\r\n  "b": 2\r\n}', 3, 3],
  ["a name without quotes", "{\n\n  a: 1 }", 3, 3],
  ["other quotes", "{ 'a': 1 }", 1, 3],
  ["a text over several lines", '{\n  "a": "x\ny"\n}', 2, 8],
  ["a word that is none", '{ "a":\n  True }', 2, 3],
  ["no value", '{ "a":\n}', 2, 1],
  ["the wrong bracket", '{ "a": [1,\n  2}\n}', 2, 4],
  ["something behind it", "{}\n\n{}", 3, 1],
  ["a bracket that is missing", '{\n  "a": {}\n', 3, 1],
  ["nothing", "", 1, 1],
])("%s", async (_, text, line, column) => {
  expect(await parseConfigText(text)).toEqual({ kind: "fault", line, column });
});

test.each([
  ["comments", '{\n  // mine\n  "a": /* of "a" */ "//x"\n}', { a: "//x" }],
  ["a comma at the end", '{\n  "a": ["b",],\n}\n', { a: ["b"] }],
  ["plain JSON", '{ "a": 1e3 }', { a: 1000 }],
])("%s may stand", async (_, text, content) => {
  expect(await parseConfigText(text)).toEqual({ kind: "content", content });
});

test("any line of any JSON", async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue({ maxDepth: 4 }), fc.nat(), async (value, at) => {
      const lines = JSON.stringify(value, undefined, 2).split("\n");
      const line = at % lines.length;
      lines[line] = `!${lines[line]}`;
      expect(await parseConfigText(lines.join("\n"))).toEqual({
        kind: "fault",
        line: line + 1,
        column: 1,
      });
    }),
    { numRuns: 1000 },
  );
});
