/**
 * What a line's probability is computed from, by name. Weights are kept by the same names, so that none can be
 * taken for another. There are two sets: with the probabilities of tokens, and without.
 */

/** One line of an answer, seen from the cursor. */
export interface LineFacts {
  /** Sum of the log-probabilities of all tokens up to its end; 0 where they are not known. */
  readonly logprob: number;
  /** UTF-16 units of the line. */
  readonly length: number;
  /** Names in the line that the text around the cursor does not have. */
  readonly newWords: number;
  readonly isFirst: boolean;
  readonly ending: AnswerEnding;
  /** More text follows on the cursor's line. */
  readonly isMidLine: boolean;
  /** Not code, or a place where comments stand. */
  readonly isProse: boolean;
}

/** How the model's text ended, where it was free to go on for several lines. */
export type AnswerEnding = "byItself" | "atLimit" | "unknown";

export type Columns = Readonly<Record<string, (facts: LineFacts) => number>>;

/** The whole text up to the line's end. A model's own probability needs little correction. */
export const tokenColumns = {
  constant: () => 1,
  modelOdds: ({ logprob }) => oddsOf(Math.exp(logprob)),
} satisfies Columns;

/** The line alone, after lines that are right. */
export const plainColumns = {
  constant: () => 1,
  length: ({ length }) => Math.min(length, 60) / 30,
  newWords: ({ newWords }) => Math.min(newWords, 2),
  isLater: ({ isFirst }) => Number(!isFirst),
  endsByItself: ({ ending }) => Number(ending === "byItself"),
  endsAtLimit: ({ ending }) => Number(ending === "atLimit"),
  isMidLine: ({ isMidLine }) => Number(isMidLine),
  isProse: ({ isProse }) => Number(isProse),
} satisfies Columns;

export type Weights<Set extends Columns> = Readonly<Record<keyof Set, number>>;

/** The probability by the columns; `trust` is added to the log-odds. */
export function probabilityBy<Set extends Columns>(
  columns: Set,
  weights: Weights<Set>,
  facts: LineFacts,
  trust: number,
): number {
  let odds = trust;
  for (const name of Object.keys(columns) as (keyof Set & string)[]) {
    odds += weights[name] * (columns[name]?.(facts) ?? 0);
  }
  return 1 / (1 + Math.exp(-odds));
}

/** Log-odds. Beyond these ends a model's probability says nothing more. */
function oddsOf(probability: number): number {
  const bounded = Math.min(0.98, Math.max(0.0005, probability));
  return Math.log(bounded / (1 - bounded));
}
