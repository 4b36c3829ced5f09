/** A rule: what one kind of edit changes, where it was done, and where it was not. */
import type { Atom } from "../rewrite/atoms.ts";
import type { LineTokens } from "../rewrite/line-tokens.ts";
import type { PartRewrite } from "../rewrite/name-parts.ts";

/** Where a rule was applied. Its line moves with later edits above it. */
export interface Instance {
  readonly uri: string;
  line: number;
  /** How many edits in a row an earlier one would have foretold, this one included. */
  readonly chainLength: number;
  /** Edits of one number are one chain. */
  readonly chain: number;
  /** The nearest lines above and below, without blank space. */
  readonly above: string;
  readonly below: string;
}

export interface LineInstance extends Instance {
  readonly before: LineTokens;
  readonly after: LineTokens;
  /** Its own: the same change stands elsewhere in each line. */
  readonly atoms: readonly Atom[];
  /** The instance of the chain before this one. */
  readonly previous: Pick<LineInstance, "uri" | "line"> | undefined;
}

export interface BlockInstance extends Instance {
  /** The nearest lines above and below. */
  readonly lineAbove: LineTokens;
  readonly lineBelow: LineTokens;
  /** The lines that were added or deleted. */
  readonly lines: readonly string[];
}

/** The lines of a document from the first to the last edit since the rule was made. */
export interface Covered {
  low: number;
  /** Exclusive. */
  high: number;
}

interface RuleState {
  readonly key: string;
  /** The number of the edit that made or confirmed it last. */
  clock: number;
  refusals: number;
  acceptances: number;
  readonly cover: Map<string, Covered>;
}

export interface LineRule extends RuleState {
  readonly kind: "line";
  readonly atoms: readonly Atom[];
  /** What the rename of a name says about other names with the same part. */
  readonly parts: PartRewrite | undefined;
  seen: LineInstance[];
  /** Context of the first atom that all instances share, nearest first. */
  left: readonly string[];
  right: readonly string[];
  /** Whether the first atom brings a name that stands nowhere else; `undefined` until it is looked up. */
  bringsFreshName: boolean | undefined;
}

export interface BlockRule extends RuleState {
  readonly kind: "added" | "deleted";
  /** The lines without blank space around them. */
  readonly body: string;
  seen: BlockInstance[];
}

export type Rule = LineRule | BlockRule;

/** The instance made last; a rule without one is forgotten. */
export function lastOf<T>(seen: readonly T[]): T {
  const last = seen.at(-1);
  if (last === undefined) throw new RangeError("a rule without an instance");
  return last;
}

export function copyRule(rule: Rule): Rule {
  const cover = new Map([...rule.cover].map(([uri, covered]) => [uri, { ...covered }] as const));
  if (rule.kind === "line") {
    return { ...rule, cover, seen: rule.seen.map((instance) => ({ ...instance })) };
  }
  return { ...rule, cover, seen: rule.seen.map((instance) => ({ ...instance })) };
}
