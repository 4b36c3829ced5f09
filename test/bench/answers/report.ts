/** The tables of the answers benchmark. */
import { isBlock, type Hole } from "./holes.ts";
import type { Verdict } from "./run.ts";
import type { RunawayKind } from "./runaway.ts";

export interface Case {
  readonly hole: Hole;
  readonly runaway: RunawayKind;
  readonly verdict: Verdict;
}

/** Percentages of a group of cases. */
export interface Shares {
  readonly answers: number;
  readonly exact: number;
  readonly tooMuch: number;
  readonly tooLittle: number;
  readonly other: number;
  readonly dropped: number;
  /** Of the answers that run on: kept no more than what was wanted. */
  readonly runawayCut: number;
  readonly tokens: number;
  readonly afterDecision: number;
  readonly afterCut: number;
}

export function sharesOf(cases: readonly Case[]): Shares {
  const count = (kind: Verdict["kind"]) =>
    cases.filter(({ verdict }) => verdict.kind === kind).length;
  const share = (kind: Verdict["kind"]) => percent(count(kind), cases.length);
  const running = cases.filter(({ runaway }) => runaway !== "none");
  const cut = running.filter(({ verdict }) => verdict.kind !== "tooMuch").length;
  const sum = (valueOf: (verdict: Verdict) => number) =>
    cases.reduce((total, { verdict }) => total + valueOf(verdict), 0);
  const tokens = sum(({ generated }) => generated);
  return {
    answers: cases.length,
    exact: share("exact"),
    tooMuch: share("tooMuch"),
    tooLittle: share("tooLittle"),
    other: share("other"),
    dropped: share("dropped"),
    runawayCut: percent(cut, running.length),
    tokens,
    afterDecision: percent(
      sum(({ afterDecision }) => afterDecision),
      tokens,
    ),
    afterCut: percent(
      sum(({ afterCut }) => afterCut),
      tokens,
    ),
  };
}

export function lineName({ hole }: Case): string {
  return isBlock(hole.kind) ? "block" : "single line";
}

/** Shares by language, by runaway and by kind of hole. */
export function printTables(cases: readonly Case[]): void {
  const kinds = [
    ["single line", cases.filter(({ hole }) => !isBlock(hole.kind))],
    ["block", cases.filter(({ hole }) => isBlock(hole.kind))],
  ] as const;
  printTable("by kind of hole", cases, (each) => `${lineName(each)}: ${each.hole.kind}`);
  for (const [name, group] of kinds)
    printTable(`by runaway, ${name}`, group, ({ runaway }) => runaway);
  for (const [name, group] of kinds) {
    printTable(`by language, ${name}`, group, ({ hole }) => hole.source.languageId);
  }
}

const columns = [
  ["answers", "answers"],
  ["exact %", "exact"],
  ["too much %", "tooMuch"],
  ["too little %", "tooLittle"],
  ["other %", "other"],
  ["dropped %", "dropped"],
  ["runaway cut %", "runawayCut"],
  ["tokens", "tokens"],
  ["after decision %", "afterDecision"],
  ["after cut %", "afterCut"],
] as const satisfies readonly (readonly [string, keyof Shares])[];

function printTable(title: string, cases: readonly Case[], keyOf: (each: Case) => string): void {
  const groups = groupBy(cases, keyOf);
  console.log(`\n${title}\n`);
  console.log(`| | ${columns.map(([name]) => name).join(" | ")} |`);
  console.log(`| --- |${" --: |".repeat(columns.length)}`);
  for (const [key, group] of groups) {
    const shares = sharesOf(group);
    const cells = columns.map(([, field]) => {
      return field === "answers" || field === "tokens"
        ? `${shares[field]}`
        : shares[field].toFixed(1);
    });
    console.log(`| ${key} | ${cells.join(" | ")} |`);
  }
}

export function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
