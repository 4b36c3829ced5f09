/** Lines that were added or deleted as a rule and its instance. */
import type { LineText } from "../line-text.ts";
import { carryBlock } from "../rewrite/carry-block.ts";
import { tokensOf } from "../rewrite/line-tokens.ts";
import { isName } from "../rewrite/words.ts";
import type { SettledEdit } from "../texts.ts";
import { lastOf, type BlockInstance, type BlockRule, type Rule } from "./rule.ts";

export interface LearnedBlock {
  readonly key: string;
  readonly kind: "added" | "deleted";
  readonly body: string;
  readonly instance: BlockInstance;
}

const mostLines = 8;
/** Rules that an edit may continue. */
const recentRules = 10;

/** `undefined` for many lines, and for such without a name. */
export function learnBlock(
  { uri, line, oldLines, newLines }: SettledEdit,
  text: LineText,
  rules: readonly Rule[],
  newChain: number,
): LearnedBlock | undefined {
  const kind = oldLines.length > 0 ? "deleted" : "added";
  const lines = kind === "deleted" ? oldLines : newLines;
  if (lines.length > mostLines || !lines.some((each) => tokensOf(each).words.some(isName))) {
    return undefined;
  }
  const lineAbove = text.tokens(text.nearest(line, -1));
  const lineBelow = text.tokens(text.nearest(line + newLines.length - 1, 1));
  const body = trimmedBody(lines);
  const found = { kind, body, lineAbove, lines } as const;
  const previous = foretold(rules, found);
  const instance: BlockInstance = {
    uri,
    line,
    lines,
    lineAbove,
    lineBelow,
    chainLength: (previous?.chainLength ?? 0) + 1,
    chain: previous?.chain ?? newChain,
    above: lineAbove.text.trim(),
    below: lineBelow.text.trim(),
  };
  const key = kind === "deleted" ? `-${body}` : `+${body}|${lineAbove.shape}`;
  return { key, kind, body, instance };
}

export function newBlockRule({ key, kind, body }: LearnedBlock, clock: number): BlockRule {
  return { key, kind, body, clock, refusals: 0, acceptances: 0, cover: new Map(), seen: [] };
}

type Block = Pick<BlockInstance, "lineAbove" | "lines"> & Pick<BlockRule, "kind" | "body">;

/** The instance of the longest chain that would have given this very edit. */
function foretold(rules: readonly Rule[], block: Block): BlockInstance | undefined {
  let best: BlockInstance | undefined;
  for (const rule of rules.slice(-recentRules)) {
    if (rule.kind !== block.kind) continue;
    const last = lastOf(rule.seen);
    if (best !== undefined && last.chainLength <= best.chainLength) continue;
    if (continues(rule, last, block)) best = last;
  }
  return best;
}

function continues(rule: BlockRule, last: BlockInstance, block: Block): boolean {
  if (rule.kind === "deleted") return rule.body === block.body;
  if (last.lineAbove.shape !== block.lineAbove.shape) return false;
  if (rule.body === block.body) return true;
  if (last.lineAbove.text === block.lineAbove.text) return false;
  return trimmedBody(carryBlock(last.lines, last.lineAbove, block.lineAbove)) === block.body;
}

function trimmedBody(lines: readonly string[]): string {
  return lines.map((line) => line.trim()).join("\n");
}
