/**
 * `npm run test:all -- endings`: every way for the server to end, or with `--only TEXT` those whose name contains it.
 * Prints how long each took; the exit code is 1 when something was left.
 */

import { endings, runEnding, states, transports, ways, type Ending } from "./run-ending.ts";
import { scriptOptions } from "../../support/script-options.ts";

const { values } = scriptOptions({ options: { only: { type: "string", default: "" } } });
const took = new Map<string, string>();
let longestMs = 0;
let failed = 0;
for (const ending of endings.filter((each) => nameOf(each).includes(values.only))) {
  const { faults, tookMs } = await runEnding(ending);
  longestMs = Math.max(longestMs, tookMs);
  took.set(nameOf(ending), faults.length > 0 ? "FAILED" : `${tookMs.toFixed(0)} ms`);
  if (faults.length === 0) continue;
  failed += 1;
  process.stdout.write(`FAILED ${nameOf(ending)}: ${faults.join(", ")}\n`);
}
process.stdout.write(`${"".padEnd(22)}${ways.map((way) => way.padEnd(18)).join("")}\n`);
for (const transport of transports) {
  for (const state of states) {
    const cells = ways.map((way) => took.get(nameOf({ transport, state, way })) ?? "-");
    process.stdout.write(
      `${`${transport}, ${state}`.padEnd(22)}${cells.map((cell) => cell.padEnd(18)).join("")}\n`,
    );
  }
}
process.stdout.write(
  `${took.size} endings, ${failed} failed, the longest took ${longestMs.toFixed(0)} ms\n`,
);
process.exit(failed > 0 ? 1 : 0);

function nameOf({ transport, state, way }: Ending): string {
  return `${transport}, ${state}, ${way}`;
}
