/** A slice of the fault matrix; `npm run test:all -- faults` runs all of it and prints its table. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { cells, nameOf } from "./cells.ts";
import { trustedCa } from "./fault-server.ts";
import { runCell } from "./run-cell.ts";

const folder = mkdtempSync(join(tmpdir(), "fim-faults-"));
const caFile = join(folder, "ca.pem");
writeFileSync(caFile, trustedCa);
afterAll(() => rmSync(folder, { recursive: true }));

/** Each eleventh cell: eleven is prime to the number of transports, so that it goes through all of them. */
const slice = cells.filter((_, index) => index % 11 === 0);

test("the slice reaches every point", () => {
  const points = new Set(slice.map(({ point }) => point));
  expect([...points].toSorted()).toEqual([...new Set(cells.map(({ point }) => point))].toSorted());
});

// One after the other: a server that floods shares this process, and would starve the others up to their deadlines.
test.for(slice.map((cell) => [nameOf(cell), cell] as const))(
  "%s",
  { timeout: 60_000 },
  async ([, cell]) => {
    const { faults } = await runCell(cell, caFile);
    expect(faults).toEqual([]);
  },
);
