/**
 * What a real model wrote at random places, and what the engine makes of it: right and wrong lines per 100
 * places, beside the model's own text. The answers are a fixture, so no model is needed.
 *
 * `npm run bench -- recorded [--show]`: `--show` prints the answers that came out worse or better.
 */
import { readRecordedAnswers, type RecordedAnswer } from "../support/recorded-answers.ts";
import { groupBy } from "./answers/report.ts";
import { readRecorded, type ReadAnswer } from "./recorded/read.ts";
import { bestCut, changeOf, scoreOf } from "./recorded/score.ts";

interface Row extends ReadAnswer {
  readonly recorded: RecordedAnswer;
  /** Right lines of what is shown, less those that as many lines of the model's own text have. */
  readonly change: number;
}

export function bench(argv: readonly string[]): void {
  const rows = readRecordedAnswers().map((recorded): Row => {
    const read = readRecorded(recorded);
    return { ...read, recorded, change: changeOf(read.shown, recorded) };
  });
  console.log(`${rows.length} places\n`);
  printHeader("per 100 places");
  printScore("model, whole answer", rows, ({ recorded }) => recorded.answer);
  printScore("model, first line", rows, ({ recorded }) => firstLine(recorded.answer));
  printScore("model, best cut", rows, ({ recorded }) => bestCut(recorded.answer, recorded.gold));
  printScore("server, by key", rows, ({ shown }) => shown);
  for (const [title, keyOf] of [
    ["by kind", ({ recorded }: Row) => recorded.kind],
    ["by language", ({ recorded }: Row) => recorded.languageId],
  ] as const) {
    console.log("");
    printHeader(title);
    for (const [key, group] of groupBy(rows, keyOf)) printScore(key, group, ({ shown }) => shown);
  }
  const worse = rows.filter(({ change }) => change < 0);
  const better = rows.filter(({ change }) => change > 0);
  console.log(`\nworse than the model wrote it: ${worse.length}; better: ${better.length}`);
  if (!argv.includes("--show")) return;
  for (const { recorded, shown, result, mode, change } of [...worse, ...better]) {
    console.log(`\n=== ${recorded.id} (${mode}) ${change < 0 ? "worse" : "better"}`);
    console.log(`gold  ${JSON.stringify(recorded.gold)}\nmodel ${JSON.stringify(recorded.answer)}`);
    console.log(`shown ${result.kind === "dropped" ? result.reason : JSON.stringify(shown)}`);
  }
}

function firstLine(answer: string): string {
  return answer.replace(/^\n+/, "").split("\n")[0] ?? "";
}

function printHeader(title: string): void {
  console.log(
    `| ${title} | places | shown | first line right | right lines | wrong lines | wrong characters a place |`,
  );
  console.log(`| --- |${" --: |".repeat(6)}`);
}

function printScore(name: string, rows: readonly Row[], shownOf: (row: Row) => string): void {
  const scores = rows.map((row) => scoreOf(shownOf(row), row.recorded.gold));
  const sum = (valueOf: (score: (typeof scores)[number]) => number) =>
    scores.reduce((total, score) => total + valueOf(score), 0) / Math.max(1, scores.length);
  const cells = [
    100 * sum(({ lines }) => (lines > 0 ? 1 : 0)),
    100 * sum(({ isFirstLineRight }) => (isFirstLineRight ? 1 : 0)),
    100 * sum(({ rightLines }) => rightLines),
    100 * sum(({ wrongLines }) => wrongLines),
    sum(({ wrongCharacters }) => wrongCharacters),
  ];
  console.log(`| ${name} | ${rows.length} | ${cells.map((cell) => cell.toFixed(1)).join(" | ")} |`);
}
