/** Answers of a real model at random places in sources written for this project: `test/fixtures/recorded/`. */
import { readFileSync } from "node:fs";

export interface RecordedAnswer {
  readonly id: string;
  /** Of the hole: `rest`, `line`, `block`, `args`, `mid`, `begin`. */
  readonly kind: string;
  readonly path: string;
  readonly languageId: string;
  /** The source without the hole, with its own line ends; the cursor stands at `start`. */
  readonly text: string;
  readonly start: number;
  /** What the author wrote in the hole, LF. */
  readonly gold: string;
  /** What the model wrote, LF. */
  readonly answer: string;
  readonly finish: "stop" | "length";
  /** The answer in tokens, and the log-probability of each. */
  readonly tokens: readonly string[];
  readonly logprobs: readonly number[];
}

const folder = new URL("../fixtures/recorded/", import.meta.url);

export function readRecordedAnswers(): readonly RecordedAnswer[] {
  const answers = new Map(readRows("answers.jsonl").map((row) => [row["id"], row]));
  return readRows("holes.jsonl").flatMap((hole) => {
    const answer = answers.get(hole["id"]);
    if (answer === undefined) return [];
    const path = String(hole["path"]);
    const source = readFileSync(new URL(`sources/${path}.txt`, folder), "utf8");
    const start = Number(hole["start"]);
    const end = Number(hole["end"]);
    return {
      id: String(hole["id"]),
      kind: String(hole["kind"]),
      path,
      languageId: String(hole["language"]),
      text: source.slice(0, start) + source.slice(end),
      start,
      gold: source.slice(start, end).replaceAll("\r\n", "\n"),
      answer: String(answer["answer"]),
      finish: answer["finish"] === "stop" ? "stop" : "length",
      tokens: answer["tokens"] as readonly string[],
      logprobs: answer["logprobs"] as readonly number[],
    };
  });
}

function readRows(name: string): Record<string, unknown>[] {
  const lines = readFileSync(new URL(name, folder), "utf8").split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
