/** Ends a run with one line that programs can read: `12 passed, 0 failed, 3 skipped`. */
import { appendFileSync } from "node:fs";
import type { Reporter, TestModule } from "vitest/node";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function describeTally({ passed, failed, skipped }: Tally): string {
  const end = skipped === 0 ? "" : `, ${skipped} skipped`;
  return `${passed} passed, ${failed} failed${end}`;
}

/** With `TALLY_FILE` in the environment the line is appended there too, for `.ci/run` to sum. */
export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      // A file that cannot even be loaded holds no tests that could fail.
      if (module.errors().length > 0) tally.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") tally.passed++;
        else if (state === "failed") tally.failed++;
        else tally.skipped++;
      }
    }
    const line = describeTally(tally);
    process.stdout.write(`${line}\n`);
    const file = process.env["TALLY_FILE"];
    if (file !== undefined) appendFileSync(file, `${line}\n`);
  }
}
