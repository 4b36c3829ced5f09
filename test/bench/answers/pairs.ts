/** How many of the given pairs come out right, by kind and by language; rules are tuned on the first half. */
import { judgePair, readPairs, type AnswerPair } from "../../support/answer-pairs.ts";
import { groupBy, percent } from "./report.ts";

export function printPairs(): void {
  const judged = readPairs().map((pair) => ({ pair, isRight: judgePair(pair).isRight }));
  console.log("\npairs of a document and an answer\n");
  for (const [title, keyOf] of [
    ["all", () => "all"],
    ["kind", ({ kind }: AnswerPair) => kind],
    ["language", ({ languageId }: AnswerPair) => languageId],
  ] as const) {
    console.log(`| ${title} | pairs | right % | first half | second half |`);
    console.log("| --- | --: | --: | --: | --: |");
    for (const [key, group] of groupBy(judged, ({ pair }) => keyOf(pair))) {
      const shares = [
        group,
        ...[0, 1].map((half) => group.filter(({ pair }) => pair.half === half)),
      ];
      const cells = shares.map((each) =>
        percent(each.filter(({ isRight }) => isRight).length, each.length).toFixed(1),
      );
      console.log(`| ${key} | ${group.length} | ${cells.join(" | ")} |`);
    }
    console.log("");
  }
}
