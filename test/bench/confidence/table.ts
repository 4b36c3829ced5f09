/** Rows of the benchmark: right and wrong lines with and without the gate, calibration, tokens. */
import { lineProbabilities } from "../../../server/engine/confidence/line-probabilities.ts";
import type { Bounds } from "../../../server/engine/confidence/likely-text.ts";
import type { RecordedAnswer } from "../../support/recorded-answers.ts";
import { scoreOf } from "../recorded/score.ts";
import { readWith, type Setup } from "./read.ts";

interface Totals {
  readonly shown: number;
  readonly right: number;
  readonly wrong: number;
  readonly wrongCharacters: number;
  readonly characters: number;
  readonly tokens: number;
}

export function printGate(answers: readonly RecordedAnswer[], bounds: Bounds): void {
  console.log(
    "| per 100 places | shown | right lines | wrong lines | wrong characters | tokens | tokens a shown character |",
  );
  console.log("| --- | --: | --: | --: | --: | --: | --: |");
  for (const isByKey of [false, true]) {
    const none = totalsOf(answers, { bounds: undefined, isTold: true, isByKey });
    const title = isByKey ? "by key" : "while typing";
    printRow(`${title}, no gate`, none, none, answers.length);
    for (const isTold of [true, false]) {
      const totals = totalsOf(answers, { bounds, isTold, isByKey });
      printRow(`${title}, ${isTold ? "told" : "not told"}`, totals, none, answers.length);
    }
  }
}

function totalsOf(answers: readonly RecordedAnswer[], setup: Setup): Totals {
  const totals = {
    shown: 0,
    right: 0,
    wrong: 0,
    wrongCharacters: 0,
    characters: 0,
    tokens: 0,
  };
  for (const answer of answers) {
    const { shown, tokens } = readWith(answer, setup);
    const score = scoreOf(shown, answer.gold);
    totals.shown += shown === "" ? 0 : 1;
    totals.right += score.rightLines;
    totals.wrong += score.wrongLines;
    totals.wrongCharacters += score.wrongCharacters;
    totals.characters += shown.length;
    totals.tokens += tokens;
  }
  return totals;
}

function printRow(title: string, totals: Totals, none: Totals, places: number): void {
  const cell = (name: keyof Totals): string => {
    const share = none === totals ? "" : ` (${percent(totals[name], none[name])} %)`;
    return `${((100 * totals[name]) / places).toFixed(0)}${share}`;
  };
  const ratio = (totals.tokens / Math.max(1, totals.characters)).toFixed(3);
  const names = ["shown", "right", "wrong", "wrongCharacters", "tokens"] as const;
  console.log(`| ${title} | ${names.map(cell).join(" | ")} | ${ratio} |`);
}

/** In each fifth of the lines, ordered by what is claimed: the claim and the truth. */
export function printCalibration(answers: readonly RecordedAnswer[], isTold: boolean): void {
  const lines = answers.flatMap((answer) => {
    const { text, evidence } = readWith(answer, { bounds: undefined, isTold });
    if (text === "" || evidence === undefined) return [];
    const { rightLines } = scoreOf(text, answer.gold);
    return lineProbabilities(text, evidence).map(({ probability }, index) => ({
      probability,
      isRight: index < rightLines,
    }));
  });
  lines.sort((one, two) => one.probability - two.probability);
  const cells = [0, 1, 2, 3, 4].map((fifth) => {
    const part = lines.slice((fifth * lines.length) / 5, ((fifth + 1) * lines.length) / 5);
    const claim = part.reduce((sum, { probability }) => sum + probability, 0);
    const right = part.filter(({ isRight }) => isRight).length;
    return `${percent(claim, part.length)} / ${percent(right, part.length)}`;
  });
  console.log(`| ${isTold ? "told" : "not told"} | ${cells.join(" | ")} |`);
}

function percent(part: number, whole: number): string {
  return ((100 * part) / Math.max(1, whole)).toFixed(0);
}
