/** The features of a place that a changed line is repeated at. */
import type { LineText } from "../line-text.ts";
import { indentWidth } from "../rewrite/line-tokens.ts";
import { sharedLength } from "../rewrite/words.ts";
import { scaled, type Features } from "../ranking/features.ts";
import { lastOf, type LineRule } from "../rules/rule.ts";
import type { PlaceKind } from "../texts.ts";
import { commonFeatures, distanceTo, type RuleFacts } from "./evidence.ts";
import type { LineSpot } from "./line-places.ts";
import type { FoundPlace } from "./place.ts";

export interface LineFacts extends RuleFacts {
  readonly rule: LineRule;
  readonly files: number;
  readonly passed: PassedPlaces;
}

/** How many places were passed by, by the context that they share with the edit. */
export interface PassedPlaces {
  readonly all: readonly number[];
  readonly inLastFile: readonly number[];
}

/** Shared tokens count up to here. */
const mostShared = 4;
const likenessShared = 3;
/** Of 0 to 3 shared tokens on each side. */
const contextBuckets = 16;
const mostNewWords = 12;
const longestName = 16;
/** Blocks are compared over no more lines. */
const blockReach = 300;
const otherFileShare = 0.7;
const sameFileShare = 0.3;
const refusalWeight = 1.5;

export function linePlace(facts: LineFacts, spot: LineSpot, text: LineText): FoundPlace {
  const { rule } = facts;
  const { uri, line } = spot;
  const kind = kindOf(spot);
  const atom = spot.how.kind === "match" ? spot.how.match.first : rule.atoms[0];
  const shared = sharedOf(spot);
  const { isPassedBy } = spot;
  const features = commonFeatures(facts, { uri, line, count: 1, isPassedBy }, text).set({
    isRename: kind === "rename",
    isWords: kind === "words",
    isNameParts: kind === "nameParts",
    isAlike: kind === "alike",
    hasSameShape: rule.seen.some(({ before }) => before.shape === spot.tokens.shape),
    hasSameIndent: spot.tokens.indent === lastOf(rule.seen).before.indent,
    bringsFreshName: rule.bringsFreshName === true,
    sharedLeft: Math.min(mostShared, shared.left) / mostShared,
    odds: oddsOf(facts, spot),
    coverage: spot.how.kind === "match" ? spot.how.match.coverage : 1,
    newLength: Math.min(mostNewWords, atom?.words.length ?? 0) / mostNewWords,
    nameLength: atom?.isRename ? Math.min(longestName, atom.old[0]?.length ?? 0) / longestName : 0,
    filesWithName: scaled(facts.files),
  });
  const lowest = lowestBetween(rule, spot, text);
  setContext(features, rule, spot);
  setBlock(features, rule, spot, lowest);
  return { uri, line, count: 1, lines: [spot.text], kind, rule, features };
}

function kindOf({ how }: LineSpot): PlaceKind {
  if (how.kind !== "match") return how.kind;
  const { first } = how.match;
  if (first.isRename) return "rename";
  return first.isAnchored ? "words" : "insertion";
}

/** Whether the place has the context that all instances share. */
function setContext(features: Features, rule: LineRule, { how }: LineSpot): void {
  if (rule.seen.length < 2 || how.kind !== "match") return;
  const { left, right } = how.match.context;
  const isShared =
    sharedLength(left, rule.left) >= rule.left.length &&
    sharedLength(right, rule.right) >= rule.right.length;
  features.set({ hasSharedContext: isShared, lacksSharedContext: !isShared });
}

/** Whether the place lies in the same block as the last instance, or in one inside it. */
function setBlock(
  features: Features,
  rule: LineRule,
  { tokens }: LineSpot,
  lowest: number | undefined,
): void {
  const own = indentWidth(lastOf(rule.seen).before.indent);
  features.set({
    isInBlock: lowest !== undefined && lowest >= own && indentWidth(tokens.indent) >= own,
    isOutsideBlock: lowest === undefined || lowest < own,
  });
}

/** The smallest indentation between the last instance and the place; `undefined` where they are far apart. */
function lowestBetween(rule: LineRule, spot: LineSpot, text: LineText): number | undefined {
  const last = lastOf(rule.seen);
  if (distanceTo(rule, spot) > blockReach) return undefined;
  let lowest = Number.POSITIVE_INFINITY;
  const end = Math.max(spot.line, last.line);
  for (let line = Math.min(spot.line, last.line) + 1; line < end; line++) {
    const indent = text.indent(line);
    if (indent !== undefined) lowest = Math.min(lowest, indentWidth(indent));
  }
  return lowest;
}

/** The changed places like this one, against those that were passed by or refused. */
function oddsOf({ rule, passed }: LineFacts, spot: LineSpot): number {
  const last = lastOf(rule.seen);
  const here = sharedOf(spot);
  let changed = 0;
  for (const { uri } of rule.seen) {
    const full = { left: likenessShared, right: likenessShared };
    changed += likeness(full, here) * (uri === spot.uri ? 1 : otherFileShare);
  }
  let unchanged = 0;
  for (const [bucket, count] of passed.all.entries()) {
    if (count === 0) continue;
    const shared = { left: bucket >> 2, right: bucket & 3 };
    const inLastFile = spot.uri === last.uri ? (passed.inLastFile[bucket] ?? 0) : 0;
    unchanged += likeness(shared, here) * (count * otherFileShare + inLastFile * sameFileShare);
  }
  if (spot.isPassedBy) unchanged = Math.max(0, unchanged - 1);
  return Math.log((changed + 0.5) / (unchanged + rule.refusals * refusalWeight + 0.5)) / 2;
}

/** Counts the places that were passed by. */
export function countPassed(spots: readonly LineSpot[], lastUri: string): PassedPlaces {
  const all = Array.from({ length: contextBuckets }, () => 0);
  const inLastFile = [...all];
  for (const spot of spots) {
    if (!spot.isPassedBy) continue;
    const { left, right } = sharedOf(spot);
    const bucket = Math.min(likenessShared, left) * 4 + Math.min(likenessShared, right);
    all[bucket] = (all[bucket] ?? 0) + 1;
    if (spot.uri === lastUri) inLastFile[bucket] = (inLastFile[bucket] ?? 0) + 1;
  }
  return { all, inLastFile };
}

interface SharedTokens {
  readonly left: number;
  readonly right: number;
}

function sharedOf({ how }: LineSpot): SharedTokens {
  switch (how.kind) {
    case "match":
      return { left: how.match.context.sharedLeft, right: how.match.context.sharedRight };
    case "alike":
      return { left: how.sharedLeft, right: how.sharedRight };
    case "nameParts":
      return { left: 0, right: 0 };
  }
}

function likeness(one: SharedTokens, other: SharedTokens): number {
  const difference =
    Math.abs(capped(one.left) - capped(other.left)) +
    Math.abs(capped(one.right) - capped(other.right));
  return 2 ** (-(2 / 3) * difference);
}

function capped(count: number): number {
  return Math.min(likenessShared, count);
}
