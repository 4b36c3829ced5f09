/** The oldest Node.js that the server runs on. */
const minimum = [20, 19] as const;

/** One sentence if `version` (as in `process.versions.node`) is too old. */
export function nodeProblem(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor, oldestMinor] = minimum;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `needs Node.js ${minimum.join(".")} or newer, and this is ${version}`;
}
