/** Runs before all tests. Builds the server if the build is missing or older than its sources. */
import { execSync } from "node:child_process";
import { existsSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

import { builtServer } from "./built-server.ts";
import { projectRoot, sourceFiles } from "./source-files.ts";

export function setup(): void {
  if (existsSync(builtServer) && statSync(builtServer).mtimeMs > newestSource()) return;
  try {
    execSync("npm run --silent build", {
      cwd: projectRoot,
      stdio: ["ignore", "ignore", "inherit"],
    });
  } catch {
    // The tests that need it fail by its absence, not by testing an old one; all others can run.
    rmSync(builtServer, { force: true });
  }
}

function newestSource(): number {
  const sources = [...sourceFiles("server").map(({ path }) => path), "package.json"];
  return Math.max(...sources.map((path) => statSync(join(projectRoot, path)).mtimeMs));
}
