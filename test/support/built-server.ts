/** The output file of `npm run build`, as named in package.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { projectRoot } from "./source-files.ts";

const { bin } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
  bin: Readonly<Record<string, string>>;
};

export const builtServer: string = join(projectRoot, bin["fim-language-server"] ?? "");
