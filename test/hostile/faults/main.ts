/**
 * `npm run test:faults`: every cell of the fault matrix, or with `-- --only TEXT` those whose name contains it.
 * Prints the table; the exit code is 1 when a cell fails.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { cells, nameOf, transports, type Cell } from "./cells.ts";
import { trustedCa } from "./fault-server.ts";
import { runCell, type CellResult } from "./run-cell.ts";

const { values } = parseArgs({ options: { only: { type: "string", default: "" } } });
const chosen = cells.filter((cell) => nameOf(cell).includes(values.only));
const caFile = join(mkdtempSync(join(tmpdir(), "fim-faults-")), "ca.pem");
writeFileSync(caFile, trustedCa);

const results = new Map<string, CellResult>();
const waiting = [...chosen];
/** Most of the time is spent waiting for deadlines. */
const lanes = 10;
await Promise.all(Array.from({ length: lanes }, lane));
// Dozens of servers that flood and stall share this process: who was only starved by them passes alone.
let alone = 0;
for (const { cell, faults } of results.values()) {
  if (faults.length === 0) continue;
  alone += 1;
  results.set(nameOf(cell), await runCell(cell, caFile));
}
printTable();

const failed = [...results.values()].filter(({ faults }) => faults.length > 0);
for (const { cell, faults } of failed) {
  process.stdout.write(`\nFAILED ${nameOf(cell)}\n  ${faults.join("\n  ")}\n`);
}
const times = [...results.values()].map(({ answeredMs }) => answeredMs).toSorted((a, b) => a - b);
process.stdout.write(
  `\n${chosen.length} cells, ${chosen.length - failed.length} green, ${failed.length} failed, ${alone} run again alone; ` +
    `answered after ${Math.round(times[times.length >> 1] ?? 0)} ms (median), ${Math.round(times.at(-1) ?? 0)} ms (latest)\n`,
);
process.exit(failed.length > 0 ? 1 : 0);

async function lane(): Promise<void> {
  for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
    results.set(nameOf(cell), await runCell(cell, caFile));
    if (process.stdout.isTTY) process.stdout.write(`\r${results.size} of ${chosen.length}`);
  }
}

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
}

function mark(row: string, column: Pick<Cell, "transport" | "isProxied">): string {
  const [point = "", fault = ""] = row.split("/");
  const result = results.get(nameOf({ point: point as Cell["point"], fault, ...column }));
  if (result === undefined) return "-";
  if (result.faults.length > 0) return "FAILED";
  return result.neededRenewal ? "ok, renewed" : "ok";
}
