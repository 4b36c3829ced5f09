/** Answers of a real model never come out worse than it wrote them: invariant 12. */
import { expect, test } from "vitest";
import { readRecordedAnswers } from "../support/recorded-answers.ts";
import { readRecorded } from "../bench/recorded/read.ts";
import { changeOf } from "../bench/recorded/score.ts";

test("no recorded answer loses a line that the model had right", () => {
  const recorded = readRecordedAnswers();
  const worse = recorded.filter((each) => changeOf(readRecorded(each).shown, each) < 0);
  expect(recorded.length).toBeGreaterThan(100);
  expect(worse.map(({ id }) => id)).toEqual([]);
});
