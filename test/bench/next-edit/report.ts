/** Prints the counts of the replays. */
import {
  countExact,
  countReversals,
  countShown,
  countUseful,
  quantile,
  share,
  sum,
  type Shown,
  type Tally,
} from "./tally.ts";

export interface Replayed {
  readonly checkout: string;
  readonly tallies: readonly Tally[];
}

export function printReport(threshold: number, replayed: readonly Replayed[]): void {
  for (const { checkout, tallies } of replayed) {
    const shown = sum(tallies, countShown);
    const useful = percent(sum(tallies, countUseful), shown);
    const exact = percent(sum(tallies, countExact), shown);
    const done = percent(
      sum(tallies, (tally) => tally.doneReplacedLines),
      sum(tallies, (tally) => tally.replacedLines),
    );
    console.log(
      `  ${nameOf(checkout).padEnd(28)} commits ${tallies.length}  shown ${shown}  useful ${useful}  exact ${exact}  replaced lines done ${done}`,
    );
  }
  const all = replayed.flatMap(({ tallies }) => tallies);
  const handEdits = sum(all, (tally) => tally.handEdits);
  const firsts = all.map((tally) => ({
    ...tally,
    shown: tally.shown.filter((each) => each.isFirst),
  }));
  const milliseconds = all.flatMap((tally) => tally.proposeMs);
  console.log(`p >= ${threshold}, 95 % intervals over commits:
  commits ${all.length}, edits by hand ${handEdits}, shown ${sum(all, countShown)}
  useful ${share(all, countUseful, countShown)} %, exact ${share(all, countExact, countShown)} %
  first of a chain: ${sum(firsts, countShown)}, useful ${share(firsts, countUseful, countShown)} %
  of replaced lines done ${share(
    all,
    (tally) => tally.doneReplacedLines,
    (tally) => tally.replacedLines,
  )} %, of changed lines ${share(
    all,
    (tally) => tally.doneLines,
    (tally) => tally.lines,
  )} %
  false alarms per 100 edits ${share(
    all,
    (tally) => countShown(tally) - countUseful(tally),
    (tally) => tally.handEdits,
    2,
  )}, brought back what was replaced ${share(all, countReversals, countShown, 2)} %
  propose ms p50 ${quantile(milliseconds, 0.5).toFixed(2)}  p95 ${quantile(milliseconds, 0.95).toFixed(2)}  p99 ${quantile(milliseconds, 0.99).toFixed(2)}`);
  const shown = all.flatMap((tally) => tally.shown);
  printKinds(shown);
  printCalibration(shown);
}

function printKinds(shown: readonly Shown[]): void {
  const kinds = grouped(shown, ({ kind }) => kind);
  const rows = [...kinds].map(
    ([kind, own]) =>
      `${kind} ${own.length} (${percent(own.filter(({ isUseful }) => isUseful).length, own.length)})`,
  );
  console.log(`  kinds, useful %: ${rows.join(", ")}`);
}

function printCalibration(shown: readonly Shown[]): void {
  const tenths = grouped(shown, ({ probability }) => Math.min(9, Math.floor(probability * 10)));
  const rows = [...tenths]
    .toSorted(([one], [other]) => one - other)
    .map(([, own]) => {
      const claimed = own.reduce((total, { probability }) => total + probability, 0) / own.length;
      const truth = own.filter(({ isUseful }) => isUseful).length / own.length;
      return `${claimed.toFixed(2)} → ${truth.toFixed(2)} (${own.length})`;
    });
  console.log(`  claimed → true: ${rows.join(", ")}`);
}

function grouped<K, T>(values: readonly T[], keyOf: (value: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key) ?? [];
    group.push(value);
    groups.set(key, group);
  }
  return groups;
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "–" : ((100 * part) / whole).toFixed(1);
}

function nameOf(checkout: string): string {
  return checkout.split("/").filter(Boolean).slice(-2).join("/");
}
