/** `npm run test:all -- canary`: every cell of the fault matrix at every log level; the exit code is 1 when a secret was found. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { logLevels } from "../../../server/base/log.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { cells } from "../faults/cells.ts";
import { trustedCa } from "../faults/fault-server.ts";
import { leaksUnderFaults } from "./under-faults.ts";

const caFile = join(temporaryFolder("fim-canary-ca-"), "ca.pem");
writeFileSync(caFile, trustedCa);
let found = 0;
for (const level of logLevels) {
  const { leaks, reached } = await leaksUnderFaults(cells, level, caFile);
  found += leaks.length;
  process.stdout.write(
    `${level}: ${cells.length} cells, ${reached} faults met, ${leaks.length} secrets found\n${leaks.join("\n")}\n`,
  );
}
process.exit(found > 0 ? 1 : 0);
