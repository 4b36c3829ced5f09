/** The features that places of every kind have: where they are, and what speaks for their rule. */
import { Features, scaled } from "../ranking/features.ts";
import type { EditMemory } from "../rules/edit-memory.ts";
import { lastOf, type Instance, type Rule } from "../rules/rule.ts";
import type { LineText } from "../line-text.ts";

/** What is counted over all places of a rule. */
export interface RuleFacts {
  readonly memory: EditMemory;
  readonly rule: Rule;
  readonly places: number;
}

export interface Spot {
  readonly uri: string;
  readonly line: number;
  readonly count: number;
  readonly isPassedBy: boolean;
}

const nearLines = 10;
const longChain = 3;
const mostRefusals = 3;

/** Lines from the spot to the nearest instance of the rule in its file; infinite in another one. */
export function distanceTo(rule: Rule, { uri, line }: Pick<Spot, "uri" | "line">): number {
  const seen: readonly Instance[] = rule.seen;
  if (uri !== lastOf(seen).uri) return Number.POSITIVE_INFINITY;
  const own = seen.filter((instance) => instance.uri === uri);
  return Math.min(...own.map((instance) => Math.abs(instance.line - line)));
}

/** Whether the user walked past the line since the rule was made. */
export function isPassedBy(rule: Rule, uri: string, line: number): boolean {
  const covered = rule.cover.get(uri);
  return covered !== undefined && line >= covered.low && line < covered.high;
}

export function commonFeatures(facts: RuleFacts, spot: Spot, text: LineText): Features {
  const { memory, rule, places } = facts;
  const seen: readonly Instance[] = rule.seen;
  const last = lastOf(seen);
  const times = seen.length;
  const distance = distanceTo(rule, spot);
  const isNear = distance <= nearLines;
  const above = text.line(text.nearest(spot.line, -1)).trim();
  const below = text.line(text.nearest(spot.line + spot.count - 1, 1)).trim();
  const isSameAbove = above !== "" && seen.some((instance) => instance.above === above);
  const isSameBelow = below !== "" && seen.some((instance) => instance.below === below);
  return new Features().set({
    bias: 1,
    distance: distance === Number.POSITIVE_INFINITY ? 0 : scaled(distance),
    refusals: Math.min(mostRefusals, rule.refusals) / mostRefusals,
    age: scaled(memory.clock - rule.clock),
    places: scaled(places),
    doneShare: times / (times + places),
    isNear: isNear,
    isOtherFile: spot.uri !== last.uri,
    isUneditedFile: !memory.edited.has(spot.uri),
    hasSameLineBelow: isSameBelow,
    hasSameLinesAround: isSameAbove && isSameBelow,
    isOnward: isOnward(rule, spot),
    keepsStride: keepsStride(rule, spot),
    isPassedBy: spot.isPassedBy,
    isPassedByRepeated: spot.isPassedBy && times >= 2,
    acceptance: rule.acceptances > 0,
    isLongChain: last.chainLength >= longChain,
    isNearInChain: last.chainLength >= 2 && isNear,
  });
}

/** Whether the spot is as far from the last instance as that is from the one before. */
function keepsStride({ seen }: Rule, { uri, line }: Spot): boolean {
  const last = lastOf<Instance>(seen);
  const previous = seen.at(-2);
  if (previous === undefined || uri !== last.uri || previous.uri !== uri) return false;
  return line - last.line === last.line - previous.line;
}

/** Whether the spot lies in the direction in which the user goes. */
function isOnward(rule: Rule, { uri, line }: Spot): boolean {
  const last = lastOf<Instance>(rule.seen);
  const previous = (rule.kind === "line" && lastOf(rule.seen).previous) || rule.seen.at(-2);
  if (previous === undefined || uri !== last.uri || previous.uri !== uri) return false;
  return line > last.line === last.line > previous.line;
}
