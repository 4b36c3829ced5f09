/** Text that models write after the right text. Each kind turns a hole into one answer. */
import { pick, type Random } from "../workspace-model/random.ts";
import { isBlock, type Hole } from "./holes.ts";

export type RunawayKind =
  | "none"
  | "rest of file"
  | "repeated"
  | "new function"
  | "fence"
  | "sentinel";

export const runawayKinds: readonly RunawayKind[] = [
  "none",
  "rest of file",
  "repeated",
  "new function",
  "fence",
  "sentinel",
];

/** About 256 tokens: what a model writes when nothing stops it. */
const answerLength = 900;

const sentinels = [
  "<|endoftext|>",
  "<|fim_prefix|>",
  "<|file_sep|>",
  "<fim_suffix>",
  "[PREFIX]",
  "<|cursor|>",
];

/** The hole's gold text and what a model of that kind goes on with. `others` give the new function. */
export function answerFor(
  hole: Hole,
  kind: RunawayKind,
  others: readonly Hole[],
  random: Random,
): string {
  if (kind === "none") return hole.gold;
  return (hole.gold + runaway(hole, kind, others, random)).slice(
    0,
    Math.max(answerLength, hole.gold.length + 300),
  );
}

function runaway(
  hole: Hole,
  kind: Exclude<RunawayKind, "none">,
  others: readonly Hole[],
  random: Random,
): string {
  // A model ends the line that it is in before it does anything else.
  const lineRest = hole.suffix.slice(0, (hole.suffix + "\n").indexOf("\n"));
  switch (kind) {
    case "rest of file":
      return hole.suffix;
    case "repeated": {
      const block = isBlock(hole.kind) ? wholeLines(hole) : lineAround(hole);
      return lineRest + `\n${block}`.repeat(1 + Math.ceil(answerLength / (block.length + 1)));
    }
    case "new function":
      return `${lineRest}${closersAfter(hole)}\n\n${newFunction(hole, others, random)}`;
    case "fence":
      return `${lineRest}\n\`\`\`\n\nThis code does what was asked for, and handles the edge cases.`;
    case "sentinel":
      return `${pick(random, foreignSentinels(hole)) ?? ""}${hole.prefix.slice(-200)}`;
  }
}

/** Not those that the file itself speaks of: there nobody can tell a leaked one. */
function foreignSentinels({ source }: Hole): readonly string[] {
  const foreign = sentinels.filter((sentinel) => !source.text.includes(sentinel));
  return foreign.length === 0 ? sentinels : foreign;
}

/** The gold lines with the first one's indentation. */
function wholeLines(hole: Hole): string {
  if (hole.gold.startsWith("\n")) return hole.gold.slice(1);
  return /[^\n]*$/.exec(hole.prefix)?.[0] + hole.gold;
}

function lineAround(hole: Hole): string {
  const before = /[^\n]*$/.exec(hole.prefix)?.[0] ?? "";
  return before + hole.gold + hole.suffix.slice(0, (hole.suffix + "\n").indexOf("\n"));
}

/** The line that closes the hole's block, as a model writes it before it begins something new. */
function closersAfter(hole: Hole): string {
  const next = /^[^\n]*\n(\s*[)}\]]+[;,]?)(?=\n|$)/.exec(hole.suffix)?.[1];
  return next === undefined ? "" : `\n${next}`;
}

/** A top-level block of another file of the language, or of this one. */
function newFunction(hole: Hole, others: readonly Hole[], random: Random): string {
  for (let tries = 0; tries < 20; tries++) {
    const text = pick(random, others)?.source.text ?? hole.source.text;
    const found = [...text.matchAll(/^[A-Za-z@][^\n]*[{:]\n(?:[ \t]+[^\n]*\n|\n)+[^\n]*/gm)];
    const block = pick(random, found)?.[0];
    if (block !== undefined) return block;
  }
  return hole.source.text.slice(0, 400);
}
