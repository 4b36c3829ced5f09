/** From tokens and plain facts to the probability of each shown line. */
import { describe, expect, test } from "vitest";

import {
  plainColumns,
  probabilityBy,
  tokenColumns,
} from "../../server/engine/confidence/columns.ts";
import { plainWeights, tokenWeights } from "../../server/engine/confidence/fitted-weights.ts";
import {
  lineProbabilities,
  probabilityOfSum,
  type Evidence,
} from "../../server/engine/confidence/line-probabilities.ts";
import { boundsOf, defaultBounds, likelyEnd } from "../../server/engine/confidence/likely-text.ts";
import { newWordStarts } from "../../server/engine/confidence/new-words.ts";
import { shownTokens } from "../../server/engine/confidence/shown-tokens.ts";
import { TokenTrack } from "../../server/engine/confidence/token-track.ts";
import { nextTrust } from "../../server/engine/confidence/trust.ts";
import { readWith } from "../bench/confidence/read.ts";
import { scoreOf } from "../bench/recorded/score.ts";
import { siteAt } from "../support/engine-site.ts";
import { parseInput } from "../support/notation.ts";
import { readRecordedAnswers } from "../support/recorded-answers.ts";

/** Each piece of the text is one token. */
function trackOf(...pieces: readonly (readonly [text: string, logprob: number])[]): TokenTrack {
  const track = new TokenTrack();
  for (const [text, logprob] of pieces) {
    track.push(text, [{ bytes: Buffer.byteLength(text), logprob }]);
  }
  return track;
}

const plain: Evidence = {
  tokens: undefined,
  newWords: [],
  ending: "unknown",
  isMidLine: false,
  isProse: false,
};

describe("tokens", () => {
  test("start where their text does, in whole characters", () => {
    expect(trackOf(["a", -1], ["é", -1], ["日本", -1], ["🌍", -1], [";", -1]).starts()).toEqual([
      { offset: 0, sum: -1 },
      { offset: 1, sum: -2 },
      { offset: 2, sum: -3 },
      { offset: 4, sum: -4 },
      { offset: 6, sum: -5 },
    ]);
  });

  test("that split a character start at it", () => {
    const track = new TokenTrack();
    track.push("日🌍x", [
      { bytes: 1, logprob: -1 },
      { bytes: 4, logprob: -1 },
      { bytes: 2, logprob: -1 },
      { bytes: 1, logprob: -1 },
    ]);
    expect(track.starts().map(({ offset }) => offset)).toEqual([0, 0, 1, 3]);
  });

  test("are found again in a text that was cut and indented otherwise", () => {
    const raw = "\tif (a) {\r\n\t\treturn b;\r\n\t}\nrest";
    const track = trackOf(
      ["\tif", -1],
      [" (a)", -2],
      [" {\r\n", -3],
      ["\t\treturn", -4],
      [" b", -5],
      [";\r\n\t}\nrest", -6],
    );
    const shown = "if (a) {\n  return b;";
    expect(shownTokens(track, raw, shown)).toEqual({
      knownLength: shown.length,
      starts: [
        { offset: 0, sum: -1 },
        { offset: 2, sum: -3 },
        { offset: 6, sum: -6 },
        { offset: 8, sum: -10 },
        { offset: 17, sum: -15 },
        { offset: 19, sum: -21 },
      ],
    });
  });

  test("are found behind a code fence", () => {
    const track = trackOf(["```ts\n", -1], ["call", -2], ["();", -3]);
    const found = shownTokens(track, "```ts\ncall();", "call();");
    expect(found?.starts.at(-1)).toEqual({ offset: 4, sum: -6 });
  });

  test("say nothing about a text that the model did not write", () => {
    expect(shownTokens(trackOf(["call();", -1]), "call();", "other();")).toBeUndefined();
  });

  test("cover no more than what they cover", () => {
    const track = trackOf(["a = 1;\n", -0.1]);
    track.push("b = 2;\nc = 3;");
    expect(track.sum).toBeUndefined();
    expect(shownTokens(track, "a = 1;\nb = 2;\nc = 3;", "a = 1;\nb = 2;")?.knownLength).toBe(6);
  });
});

describe("a line's probability", () => {
  const facts = {
    logprob: -1,
    length: 30,
    newWords: 1,
    isFirst: true,
    ending: "unknown",
    isMidLine: false,
    isProse: false,
  } as const;

  test("is about what the model itself claims", () => {
    for (const claim of [0.9, 0.7, 0.5, 0.3, 0.1]) {
      expect(Math.abs(probabilityOfSum(Math.log(claim), 0) - claim)).toBeLessThan(0.08);
    }
  });

  test.each([
    ["length", { length: 5 }],
    ["newWords", { newWords: 0 }],
    ["isLater", { isFirst: false }],
    ["endsByItself", { ending: "byItself" }],
  ] as const)("without tokens: %s counts, and in the right direction", (_column, better) => {
    const of = (change: object): number =>
      probabilityBy(plainColumns, plainWeights, { ...facts, ...change }, 0);
    expect(of(better)).toBeGreaterThan(of({}) + 0.02);
  });

  test.each([
    ["endsAtLimit", { ending: "atLimit" }],
    ["isMidLine", { isMidLine: true }],
    ["isProse", { isProse: true }],
  ] as const)("without tokens: %s counts against it", (_column, worse) => {
    const of = (change: object): number =>
      probabilityBy(plainColumns, plainWeights, { ...facts, newWords: 0, ...change }, 0);
    expect(of(worse)).toBeLessThan(of({}) - 0.02);
  });

  test("is computed from each column and its own weight alone", () => {
    for (const [columns, weights] of [
      [tokenColumns, tokenWeights],
      [plainColumns, plainWeights],
    ] as const) {
      expect(Object.keys(weights).toSorted()).toEqual(Object.keys(columns).toSorted());
    }
    const { constant, endsByItself } = plainWeights;
    const easy = { ...facts, length: 0, newWords: 0, ending: "byItself" } as const;
    const odds = constant + endsByItself;
    const expected = 1 / (1 + Math.exp(-odds));
    expect(probabilityBy(plainColumns, plainWeights, easy, 0)).toBeCloseTo(expected, 10);
  });

  test("never rises from line to line, and rises as the user types along", () => {
    const text = "ab;\ncd;\nef;";
    const track = trackOf(["ab", -1], [";\n", -0.1], ["cd;\n", -0.1], ["ef;", -0.1]);
    const evidence = { ...plain, tokens: shownTokens(track, text, text) };
    const lines = lineProbabilities(text, evidence);
    expect(lines.map(({ end }) => end)).toEqual([3, 7, 11]);
    const claims = lines.map(({ probability }) => probability);
    expect(claims).toEqual(claims.toSorted((one, two) => two - one));
    const typed = lineProbabilities(text, evidence, 1);
    expect(typed[0]!.probability).toBeGreaterThan(claims[0]! + 0.2);
  });

  test("falls with each name that the document does not have", () => {
    const site = siteAt(parseInput("const total = 1;\n‸"), "a.ts");
    expect(newWordStarts("total + sum(total, rate)", site)).toEqual([8, 19]);
  });
});

describe("what is shown", () => {
  const line = (end: number, probability: number) => ({ end, probability, isTold: true });
  const lines = [line(3, 0.6), line(7, 0.4), line(11, 0.1)];
  const text = "ab;\ncd;\nef;";

  test.each([
    [0.7, false, undefined],
    [0.5, false, 3],
    [0.3, false, 7],
    [0.05, false, 11],
    [0.7, true, 3],
    [0.3, true, 7],
  ])("at %f, by key %s: up to %s", (least, needsFirstLine, end) => {
    expect(likelyEnd(text, lines, { bounds: boundsOf(least), needsFirstLine })).toBe(end);
  });

  test("is never only a line end", () => {
    const demand = { bounds: boundsOf(0.5), needsFirstLine: false };
    expect(likelyEnd("\n  ab", [line(0, 0.9), line(5, 0.2)], demand)).toBeUndefined();
    const byKey = { ...demand, needsFirstLine: true };
    expect(likelyEnd("\n  ab", [line(0, 0.9), line(5, 0.2)], byKey)).toBe(5);
  });
});

describe("trust", () => {
  test("follows what comes true, slowly and within bounds", () => {
    const once = nextTrust(0, { probability: 0.5, isRight: true });
    expect(once).toBeGreaterThan(0);
    expect(once).toBeLessThan(0.1);
    let trust = 0;
    for (let count = 0; count < 1000; count++) {
      trust = nextTrust(trust, { probability: 0.2, isRight: true });
    }
    expect(trust).toBe(2.5);
    for (let count = 0; count < 1000; count++) {
      trust = nextTrust(trust, { probability: 0.8, isRight: false });
    }
    expect(trust).toBe(-1.5);
  });

  test("stays where the claims are true", () => {
    let trust = 0;
    for (let count = 0; count < 400; count++) {
      trust = nextTrust(trust, { probability: 0.25, isRight: count % 4 === 0 });
    }
    expect(Math.abs(trust)).toBeLessThan(0.1);
  });
});

describe("a real model's answers", () => {
  const answers = readRecordedAnswers();
  const total = (isTold: boolean, bounds: typeof defaultBounds | undefined) => {
    const scores = answers.map((answer) =>
      scoreOf(readWith(answer, { bounds, isTold }).shown, answer.gold),
    );
    const sum = (name: "rightLines" | "wrongLines" | "wrongCharacters"): number =>
      scores.reduce((all, score) => all + score[name], 0);
    return {
      right: sum("rightLines"),
      wrong: sum("wrongLines"),
      wrongCharacters: sum("wrongCharacters"),
    };
  };
  const none = total(true, undefined);

  test("with probabilities: nearly all right lines are shown, and a third of the wrong ones", () => {
    const gated = total(true, defaultBounds);
    expect(gated.right / none.right).toBeGreaterThanOrEqual(0.97);
    expect(gated.wrong / none.wrong).toBeLessThanOrEqual(0.3);
    expect(gated.wrongCharacters / none.wrongCharacters).toBeLessThanOrEqual(0.22);
  });

  test("without: nearly all right lines, and two thirds of the wrong ones", () => {
    const gated = total(false, defaultBounds);
    expect(gated.right / none.right).toBeGreaterThanOrEqual(0.95);
    expect(gated.wrong / none.wrong).toBeLessThanOrEqual(0.66);
  });

  test("with the bound 0 everything is shown", () => {
    expect(total(true, { told: 0, plain: 0 })).toEqual(none);
  });
});
