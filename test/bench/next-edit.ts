/**
 * How good the next edit is: `npm run bench -- next-edit CHECKOUT…` replays the newest commits of git checkouts.
 * `--limit 250`, `--order near|file`, `--thresholds 0.6,0.75,0.85`; `--fit FILE` fits the ranking to the checkouts.
 */
import { parseArgs } from "node:util";

import { fittedRanking } from "../../server/next-edit/ranking/fitted-ranking.ts";
import { fit } from "./next-edit/fit.ts";
import { replay } from "./next-edit/replay.ts";
import { printReport } from "./next-edit/report.ts";

export function bench(argv: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      limit: { type: "string", default: "250" },
      order: { type: "string", default: "near" },
      thresholds: { type: "string", default: "0.75" },
      seed: { type: "string", default: "11" },
      fit: { type: "boolean", default: false },
    },
  });
  if (positionals.length === 0) {
    console.log("next-edit needs git checkouts: npm run bench -- next-edit CHECKOUT…");
    return;
  }
  const limit = Number(values.limit);
  const order = values.order === "file" ? "file" : "near";
  const seed = Number(values.seed);
  if (values.fit) {
    fit(positionals, { limit, order, seed });
    return;
  }
  for (const threshold of values.thresholds.split(",").map(Number)) {
    const options = { limit, order, seed, threshold, ranking: fittedRanking } as const;
    printReport(
      threshold,
      positionals.map((checkout) => ({ checkout, tallies: replay(checkout, options) })),
    );
  }
}
