/** Where the atoms of a rule stand in another line. */
import { callAround, lineEnd, lineStart, type Atom } from "./atoms.ts";
import type { LineTokens } from "./line-tokens.ts";
import type { Cut } from "./spans.ts";
import { isName, sharedLength } from "./words.ts";

export interface AtomMatch {
  /** Sorted, never overlapping. */
  readonly cuts: readonly Cut[];
  /** Share of the atoms that stand in the line. */
  readonly coverage: number;
  /** The first atom that stands there. */
  readonly first: Atom;
  readonly context: MatchContext;
}

/** The surroundings of the match that shares most with the edited place. */
export interface MatchContext {
  /** Tokens shared with the edited place. */
  readonly sharedLeft: number;
  readonly sharedRight: number;
  /** Tokens around the match, nearest first. */
  readonly left: readonly string[];
  readonly right: readonly string[];
}

/** Tokens of context that are compared on each side. */
const contextLength = 12;

export function matchAtoms(atoms: readonly Atom[], line: LineTokens): AtomMatch | undefined {
  const found = new Matches(line);
  let first: Atom | undefined;
  let count = 0;
  for (const atom of atoms) {
    if (!found.add(atom)) continue;
    first ??= atom;
    count++;
  }
  if (first === undefined || found.context === undefined) return undefined;
  const cuts = found.cuts.toSorted((one, other) => one.from - other.from);
  return {
    cuts,
    coverage: count / atoms.length,
    first,
    context: found.context,
  };
}

class Matches {
  readonly cuts: Cut[] = [];
  context: MatchContext | undefined;
  readonly #line: LineTokens;

  constructor(line: LineTokens) {
    this.#line = line;
  }

  /** Takes every place of the atom; false when there is none. */
  add(atom: Atom): boolean {
    const { words } = this.#line;
    const length = atom.old.length;
    let isFound = false;
    for (let at = 0; at + length <= words.length; at++) {
      if (!this.#stands(atom, at) || this.#isTaken(at, length)) continue;
      this.#take(atom, at, contextAt(words, at, length));
      isFound = true;
      if (length === 0) at++;
    }
    return isFound || this.#addAtEnd(atom);
  }

  /** An insertion at the line's end. */
  #addAtEnd(atom: Atom): boolean {
    const { words } = this.#line;
    if (atom.old.length > 0 || atom.right[0] !== lineEnd) return false;
    const [near, next] = atom.left;
    if (words.at(-1) !== near || !(isName(near) || words.at(-2) === next)) return false;
    this.#take({ ...atom, after: undefined }, words.length, {
      left: words.toReversed(),
      right: [lineEnd],
    });
    return true;
  }

  #take(atom: Atom, at: number, { left, right }: Surroundings): void {
    const { words, gaps, gap, after } = atom;
    this.cuts.push({ from: at, to: at + atom.old.length, words, gaps, gap, after });
    const sharedLeft = sharedLength(left, atom.left);
    const sharedRight = sharedLength(right, atom.right);
    const best = this.context;
    if (best !== undefined && best.sharedLeft + best.sharedRight >= sharedLeft + sharedRight)
      return;
    this.context = { sharedLeft, sharedRight, left, right };
  }

  #stands(atom: Atom, at: number): boolean {
    const { words } = this.#line;
    if (!atom.old.every((word, index) => words[at + index] === word)) return false;
    return atom.isAnchored || hasNeighbors(words, atom, at);
  }

  #isTaken(at: number, length: number): boolean {
    return this.cuts.some(
      ({ from, to }) => (at < to && from < at + length) || (length === 0 && at === from),
    );
  }
}

interface Surroundings {
  readonly left: readonly string[];
  readonly right: readonly string[];
}

function contextAt(words: readonly string[], at: number, length: number): Surroundings {
  const end = at + length;
  const left = words.slice(Math.max(0, at - contextLength), at).toReversed();
  const right = words.slice(end, end + contextLength);
  if (at <= contextLength) left.push(lineStart);
  if (words.length - end <= contextLength) right.push(lineEnd);
  return { left, right };
}

/** Without a name of its own an atom needs the same neighbors, a name among them, or its place in the same call. */
function hasNeighbors(words: readonly string[], atom: Atom, at: number): boolean {
  const end = at + atom.old.length;
  const left = at === 0 ? lineStart : words[at - 1];
  const right = end === words.length ? lineEnd : words[end];
  const [nearLeft, nextLeft] = atom.left;
  const [nearRight, nextRight] = atom.right;
  if (right !== nearRight) return false;
  if (atom.head !== undefined && callAround(words, at) === atom.head) return true;
  if (left !== nearLeft) return false;
  if (isName(left) || isName(right)) return true;
  return (
    (isName(nextLeft) && words[at - 2] === nextLeft) ||
    (isName(nextRight) && words[end + 1] === nextRight)
  );
}
