/**
 * Written by `npm run bench -- confidence --write`: fitted on a 1.5B model's answers at 125 places of
 * 27 projects.
 */
import type { plainColumns, tokenColumns, Weights } from "./columns.ts";

export const tokenWeights: Weights<typeof tokenColumns> = {
  constant: 0.056,
  modelOdds: 0.845,
};

export const plainWeights: Weights<typeof plainColumns> = {
  constant: 0.843,
  length: -1.862,
  newWords: -1.608,
  isLater: 0.442,
  endsByItself: 1.802,
  endsAtLimit: -0.933,
  isMidLine: -0.294,
  isProse: -1.439,
};
