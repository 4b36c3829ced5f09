/** 20,000 odd messages to the built server; `npm run test:all -- fuzz` sends as many as one likes. */
import { expect, test } from "vitest";

import { fuzz } from "./fuzz-run.ts";
import { MutationCounts } from "./mutations.ts";

/** Fixed, so that a failure is one of the change, not of the day. */
const seeds = [20_250_101, 20_250_102, 20_250_104, 20_250_123];
const mutations = new MutationCounts();

test.for(seeds)("fuzzed sessions: seed %i", { timeout: 180_000 }, async (seed) => {
  const report = await fuzz({ seed, messages: 5000, isLarge: seed === seeds[0] });
  expect(report.faults).toEqual([]);
  // A fuzzer that reaches nothing finds nothing.
  expect(report.seen).toBeGreaterThan(300);
  mutations.addAll(report.mutations);
});

test("each mutation was among them", () => {
  expect(mutations.missing).toEqual([]);
});
