/**
 * `npm run test:all -- faults`: every cell of the fault matrix, or with `--only TEXT` those whose name contains it.
 * Prints the table; the exit code is 1 when a cell fails.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { recordTally } from "../../support/tally-reporter.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { scriptOptions } from "../../support/script-options.ts";
import { beyondTheMatrix, cells, exclusions, nameOf, transports, type Cell } from "./cells.ts";
import { trustedCa } from "./fault-server.ts";
import { runCell, type CellResult } from "./run-cell.ts";

const { values } = scriptOptions({ options: { only: { type: "string", default: "" } } });
const chosen = cells.filter((cell) => nameOf(cell).includes(values.only));
const caFile = join(temporaryFolder("fim-faults-"), "ca.pem");
writeFileSync(caFile, trustedCa);

/**
 * Cells at a time: most of their time is spent waiting for deadlines. Servers that flood and stall share this
 * process, so who was only starved by the others passes among few, or alone.
 */
const lanes = [16, 4, 1] as const;
const results = new Map<string, CellResult>();
let repeated = 0;
for (const [round, width] of lanes.entries()) {
  const waiting = chosen.filter((cell) => results.get(nameOf(cell))?.faults.length !== 0);
  if (round > 0) repeated += waiting.length;
  const lane = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift())
      results.set(nameOf(cell), await runCell(cell, caFile));
  };
  await Promise.all(Array.from({ length: width }, lane));
}
printTable();

const failed = [...results.values()].filter(({ faults }) => faults.length > 0);
for (const { cell, faults } of failed) {
  process.stdout.write(`\nFAILED ${nameOf(cell)}\n  ${faults.join("\n  ")}\n`);
}
const times = [...results.values()].map(({ answeredMs }) => answeredMs).toSorted((a, b) => a - b);
process.stdout.write(
  `\n${chosen.length} cells, ${chosen.length - failed.length} green, ${failed.length} failed, ${repeated} repeated among fewer; ` +
    `answered after ${Math.round(times[times.length >> 1] ?? 0)} ms (median), ${Math.round(times.at(-1) ?? 0)} ms (latest)\n`,
);
recordTally(
  { passed: chosen.length - failed.length, failed: failed.length, skipped: 0 },
  failed.map(({ cell, faults }) => `${nameOf(cell)}: ${faults.join("\n")}`),
);
// Sockets of servers that were struck may still be closing.
process.exit(failed.length > 0 ? 1 : 0);

function printTable(): void {
  const columns = transports.flatMap((transport) =>
    [false, true].map((isProxied) => ({ transport, isProxied })),
  );
  const head = columns.map(
    ({ transport, isProxied }) => `${transport}${isProxied ? "+proxy" : ""}`,
  );
  process.stdout.write(`${"".padEnd(32)}${head.map((name) => name.padEnd(14)).join("")}\n`);
  const rows = new Set(chosen.map(({ point, fault }) => `${point}/${fault}`));
  for (const row of rows) {
    const marks = columns.map((column) => mark(row, column));
    process.stdout.write(`${row.padEnd(32)}${marks.map((text) => text.padEnd(14)).join("")}\n`);
  }
  process.stdout.write("\n- cannot be:\n");
  for (const [reason, count] of exclusions) process.stdout.write(`  ${count} cells: ${reason}\n`);
  for (const reason of beyondTheMatrix) process.stdout.write(`  no cell: ${reason}\n`);
}

function mark(row: string, column: Pick<Cell, "transport" | "isProxied">): string {
  const [point = "", fault = ""] = row.split("/");
  const result = results.get(nameOf({ point: point as Cell["point"], fault, ...column }));
  if (result === undefined) return "-";
  if (result.faults.length > 0) return "FAILED";
  return result.neededRenewal ? "ok, renewed" : "ok";
}
