/**
 * Counts right answers that come out wrong. The model writes exactly the text of a real file, and the engine must
 * not change it. Showing only a part, up to the end of a line, does not count as harm.
 */
import { answerReader } from "../../../server/engine/postprocess/index.ts";
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { toOffset } from "../../../server/engine/document.ts";
import { completionSite } from "../../../server/engine/site.ts";
import { applyInsertion } from "../../support/notation.ts";
import { pick, type Random } from "../workspace-model/random.ts";
import { groupBy, percent } from "./report.ts";
import { pieces, snapshotOf, suffixFirst, untilStop } from "./run.ts";
import type { SourceText } from "./sources.ts";

export const harmKinds = ["own column", "column above", "rest of line", "sibling block"] as const;
export type HarmKind = (typeof harmKinds)[number];

export interface HarmCase {
  readonly kind: HarmKind;
  readonly source: SourceText;
  readonly prefix: string;
  readonly gold: string;
  readonly suffix: string;
  readonly verdict: "whole" | "part" | "harmed";
  /** The text in the place of `gold`, or why there is none. */
  readonly shown: string;
}

/** Cases of every kind, `perKind` for each language that has them. */
export function harmCases(
  sources: ReadonlyMap<string, readonly SourceText[]>,
  perKind: number,
  random: Random,
): readonly HarmCase[] {
  const cases: HarmCase[] = [];
  for (const kind of harmKinds) {
    for (const texts of sources.values()) {
      let found = 0;
      for (let tries = perKind * 60; tries > 0 && found < perKind; tries--) {
        const source = pick(random, texts);
        const place = source && placeOf(source.text, kind, random);
        if (source === undefined || place === undefined) continue;
        cases.push(judgeHarm(kind, source, place));
        found++;
      }
    }
  }
  return cases;
}

export function printHarm(cases: readonly HarmCase[]): void {
  console.log("\nmodel answers exactly the text of real files\n");
  console.log(
    "| | places | whole % | harmed % | harmed by language |\n| --- | --: | --: | --: | --- |",
  );
  for (const [kind, group] of groupBy(cases, (each) => each.kind)) {
    const harmed = group.filter(({ verdict }) => verdict === "harmed");
    const languages = [...groupBy(harmed, ({ source }) => source.languageId)]
      .map(([id, each]) => `${id} ${each.length}`)
      .join(", ");
    const whole = group.filter(({ verdict }) => verdict === "whole").length;
    const cells = [percent(whole, group.length), percent(harmed.length, group.length)];
    const shares = cells.map((share) => share.toFixed(2)).join(" | ");
    console.log(`| ${kind} | ${group.length} | ${shares} | ${languages} |`);
  }
}

interface Place {
  readonly start: number;
  readonly end: number;
  /** Blanks of the line that stand left of the cursor, where it is not `start` itself. */
  readonly column?: number;
}

function placeOf(text: string, kind: HarmKind, random: Random): Place | undefined {
  const lines = text.split("\n");
  const at = Math.floor(random() * lines.length);
  const line = lines[at] ?? "";
  if (line.trim() === "" || line !== line.trimEnd()) return undefined;
  const lineStart = lines.slice(0, at).join("\n").length + (at === 0 ? 0 : 1);
  const indentation = indentationLength(line);
  switch (kind) {
    case "rest of line": {
      const column = indentation + 1 + Math.floor(random() * (line.length - indentation));
      const isInWord = /\w\w/.test(line.slice(column - 1, column + 1));
      if (column >= line.length || isInWord || line.charAt(column) === " ") return undefined;
      return { start: lineStart + column, end: lineStart + line.length };
    }
    case "own column":
    case "column above": {
      const above = indentationLength(
        lines.slice(0, at).findLast((each) => each.trim() !== "") ?? "",
      );
      const column = kind === "own column" ? indentation : above;
      // Deeper than the line above, or there is no other column; further left no insertion reaches.
      if (kind === "column above" && column >= indentation) return undefined;
      const count = 1 + Math.floor(random() * 6);
      const block = lines
        .slice(at, at + count)
        .join("\n")
        .trimEnd();
      return { start: lineStart + column, end: lineStart + block.length };
    }
    case "sibling block": {
      const next = siblingAfter(lines, at);
      if (next === undefined) return undefined;
      const block = lines.slice(at, next).join("\n").trimEnd();
      // Several paragraphs are more than one block.
      if (block.includes("\n\n")) return undefined;
      return { start: lineStart + indentation, end: lineStart + block.length };
    }
  }
}

/** Index of the next block's first line, equal to line `at`; the lines after them differ. */
function siblingAfter(lines: readonly string[], at: number): number | undefined {
  const first = lines[at] ?? "";
  const width = indentationLength(first);
  if (!/^\s*[\w@"'<({[][^\n]*\w{3}/.test(first)) return undefined;
  for (let index = at + 1; index < Math.min(lines.length, at + 16); index++) {
    const line = lines[index] ?? "";
    if (line === first) {
      const isBlock = index - at >= 3 && lines[at + 1] !== lines[index + 1];
      return isBlock ? index : undefined;
    }
    if (line.trim() !== "" && indentationLength(line) < width) return undefined;
  }
  return undefined;
}

function indentationLength(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

function judgeHarm(kind: HarmKind, source: SourceText, { start, end }: Place): HarmCase {
  const prefix = source.text.slice(0, start);
  const gold = source.text.slice(start, end);
  const suffix = source.text.slice(end);
  const text = prefix + suffix;
  const site = completionSite(snapshotOf(source, text), toOffset(text, start));
  const { prompt } = buildPrompt(site, {
    shape: suffixFirst,
    decision: completionMode(site, { trigger: "invoked" }),
    tokenBudget: 1200,
    prefixShare: 0.7,
    path: source.path,
  });
  const reader = answerReader(site, prompt);
  for (const piece of pieces(untilStop(prompt, gold))) if (reader.push(piece)) break;
  const result = reader.finish("stop");
  const common = { kind, source, prefix, gold, suffix };
  if (result.kind === "dropped") {
    // A line that stands below once more cannot be told from an echo, and is not missed.
    return { ...common, verdict: "harmed", shown: `dropped: ${result.reason}` };
  }
  const after = applyInsertion({ text, offset: start }, result);
  const shown = after.slice(start, after.length - suffix.length);
  // A closer that the text below has already may be left to it.
  const isPart = after.endsWith(suffix) && /^\s*[\n)\]}]/.test(restOf(`${gold}\n`, shown));
  return { ...common, verdict: shown === gold ? "whole" : isPart ? "part" : "harmed", shown };
}

function restOf(whole: string, start: string): string {
  return whole.startsWith(start) ? whole.slice(start.length) : "";
}
