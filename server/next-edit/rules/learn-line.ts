/** A changed line as a rule and its instance, joined to the chain of edits that foretold it. */
import type { LineText } from "../line-text.ts";
import { byAnalogy } from "../rewrite/analogy.ts";
import { atomsOf, type Atom } from "../rewrite/atoms.ts";
import { tokensOf, type LineTokens } from "../rewrite/line-tokens.ts";
import { matchAtoms } from "../rewrite/match.ts";
import { partRewriteOf } from "../rewrite/name-parts.ts";
import { writeLine } from "../rewrite/write-line.ts";
import { lastOf, type LineInstance, type LineRule, type Rule } from "./rule.ts";

export interface LearnedLine {
  readonly key: string;
  readonly atoms: readonly Atom[];
  readonly instance: LineInstance;
}

/** Rules that an edit may continue. */
const recentRules = 10;

/** `undefined` for a change of blank space and for one too large to be repeated. */
export function learnLine(
  place: { readonly uri: string; readonly line: number },
  oldLine: string,
  newLine: string,
  text: LineText,
  rules: readonly Rule[],
  newChain: number,
): LearnedLine | undefined {
  const before = tokensOf(oldLine);
  const after = tokensOf(newLine);
  const isChange = oldLine.trim() !== newLine.trim();
  if (!isChange || before.words.length === 0 || after.words.length === 0) return undefined;
  const atoms = atomsOf(before, after);
  if (atoms.length === 0) return undefined;
  const key = atoms.map((atom) => atom.key).join("‖");
  const previous = foretold(rules, key, before, after);
  const instance: LineInstance = {
    ...place,
    before,
    after,
    atoms,
    chainLength: (previous?.chainLength ?? 0) + 1,
    chain: previous?.chain ?? newChain,
    previous,
    above: text.line(text.nearest(place.line, -1)).trim(),
    below: text.line(text.nearest(place.line, 1)).trim(),
  };
  return { key, atoms, instance };
}

export function newLineRule({ key, atoms, instance }: LearnedLine, clock: number): LineRule {
  const [atom] = atoms;
  const isRename = atoms.length === 1 && atom !== undefined && atom.isRename;
  return {
    kind: "line",
    key,
    clock,
    atoms,
    parts: isRename ? partRewriteOf(atom.old[0] ?? "", atom.words[0] ?? "") : undefined,
    refusals: 0,
    acceptances: 0,
    cover: new Map(),
    seen: [],
    left: instance.atoms[0]?.left ?? [],
    right: instance.atoms[0]?.right ?? [],
    bringsFreshName: undefined,
  };
}

/** The instance of the longest chain that would have given this very edit. */
function foretold(
  rules: readonly Rule[],
  key: string,
  before: LineTokens,
  after: LineTokens,
): LineInstance | undefined {
  let best: LineInstance | undefined;
  for (const rule of rules.slice(-recentRules)) {
    if (rule.kind !== "line") continue;
    const last = lastOf(rule.seen);
    if (best !== undefined && last.chainLength < best.chainLength) continue;
    if (rule.key === key || carried(rule, last, before) === after.text) best = last;
  }
  return best;
}

/** What the rule, as it was done at `instance`, makes of `line`. */
function carried(rule: LineRule, instance: LineInstance, line: LineTokens): string | undefined {
  const match = matchAtoms(rule.atoms, line);
  if (match !== undefined) return writeLine(line, match.cuts);
  return byAnalogy(instance.before, instance.atoms, line)?.text;
}
