/**
 * Answers that run on: how often exactly the text is kept that a person would have kept, over holes in real
 * files; and what prompts and processing cost. `--holes N`, `--seed N`, `--root FOLDER` (more files),
 * `--show N` (prints cases that missed), `--kind KIND`, `--language ID`.
 */
import { parseArgs } from "node:util";
import { holeAt, holeKinds, isBlock, type Hole } from "./answers/holes.ts";
import { judge, type Verdict } from "./answers/run.ts";
import { answerFor, runawayKinds, type RunawayKind } from "./answers/runaway.ts";
import { collectSources } from "./answers/sources.ts";
import { formatOutput } from "../support/notation.ts";
import { pick, seededRandom, type Random } from "./workspace-model/random.ts";
import type { SourceText } from "./answers/sources.ts";

interface Case {
  readonly hole: Hole;
  readonly runaway: RunawayKind;
  readonly verdict: Verdict;
}

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      holes: { type: "string", default: "2400" },
      seed: { type: "string", default: "1" },
      root: { type: "string", multiple: true, default: [] },
      show: { type: "string", default: "0" },
      kind: { type: "string" },
      language: { type: "string" },
    },
  });
  const random = seededRandom(Number(values.seed));
  const sources = collectSources(random, 120, (values.root ?? []) as string[]);
  if (values.language !== undefined) {
    for (const id of sources.keys()) if (id !== values.language) sources.delete(id);
  }
  const holes = findHoles(sources, Number(values.holes), random).filter(
    ({ kind }) => values.kind === undefined || kind === values.kind,
  );
  const cases: Case[] = [];
  for (const hole of holes) {
    const others = holes.filter(({ source }) => source.languageId === hole.source.languageId);
    for (const runaway of runawayKinds) {
      const answer = answerFor(hole, runaway, others, random);
      cases.push({ hole, runaway, verdict: judge(hole, answer) });
    }
  }
  report(holes, cases);
  show(cases, Number(values.show), random);
}

function findHoles(
  sources: ReadonlyMap<string, readonly SourceText[]>,
  wanted: number,
  random: Random,
): Hole[] {
  const holes: Hole[] = [];
  const perKind = Math.ceil(wanted / sources.size / holeKinds.length);
  for (const kind of holeKinds) {
    for (const texts of sources.values()) {
      let found = 0;
      for (let tries = perKind * 200; tries > 0 && found < perKind; tries--) {
        const source = pick(random, texts);
        const hole = source && holeAt(source, kind, random);
        if (hole === undefined) continue;
        holes.push(hole);
        found++;
      }
    }
  }
  return holes;
}

function report(holes: readonly Hole[], cases: readonly Case[]): void {
  console.log(`${holes.length} holes, ${cases.length} answers`);
  table(
    "by kind of hole",
    cases,
    ({ hole }) => `${isBlock(hole.kind) ? "block" : "single"}: ${hole.kind}`,
  );
  table(
    "by runaway, single line",
    cases.filter(({ hole }) => !isBlock(hole.kind)),
    ({ runaway }) => runaway,
  );
  table(
    "by runaway, block",
    cases.filter(({ hole }) => isBlock(hole.kind)),
    ({ runaway }) => runaway,
  );
  table(
    "by language, single line",
    cases.filter(({ hole }) => !isBlock(hole.kind)),
    ({ hole }) => hole.source.languageId,
  );
  table(
    "by language, block",
    cases.filter(({ hole }) => isBlock(hole.kind)),
    ({ hole }) => hole.source.languageId,
  );
  table("all", cases, ({ hole }) => (isBlock(hole.kind) ? "block" : "single line"));
}

function table(title: string, cases: readonly Case[], keyOf: (each: Case) => string): void {
  const groups = new Map<string, Case[]>();
  for (const each of cases) {
    const key = keyOf(each);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  console.log(`\n${title}`);
  console.log(
    "| | answers | exact % | too much % | too little % | other % | dropped % | runaway cut % | tokens | after decision % | after cut % |",
  );
  console.log("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |");
  for (const [key, group] of groups) {
    const share = (kind: Verdict["kind"]) =>
      percent(group.filter(({ verdict }) => verdict.kind === kind).length, group.length);
    const running = group.filter(({ runaway }) => runaway !== "none");
    const cut = running.filter(({ verdict }) => verdict.kind !== "tooMuch").length;
    const tokens = sum(group, ({ generated }) => generated);
    console.log(
      `| ${key} | ${group.length} | ${share("exact")} | ${share("tooMuch")} | ${share("tooLittle")} | ${share("other")} | ${share("dropped")} | ${percent(cut, running.length)} | ${tokens} | ${percent(
        sum(group, ({ afterDecision }) => afterDecision),
        tokens,
      )} | ${percent(
        sum(group, ({ afterCut }) => afterCut),
        tokens,
      )} |`,
    );
  }
}

function sum(group: readonly Case[], valueOf: (verdict: Verdict) => number): number {
  return group.reduce((total, { verdict }) => total + valueOf(verdict), 0);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "-" : ((100 * part) / whole).toFixed(1);
}

function show(cases: readonly Case[], count: number, random: Random): void {
  const missed = cases.filter(({ verdict }) => verdict.kind !== "exact");
  for (let index = 0; index < count && missed.length > 0; index++) {
    const each = pick(random, missed);
    if (each === undefined) break;
    missed.splice(missed.indexOf(each), 1);
    const { hole, runaway, verdict } = each;
    const before = hole.prefix.split("\n").slice(-4).join("\n");
    const after = hole.suffix.split("\n").slice(0, 4).join("\n");
    console.log(
      `\n=== ${hole.kind} / ${runaway} / ${verdict.kind} / ${verdict.mode} / ${hole.source.path}`,
    );
    console.log(`gold: ${JSON.stringify(hole.gold)}`);
    const input = { text: before + after, offset: before.length };
    console.log(
      verdict.result.kind === "kept"
        ? formatOutput(input, verdict.result)
        : `${before}‸${after}\n-> ${verdict.result.reason}`,
    );
  }
}
