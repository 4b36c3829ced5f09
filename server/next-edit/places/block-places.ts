/** Where else the lines that were deleted stand, and where else the lines that were added are missing. */
import type { LineText } from "../line-text.ts";
import { carryBlock } from "../rewrite/carry-block.ts";
import { tokensOf } from "../rewrite/line-tokens.ts";
import { isName } from "../rewrite/words.ts";
import { scaled } from "../ranking/features.ts";
import type { EditMemory } from "../rules/edit-memory.ts";
import { lastOf, type BlockInstance, type BlockRule } from "../rules/rule.ts";
import type { Texts } from "../texts.ts";
import { commonFeatures, isPassedBy } from "./evidence.ts";
import { filesToSearch, rarestName } from "./holders.ts";
import type { FoundPlace } from "./place.ts";

interface BlockSpot {
  readonly uri: string;
  readonly line: number;
  readonly count: number;
  readonly lines: readonly string[];
  /** How well the lines around fit, 0 to 3. */
  readonly anchor: number;
  /** The lines around are equal to those of the edit. */
  readonly isExact: boolean;
}

const mostPlaces = 200;
const mostLinesOfFile = 150;
/** Lines up and down from the edit that are looked at without a name. */
const nearReach = 60;
const fewestShapeWords = 3;
const mostNewWords = 12;

/** Yields between files, so that the work can be done in slices. */
export function* findBlockPlaces(
  rule: BlockRule,
  memory: EditMemory,
  texts: Texts,
): Generator<undefined, readonly FoundPlace[]> {
  const last = lastOf(rule.seen);
  const name = rarestName(namesOf(rule), texts);
  const spots: BlockSpot[] = [];
  for (const uri of filesToSearch(name, memory, texts)) {
    const text = texts.get(uri);
    if (text === undefined) continue;
    const lines = new Set(name === undefined ? [] : text.linesWith(name, mostLinesOfFile));
    if (uri === last.uri) {
      for (let line = last.line - nearReach; line < last.line + nearReach; line++) lines.add(line);
    }
    for (const line of lines) {
      if (spots.length >= mostPlaces || line < 0 || line >= text.lines.length) continue;
      const isOrigin = uri === last.uri && line === last.line - 1;
      const spot =
        rule.kind === "deleted"
          ? deletedAgain(last, uri, text, line)
          : isOrigin
            ? undefined
            : addedAgain(last, uri, text, line);
      if (spot !== undefined) spots.push(spot);
    }
    yield;
  }
  const files = name === undefined ? 0 : texts.holders(name).count;
  return spots.flatMap((spot) => {
    const text = texts.get(spot.uri);
    return text === undefined ? [] : toPlace(rule, memory, spot, text, spots.length, files);
  });
}

/** Names of which every place holds the rarest. */
export function namesOf(rule: BlockRule): readonly string[] {
  const { lines, lineAbove } = lastOf(rule.seen);
  if (rule.kind === "added") return lineAbove.words.filter(isName);
  return (probeOf(lines) ?? "") === "" ? [] : tokensOf(probeOf(lines) ?? "").words.filter(isName);
}

/** The first deleted line with a name. */
function probeOf(lines: readonly string[]): string | undefined {
  return lines.find((line) => tokensOf(line).words.some(isName));
}

function deletedAgain(
  { lines }: BlockInstance,
  uri: string,
  text: LineText,
  line: number,
): BlockSpot | undefined {
  const probe = probeOf(lines);
  if (probe === undefined || text.line(line).trim() !== probe.trim()) return undefined;
  const start = line - lines.indexOf(probe);
  const isSame = lines.every((each, index) => text.lines[start + index]?.trim() === each.trim());
  if (!isSame) return undefined;
  return { uri, line: start, count: lines.length, lines: [], anchor: 1, isExact: true };
}

function addedAgain(
  last: BlockInstance,
  uri: string,
  text: LineText,
  line: number,
): BlockSpot | undefined {
  const here = text.tokens(line);
  const trimmed = here.text.trim();
  if (trimmed === "") return undefined;
  const isExact = trimmed === last.above;
  const isShaped = here.words.length >= fewestShapeWords && here.shape === last.lineAbove.shape;
  if (!isExact && !isShaped) return undefined;
  const below = text.tokens(text.nearest(line, 1));
  const isBelowExact = below.text.trim() === last.below;
  const isBelowShaped = below.shape === last.lineBelow.shape;
  if (!isExact && !isBelowShaped) return undefined;
  if (text.line(line + 1).trim() === (last.lines[0] ?? "").trim()) return undefined;
  return {
    uri,
    line: line + 1,
    count: 0,
    lines: carryBlock(last.lines, last.lineAbove, here),
    anchor: (isExact ? 2 : 1) + (isBelowExact ? 1 : isBelowShaped ? 0.5 : 0),
    isExact: isExact && isBelowExact,
  };
}

function toPlace(
  rule: BlockRule,
  memory: EditMemory,
  spot: BlockSpot,
  text: LineText,
  places: number,
  files: number,
): FoundPlace {
  const { uri, line, count, lines, anchor, isExact } = spot;
  const isDeleted = rule.kind === "deleted";
  const passed = isPassedBy(rule, uri, line);
  const where = { uri, line, count, isPassedBy: passed };
  const features = commonFeatures({ memory, rule, places }, where, text).set({
    areLinesDeleted: isDeleted,
    areLinesAdded: !isDeleted,
    hasSharedContext: rule.seen.length >= 2 && isExact,
    anchorShare: anchor / 3,
    newLength: Math.min(mostNewWords, lastOf(rule.seen).lines.length) / mostNewWords,
    filesWithName: scaled(files),
  });
  const kind = isDeleted ? "linesDeleted" : "linesAdded";
  return { uri, line, count, lines, kind, rule, features };
}
