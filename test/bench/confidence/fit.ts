/** Fits the weights that turn what is known about a line into a probability, and the bounds of the defaults. */
import {
  plainColumns,
  tokenColumns,
  type LineFacts,
  type Weights,
} from "../../../server/engine/confidence/columns.ts";
import { factsOf } from "../../../server/engine/confidence/line-probabilities.ts";
import type { RecordedAnswer } from "../../support/recorded-answers.ts";
import { fitLogistic } from "../workspace-model/regression.ts";
import { readWith } from "./read.ts";

export interface LineSample {
  readonly facts: LineFacts;
  /** The author wrote all text up to its end. */
  readonly isRight: boolean;
  /** And all text before it. */
  readonly wasRight: boolean;
}

export interface Fitted {
  readonly token: Weights<typeof tokenColumns>;
  readonly plain: Weights<typeof plainColumns>;
}

/** The lines of each answer that would be shown without the gate. */
function samplesOf(answers: readonly RecordedAnswer[], isTold: boolean): LineSample[][] {
  return answers.map((answer) => {
    const { text, evidence } = readWith(answer, { bounds: undefined, isTold });
    if (text === "" || evidence === undefined) return [];
    const wanted = answer.gold.split("\n").map((line) => line.trimEnd());
    let start = 0;
    let isRight = true;
    return text.split("\n").map((line, index) => {
      const wasRight = isRight;
      isRight &&= line.trimEnd() === wanted[index];
      const end = start + line.length;
      const facts = factsOf(evidence, { from: 0, start, end });
      start = end + 1;
      return { facts, isRight, wasRight };
    });
  });
}

export function fit(answers: readonly RecordedAnswer[]): Fitted {
  const told = samplesOf(answers, true);
  const plain = samplesOf(answers, false);
  // Lines after a wrong one are wrong whatever their tokens are.
  const token = fitColumns(
    tokenColumns,
    told.flat().filter(({ wasRight }) => wasRight),
  );
  const afterRight = plain.flat().filter(({ wasRight }) => wasRight);
  const plainWeights = fitColumns(plainColumns, afterRight);
  return { token, plain: plainWeights };
}

type Columns = typeof tokenColumns | typeof plainColumns;

function fitColumns<Set extends Columns>(columns: Set, samples: readonly LineSample[]) {
  const names = Object.keys(columns) as (keyof Set & string)[];
  const compute = columns as Readonly<Record<string, (facts: LineFacts) => number>>;
  const rows = samples.map(({ facts }) =>
    Float64Array.from(names, (name) => compute[name]?.(facts) ?? 0),
  );
  const labels = samples.map(({ isRight }) => isRight);
  const fitted = fitLogistic(rows, labels, { iterations: 2000, ridge: 0.004 });
  return Object.fromEntries(
    names.map((name, at) => [name, Math.round((fitted[at] ?? 0) * 1000) / 1000]),
  ) as Weights<Set>;
}
