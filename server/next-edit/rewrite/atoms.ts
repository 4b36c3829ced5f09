/** The atoms of an edited line: old words → new words, each with the context by which it is found again. */
import type { LineTokens } from "./line-tokens.ts";
import { spansOf, type Span } from "./spans.ts";
import { isName, isWord } from "./words.ts";

export interface Atom extends Span {
  /** Equal for atoms that say the same change. */
  readonly key: string;
  /** Tokens to the left, nearest first, then `^`. */
  readonly left: readonly string[];
  /** Tokens to the right, nearest first, then `$`. */
  readonly right: readonly string[];
  /** The old words hold a name: they are found by it, wherever they stand. */
  readonly isAnchored: boolean;
  /** The name of the call whose arguments hold the atom. */
  readonly head: string | undefined;
  /** One name for one other. */
  readonly isRename: boolean;
  /** Names that the atom brings. */
  readonly newNames: readonly string[];
}

const mostAtoms = 6;
const mostOldWords = 14;
const mostNewWords = 24;

export const lineStart = "^";
export const lineEnd = "$";

/** Empty when the change is none, or too large to be a rule. */
export function atomsOf(before: LineTokens, after: LineTokens): readonly Atom[] {
  const spans = spansOf(before, after);
  const isTooLarge = spans.some(
    ({ old, words }) => old.length > mostOldWords || words.length > mostNewWords,
  );
  if (isTooLarge || spans.length > mostAtoms) return [];
  const atoms = new Map<string, Atom>();
  for (const span of spans) {
    const atom = toAtom(span, before);
    if (!atoms.has(atom.key)) atoms.set(atom.key, atom);
  }
  return [...atoms.values()];
}

function toAtom(span: Span, line: LineTokens): Atom {
  const { from, to, old, words } = span;
  const left = [...line.words.slice(0, from).toReversed(), lineStart];
  const right = [...line.words.slice(to), lineEnd];
  const isAnchored = old.some(isName);
  return {
    ...span,
    key: `${old.join(" ")}→${words.join(" ")}${isAnchored ? "" : neighborsKey(left[0], right[0])}`,
    left,
    right,
    isAnchored,
    head: callAround(line.words, from),
    isRename: old.length === 1 && words.length === 1 && isName(old[0]) && isWord(words[0]),
    newNames: words.filter((word) => isName(word) && !old.includes(word)),
  };
}

/** An insertion and a change of punctuation mean something beside their neighbors only. */
function neighborsKey(left: string | undefined, right: string | undefined): string {
  const isLeftTold = isWord(left) || !isWord(right);
  return `|${isLeftTold ? left : ""}|${isWord(right) ? right : ""}`;
}

/** The name before the bracket that encloses token `index`. */
export function callAround(words: readonly string[], index: number): string | undefined {
  let depth = 0;
  for (let at = index - 1; at > 0; at--) {
    const word = words[at] ?? "";
    if (word === ")" || word === "]" || word === "}") depth++;
    else if (word === "(" || word === "[" || word === "{") {
      if (depth-- > 0) continue;
      const name = words[at - 1];
      return isName(name) ? name : undefined;
    }
  }
  return undefined;
}
