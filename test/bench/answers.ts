/**
 * Prompts and answers: how many given pairs come out right, what is harmed where the model answers exactly the
 * text of real files, how often exactly the text is kept that a person would have kept, over holes in real
 * files whose answers run on; what of successive prompts a provider can reuse; what it all costs.
 *
 * `npm run bench -- answers [--holes N] [--seed N] [--root FOLDER ...] [--json FILE]`
 *
 * `--root`: more files, for languages that few machines have. `--language ID` and `--kind "HOLE KIND"` keep
 * to some of the holes; `--show N` prints as many that missed.
 */
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { formatOutput } from "../support/notation.ts";
import { percentiles, processingMs } from "./answers/costs.ts";
import { harmCases, printHarm } from "./answers/harm.ts";
import { holeAt, holeKinds, isBlock, type Hole } from "./answers/holes.ts";
import { printPairs } from "./answers/pairs.ts";
import { promptCost } from "./answers/prompt-cost.ts";
import { groupBy, lineName, percent, printTables, sharesOf, type Case } from "./answers/report.ts";
import { measureReuse } from "./answers/reuse.ts";
import { judge, suffixFirst } from "./answers/run.ts";
import { answerFor, runawayKinds } from "./answers/runaway.ts";
import { collectSources, type SourceText } from "./answers/sources.ts";
import { measureTokenErrors } from "./answers/token-error.ts";
import { pick, seededRandom, type Random } from "./workspace-model/random.ts";

type Sources = ReadonlyMap<string, readonly SourceText[]>;

/** A figure, what it is to reach, and how. */
type Figure = readonly [name: string, value: string, target: string];

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: {
      holes: { type: "string", default: "3200" },
      seed: { type: "string", default: "1" },
      root: { type: "string", multiple: true, default: [] },
      show: { type: "string", default: "0" },
      kind: { type: "string" },
      language: { type: "string" },
      json: { type: "string" },
    },
  });
  const seed = Number(values.seed);
  const roots = (values.root ?? []).map(String);
  const all = collectSources(seededRandom(seed), 120, roots);
  const sources = new Map([...all].filter(([id]) => id === (values.language ?? id)));
  const holes = findHoles(sources, Number(values.holes), seededRandom(seed)).filter(
    ({ kind }) => kind === (values.kind ?? kind),
  );
  printPairs();
  printHarm(harmCases(sources, 100, seededRandom(seed)));
  const cases = judgeAll(holes, seededRandom(seed));
  console.log(`${holes.length} holes, ${cases.length} answers, ${sources.size} languages`);
  printTables(cases);
  const figures = [...answerFigures(cases), ...(await costFigures(sources, holes, seed))];
  printFigures(figures);
  show(cases, Number(values.show), seededRandom(seed));
  if (typeof values.json === "string") {
    writeFileSync(values.json, JSON.stringify({ bench: "answers", seed, figures }, undefined, 2));
  }
}

function findHoles(sources: Sources, wanted: number, random: Random): Hole[] {
  const holes: Hole[] = [];
  const perKind = Math.ceil(wanted / Math.max(1, sources.size) / holeKinds.length);
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

function judgeAll(holes: readonly Hole[], random: Random): Case[] {
  const byLanguage = groupBy(holes, ({ source }) => source.languageId);
  return holes.flatMap((hole) => {
    const others = byLanguage.get(hole.source.languageId) ?? [];
    return runawayKinds.map((runaway) => {
      return { hole, runaway, verdict: judge(hole, answerFor(hole, runaway, others, random)) };
    });
  });
}

const targets = new Map([
  ["single line", { exact: 99, cut: 100 }],
  ["block", { exact: 95, cut: 98 }],
]);

function answerFigures(cases: readonly Case[]): Figure[] {
  const figures: Figure[] = [];
  for (const [name, group] of groupBy(cases, lineName)) {
    const shares = sharesOf(group);
    const target = targets.get(name);
    figures.push([`exact match, ${name}`, `${shares.exact.toFixed(2)} %`, `>= ${target?.exact} %`]);
    figures.push([
      `runaway cut, ${name}`,
      `${shares.runawayCut.toFixed(2)} %`,
      `>= ${target?.cut} %`,
    ]);
  }
  const { afterDecision } = sharesOf(cases);
  figures.push(["tokens after the deciding character", `${afterDecision.toFixed(2)} %`, "<= 5 %"]);
  return figures;
}

async function costFigures(
  sources: Sources,
  holes: readonly Hole[],
  seed: number,
): Promise<Figure[]> {
  const texts = [...sources.values()].flatMap((each) => each.slice(0, 30));
  const figures: Figure[] = [];
  for (const [order, target] of [
    ["suffixFirst", ">= 95 %"],
    ["prefixFirst", ">= 70 %"],
  ] as const) {
    for (const closesBrackets of [false, true]) {
      const shape = { ...suffixFirst, order };
      const reuse = measureReuse(texts, shape, closesBrackets, seededRandom(seed));
      const editor = closesBrackets ? ", brackets closed by the editor" : "";
      const value = `${percent(reuse.reusable, reuse.sent).toFixed(1)} %`;
      figures.push([`prompt reusable while typing, ${order}${editor}`, value, target]);
    }
  }
  const build = await promptCost(texts, seededRandom(seed));
  figures.push(["prompt build, 50 documents of 5,000 lines, p50", ms(build.p50Ms), "<= 1 ms"]);
  figures.push(["prompt build, 50 documents of 5,000 lines, p95", ms(build.p95Ms), "<= 3 ms"]);
  const blocks = holes.filter(({ kind }) => isBlock(kind)).slice(0, 200);
  const times = blocks.map((hole) => {
    return processingMs(hole, answerFor(hole, "rest of file", [], seededRandom(seed)), 200);
  });
  figures.push(["processing 200 tokens, p95", ms(percentiles(times).p95Ms), "<= 1 ms"]);
  const errors = measureTokenErrors(texts, seededRandom(seed));
  figures.push(["token estimate, first prompt of a file", `${errors.first.toFixed(1)} %`, ""]);
  figures.push(["token estimate, calibrated", `${errors.calibrated.toFixed(1)} %`, "<= 3 %"]);
  return figures;
}

function ms(value: number): string {
  return `${value.toFixed(3)} ms`;
}

function printFigures(figures: readonly Figure[]): void {
  console.log("\n| figure | value | to reach |\n| --- | --: | --: |");
  for (const row of figures) console.log(`| ${row.join(" | ")} |`);
}

function show(cases: readonly Case[], count: number, random: Random): void {
  const missed = cases.filter(({ verdict }) => verdict.kind !== "exact");
  for (let index = 0; index < count && missed.length > 0; index++) {
    const [each] = missed.splice(Math.floor(random() * missed.length), 1);
    if (each === undefined) return;
    const { hole, runaway, verdict } = each;
    const before = hole.prefix.split("\n").slice(-4).join("\n");
    const after = hole.suffix.split("\n").slice(0, 4).join("\n");
    const { kind, mode, result } = verdict;
    console.log(`\n=== ${hole.kind} / ${runaway} / ${kind} / ${mode} / ${hole.source.path}`);
    console.log(`gold: ${JSON.stringify(hole.gold)}`);
    console.log(
      result.kind === "kept"
        ? formatOutput({ text: before + after, offset: before.length }, result)
        : `${before}‸${after}\n-> ${result.reason}`,
    );
  }
}
