/**
 * Pairs of a document and a model's answer. `known-failures.txt` names those that do not come out right yet: no
 * other may fall, and one that comes out right leaves the list. `UPDATE_GOLDEN=1` only takes names out of it.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { judgePair, readPairs } from "../support/answer-pairs.ts";
import { isUpdating } from "../support/golden.ts";
import { groupBy } from "../bench/answers/report.ts";

const listFile = new URL("../fixtures/pairs/known-failures", import.meta.url);
const known = new Set(readFileSync(listFile, "utf8").split("\n").filter(Boolean));
const pairs = readPairs();

if (isUpdating) {
  const failing = pairs.filter((pair) => known.has(pair.id) && !judgePair(pair).isRight);
  writeFileSync(listFile, failing.map(({ id }) => `${id}\n`).join(""));
}

describe.each([...groupBy(pairs, ({ kind }) => kind)])("%s", (_, group) => {
  test.each(group.filter(({ id }) => !known.has(id)))("$id comes out right", (pair) => {
    const right = [...pair.right, ...(pair.mayBeNothing ? [undefined] : [])];
    expect(right).toContain(judgePair(pair).document);
  });

  test.runIf(!isUpdating)("no known failure comes out right", () => {
    const mended = group.filter((pair) => known.has(pair.id) && judgePair(pair).isRight);
    expect(mended.map(({ id }) => id)).toEqual([]);
  });
});

test("known failures name pairs", () => {
  const ids = new Set(pairs.map(({ id }) => id));
  expect([...known].filter((id) => !ids.has(id))).toEqual([]);
});
