/** The line that a person who wrote a configuration file by hand is told. */
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { jsonFaultLine } from "../../server/settings/json-fault.ts";

test.each([
  ["a comment", '{\n  // mine\n  "a": 1\n}', 2],
  ["a comma too many", '{\n  "a": 1,\n}\n', 3],
  ["a comma too many in a list", '["a",\n]', 2],
  ["a comma too few", '{\r\n  "a": 1\r\n  "b": 2\r\n}', 3],
  ["a name without quotes", "{\n\n  a: 1 }", 3],
  ["other quotes", "{ 'a': 1 }", 1],
  ["a text over several lines", '{\n  "a": "x\ny"\n}', 2],
  ["a word that is none", '{ "a":\n  True }', 2],
  ["no value", '{ "a":\n}', 2],
  ["the wrong bracket", '{ "a": [1,\n  2}\n}', 2],
  ["something behind it", "{}\n\n{}", 3],
  ["a bracket that is missing", '{\n  "a": {}\n', 3],
  ["nothing", "", 1],
])("%s", (_, text, line) => {
  expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  expect(jsonFaultLine(text)).toBe(line);
});

test("any line of any JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.nat(), (value, at) => {
      const lines = JSON.stringify(value, undefined, 2).split("\n");
      const line = at % lines.length;
      lines[line] = `!${lines[line]}`;
      expect(jsonFaultLine(lines.join("\n"))).toBe(line + 1);
    }),
    { numRuns: 1000 },
  );
});
