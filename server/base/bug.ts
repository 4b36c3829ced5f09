/**
 * Reports a broken invariant. Throws under test. In production each message is reported once and the caller
 * continues with a safe value.
 */
type BugReporter = (message: string) => void;

const reported = new Set<string>();
let reporter: BugReporter = (message) => {
  throw new Error(`bug: ${message}`);
};

/** `main` installs the logging reporter; without one a bug throws. */
export function setBugReporter(report: BugReporter): void {
  reporter = report;
}

/** Reports `message` (constant text, never document text) once and returns `safeValue`. */
export function bug<T>(message: string, safeValue: T): T {
  if (!reported.has(message)) {
    if (reported.size < 1000) reported.add(message);
    reporter(message);
  }
  return safeValue;
}
