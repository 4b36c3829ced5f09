/** The table of a typing benchmark, and the distance of each figure from its target. */
import type { Model } from "./model.ts";
import type { PolicyName } from "./policy.ts";
import { percentile, type Tally } from "./tally.ts";

export interface Run {
  readonly model: Model;
  readonly policy: PolicyName;
  readonly tally: Tally;
}

const columns = [
  "model",
  "ms",
  "policy",
  "requests",
  "cancelled",
  "prompt tok",
  "output tok",
  "shown",
  "accepted",
  "wrong",
  "disagree",
  "changes",
  "wait p50",
  "p95",
] as const;

/** Per 100 typed characters, but for disagreements and changes (in all) and waits (milliseconds). */
export function printRuns(runs: readonly Run[]): void {
  const rows = runs.map(({ model, policy, tally }) => {
    const per100 = (count: number): string => ((100 * count) / tally.typed).toFixed(1);
    return [
      model.name,
      String(model.latencyMs),
      policy,
      per100(tally.requests),
      per100(tally.cancelled),
      per100(tally.tokensIn),
      per100(tally.tokensOut),
      per100(tally.shown),
      per100(tally.acceptedCharacters),
      per100(tally.wrong),
      String(tally.disagreeing),
      String(tally.changes),
      percentile(tally.waitsMs, 0.5).toFixed(0),
      percentile(tally.waitsMs, 0.95).toFixed(0),
    ];
  });
  printTable([columns, ...rows]);
}

/** Ours against cancel-and-resend, for each model. */
export function printFigures(runs: readonly Run[]): void {
  const rows: (readonly string[])[] = [
    ["model", "ms", "requests", "accepted x", "tokens per accepted x", "disagree", "changes"],
  ];
  for (const { model, policy, tally } of runs) {
    if (policy !== "ours") continue;
    const other = runs.find((run) => run.model === model && run.policy === "cancel-and-resend");
    if (other === undefined) continue;
    const most = model.name === "good" ? 6 : 13;
    const accepted = rate(tally) / rate(other.tally);
    const tokens = price(tally) / price(other.tally);
    rows.push([
      model.name,
      String(model.latencyMs),
      judged((100 * tally.requests) / tally.typed, "<=", most),
      judged(accepted, ">=", 1.25),
      judged(tokens, "<=", 0.15),
      judged(tally.disagreeing, "<=", 0),
      judged(tally.changes, "<=", 0),
    ]);
  }
  printTable(rows);
}

export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return /^[\d.]/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
    });
    console.log(cells.join("  "));
  }
}

function rate({ acceptedCharacters, typed }: Tally): number {
  return acceptedCharacters / typed;
}

/** Tokens of prompts and answers for one accepted character. */
function price({ tokensIn, tokensOut, acceptedCharacters }: Tally): number {
  return (tokensIn + tokensOut) / acceptedCharacters;
}

/** A share of nothing, where the other accepted nothing, is neither reached nor missed. */
function judged(value: number, relation: "<=" | ">=", bound: number): string {
  if (!Number.isFinite(value)) return `- (${relation} ${bound})`;
  const isReached = relation === "<=" ? value <= bound : value >= bound;
  const digits = Number.isInteger(value) ? 0 : 2;
  return `${value.toFixed(digits)} (${relation} ${bound}${isReached ? "" : ", missed"})`;
}
