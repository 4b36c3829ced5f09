/** A seeded generator for tests (mulberry32): a printed seed replays a run. */
export interface Random {
  /** 0 to 1. */
  next(): number;
  /** A whole number of `[0, below)`. */
  below(below: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
  /** An element, or `undefined` of nothing. */
  anyOf<T>(from: readonly T[]): T | undefined;
  /** An independent generator, so that what one part draws moves no other. */
  fork(): Random;
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (limit: number): number => Math.floor(next() * limit);
  return {
    next,
    below,
    chance: (probability) => next() < probability,
    pick: (from) => from[below(from.length)] ?? from[0],
    anyOf: (from) => from[below(from.length)],
    fork: () => seededRandom(below(0x1_0000_0000)),
  };
}
