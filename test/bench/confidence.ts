/**
 * The probabilities of lines: fitted on the answers of one half of the projects, judged on those of the other.
 *
 * `npm run bench -- confidence [--more FILE ...] [--half first|second] [--write]`
 *
 * `--more`: further recorded answers, as `npm run bench -- live --record FILE` writes them. `--write` fits on all and
 * writes `engine/confidence/fitted-weights.ts`; `--half` does so on one half of the projects, for a look at the other.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { lineProbabilities } from "../../server/engine/confidence/line-probabilities.ts";
import { defaultBounds } from "../../server/engine/confidence/likely-text.ts";
import { readRecordedAnswers, type RecordedAnswer } from "../support/recorded-answers.ts";
import { fit, type Fitted } from "./confidence/fit.ts";
import { readWith } from "./confidence/read.ts";
import { printSimulation } from "./confidence/simulate.ts";
import { printCalibration, printGate } from "./confidence/table.ts";

export function bench(argv: readonly string[]): void {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      more: { type: "string", multiple: true, default: [] },
      half: { type: "string" },
      write: { type: "boolean", default: false },
    },
  });
  const all = [
    ...readRecordedAnswers(),
    ...(values.more ?? []).flatMap((file) => rowsOf(String(file))),
  ];
  if (values.write === true) return writeWeights(fit(all), all);
  if (typeof values.half === "string") {
    const [first, second] = halves(all);
    const [fitted, judged] = values.half === "first" ? [first, second] : [second, first];
    writeWeights(fit(fitted), fitted);
    console.log(`fitted on ${fitted.length} places; run again without --half to judge.`);
    console.log(`judge: ${judged.length} places of other projects`);
    return;
  }
  const [first, second] = halves(all);
  for (const [title, answers] of [
    ["all projects", all],
    ["one half of the projects", first],
    ["the other half", second],
  ] as const) {
    console.log(
      `\n### ${title}: ${answers.length} places, bounds ${JSON.stringify(defaultBounds)}\n`,
    );
    printGate(answers, defaultBounds);
    console.log("\n| claim / truth in % | lowest fifth | | | | highest fifth |");
    console.log("| --- | --: | --: | --: | --: | --: |");
    printCalibration(answers, true);
    printCalibration(answers, false);
  }
  printSimulation(all);
  printCost(all);
}

function rowsOf(file: string): readonly RecordedAnswer[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as RecordedAnswer);
}

/** By the first part of the path, the project. */
function halves(answers: readonly RecordedAnswer[]): readonly [RecordedAnswer[], RecordedAnswer[]] {
  const projects = [...new Set(answers.map(projectOf))].toSorted();
  const isFirst = (answer: RecordedAnswer): boolean =>
    projects.indexOf(projectOf(answer)) % 2 === 0;
  return [answers.filter(isFirst), answers.filter((answer) => !isFirst(answer))];
}

function projectOf({ path }: RecordedAnswer): string {
  return path.split("/")[0] ?? path;
}

function printCost(answers: readonly RecordedAnswer[]): void {
  const reads = answers.map((answer) => readWith(answer, { bounds: undefined, isTold: true }));
  let lines = 0;
  const startedAt = performance.now();
  for (let round = 0; round < 200; round++) {
    for (const { text, evidence } of reads) {
      if (evidence !== undefined) lines += lineProbabilities(text, evidence).length;
    }
  }
  const ms = (performance.now() - startedAt) / Math.max(1, lines);
  console.log(`\ndecision: ${ms.toFixed(5)} ms a line`);
}

function writeWeights({ token, plain }: Fitted, answers: readonly RecordedAnswer[]): void {
  const projects = new Set(answers.map(projectOf)).size;
  const text = `/**
 * Written by \`npm run bench -- confidence --write\`: fitted on a 1.5B model's answers at ${answers.length} places of
 * ${projects} projects.
 */
import type { plainColumns, tokenColumns, Weights } from "./columns.ts";

export const tokenWeights: Weights<typeof tokenColumns> = ${literal(token)};

export const plainWeights: Weights<typeof plainColumns> = ${literal(plain)};
`;
  const file = new URL("../../server/engine/confidence/fitted-weights.ts", import.meta.url);
  writeFileSync(file, text);
}

function literal(values: Readonly<Record<string, number>>): string {
  const fields = Object.entries(values).map(([name, value]) => `  ${name}: ${value},\n`);
  return `{\n${fields.join("")}}`;
}
