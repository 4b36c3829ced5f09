/** Ends a run with one machine-readable line: `12 passed, 0 failed, 3 skipped`. */
import { appendFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export function describeTally({ passed, failed, skipped }: Tally): string {
  const end = skipped === 0 ? "" : `, ${skipped} skipped`;
  return `${passed} passed, ${failed} failed${end}`;
}

/**
 * For `.ci/run`, which names the file in `TALLY_FILE`: a line for each failure, then the tally. A long run is
 * read from its end, so it tells there what failed in any of its suites.
 */
export function recordTally(tally: Tally, failures: readonly string[]): void {
  const file = process.env["TALLY_FILE"];
  if (file === undefined) return;
  const lines = failures.map(
    (failure) => `FAILED ${failure.replaceAll(/\s*\n\s*/g, " | ").slice(0, 800)}`,
  );
  appendFileSync(file, [...lines, describeTally(tally), ""].join("\n"));
}

export class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
    const failures = errors.map((error) => `outside the tests: ${messageOf(error)}`);
    for (const module of modules) {
      // A file that cannot even be loaded holds no tests that could fail.
      const [moduleError] = module.errors();
      if (moduleError !== undefined)
        failures.push(`${module.relativeModuleId}: ${messageOf(moduleError)}`);
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") tally.passed++;
        else if (state === "failed") failures.push(describeFailure(module, test));
        else tally.skipped++;
      }
    }
    tally.failed = failures.length;
    process.stdout.write(`${describeTally(tally)}\n`);
    recordTally(tally, failures);
  }
}

function describeFailure(module: TestModule, test: TestCase): string {
  const reasons = (test.result().errors ?? []).map(messageOf);
  return `${module.relativeModuleId} > ${test.fullName}: ${reasons.join(" | ")}`;
}

function messageOf(error: unknown): string {
  const { message } = error as { message?: unknown };
  return typeof message === "string" ? message : String(error);
}
