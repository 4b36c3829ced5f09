/**
 * An edit carried over to a line that shares no words with the edited one: the two are aligned, and names that
 * differ are replaced in what the edit adds.
 */
import { align } from "./align.ts";
import type { Atom } from "./atoms.ts";
import type { LineTokens } from "./line-tokens.ts";
import { partRewriteOf, rewriteName } from "./name-parts.ts";
import type { Cut } from "./spans.ts";
import { isName, isNumber } from "./words.ts";
import { writeLine } from "./write-line.ts";

export interface Analogy {
  readonly text: string;
  readonly cuts: readonly Cut[];
  /** Neighbors of an atom that are equal on both lines, on average over the atoms, twice. */
  readonly sharedLeft: number;
  readonly sharedRight: number;
}

const longestLine = 80;
const leastSimilarity = 0.6;
const shortestBound = 4;

/** `undefined` when the lines are not alike enough, or an atom has no place on the other one. */
export function byAnalogy(
  edited: LineTokens,
  atoms: readonly Atom[],
  line: LineTokens,
): Analogy | undefined {
  const one = edited.words;
  const other = line.words;
  if (one.length > longestLine || other.length > longestLine) return undefined;
  const pairs = align(one, other, "sameKind");
  if ((2 * pairs.length) / (one.length + other.length) < leastSimilarity) return undefined;
  const counterpart = new Map(pairs);
  const names = new Map<string, string>();
  for (const [i, j] of pairs) {
    if (one[i] !== other[j]) names.set(one[i] ?? "", other[j] ?? "");
  }
  const cuts: Cut[] = [];
  let sharedLeft = 0;
  let sharedRight = 0;
  for (const atom of atoms) {
    const left = atom.from === 0 ? -1 : counterpart.get(atom.from - 1);
    const right = atom.to === one.length ? other.length : counterpart.get(atom.to);
    if (left === undefined || right === undefined || right <= left) return undefined;
    const from = left + 1;
    const here = other.slice(from, right);
    if (here.length !== atom.old.length || !isRewritable(atom, here)) return undefined;
    const words = [...atom.words.keys()].map((index) =>
      carriedWord(atom, index, here[index], names),
    );
    if (atom.from > 0 && one[atom.from - 1] === other[left]) sharedLeft++;
    if (atom.to < one.length && one[atom.to] === other[right]) sharedRight++;
    cuts.push({ ...atom, from, to: right, words });
  }
  cuts.sort((a, b) => a.from - b.from);
  return {
    text: writeLine(line, cuts),
    cuts,
    sharedLeft: (sharedLeft * 2) / atoms.length,
    sharedRight: (sharedRight * 2) / atoms.length,
  };
}

/** A renamed name says nothing about another name, unless that one has the changed part too. */
function isRewritable({ old, words }: Atom, here: readonly string[]): boolean {
  const [before = ""] = old;
  const [after = ""] = words;
  const [name = ""] = here;
  if (old.length !== 1 || words.length !== 1 || !isName(before) || before === name) return true;
  if (after.toLowerCase().includes(before.toLowerCase())) return true;
  const rewrite = partRewriteOf(before, after);
  return rewrite !== undefined && rewriteName(name, rewrite) !== undefined;
}

function carriedWord(
  { old, words }: Atom,
  index: number,
  here: string | undefined,
  names: ReadonlyMap<string, string>,
): string {
  const word = words[index] ?? "";
  const before = old[index];
  if (before !== undefined && here !== undefined && here !== before) {
    if (isNumber(word) && [before, word, here].every((text) => /^\d+$/.test(text))) {
      const moved = BigInt(here) + BigInt(word) - BigInt(before);
      if (moved >= 0n) return String(moved);
    }
    if (isName(word) && isName(here) && old.length === words.length) {
      const rewrite = partRewriteOf(before, word);
      const renamed = rewrite === undefined ? undefined : rewriteName(here, rewrite);
      if (renamed !== undefined) return renamed;
    }
  }
  return boundWord(names, word);
}

/** `word` with the names of one line replaced by those of another, inside longer names too. */
export function boundWord(names: ReadonlyMap<string, string>, word: string): string {
  const bound = names.get(word);
  if (bound !== undefined) return bound;
  if (word.length < shortestBound) return word;
  for (const [before, after] of names) {
    if (!isName(before) || !isName(after)) continue;
    const rewrite = partRewriteOf(before, after);
    const renamed = rewrite === undefined ? undefined : rewriteName(word, rewrite);
    if (renamed !== undefined && renamed !== "") return renamed;
  }
  return word;
}
