/** A slice of the endings; `npm run test:all -- endings` runs all of them and prints how long each took. */
import { describe, expect, test } from "vitest";

import { endings, runEnding } from "./run-ending.ts";

/** Each fourth: four is prime to the counts of the states and of the ways. */
const slice = endings.filter((_, index) => index % 4 === 0);

test.for(["transport", "state", "way"] as const)("the slice reaches every %s", (name) => {
  const values = (from: typeof endings): string[] => [...new Set(from.map((each) => each[name]))];
  expect(values(slice).toSorted()).toEqual(values(endings).toSorted());
});

describe.skipIf(process.platform === "win32")("endings", () => {
  test.for(slice)("over $transport, $state: $way", { timeout: 60_000 }, async (ending) => {
    const { faults } = await runEnding(ending);
    expect(faults).toEqual([]);
  });
});
