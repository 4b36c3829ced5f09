/** The counts of one replay. */
export interface Tally {
  /** Characters that the text needs, accepted ones included. */
  typed: number;
  requests: number;
  cancelled: number;
  tokensIn: number;
  tokensOut: number;
  /** Times that a text became visible that was not there, one key shorter or longer, before. */
  shown: number;
  accepted: number;
  acceptedCharacters: number;
  /** Of `shown`: the next character that the user wants is another one. */
  wrong: number;
  /** Answers to another state than the one that was asked about. */
  disagreeing: number;
  /** Replaced or taken away while it was typed along. */
  changes: number;
  /** From the last key to visible, for every key after which something was. */
  readonly waitsMs: number[];
}

export function createTally(): Tally {
  return {
    typed: 0,
    requests: 0,
    cancelled: 0,
    tokensIn: 0,
    tokensOut: 0,
    shown: 0,
    accepted: 0,
    acceptedCharacters: 0,
    wrong: 0,
    disagreeing: 0,
    changes: 0,
    waitsMs: [],
  };
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, two) => one - two);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
