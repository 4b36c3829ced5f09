// Once for a run: the editors that run in a terminal, and the server as users install it.
import type { TestProject } from "vitest/node";
import { obtainTerminalEditors } from "./acquire/terminal-editors.ts";
import { installPackedServer } from "./support/packed-server.ts";
import { provideInstalled } from "./support/provide.ts";

export function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideInstalled(project, async (folder) => ({
    editors: await obtainTerminalEditors(),
    serverBin: process.env["FIM_EDITORS_SERVER"] ?? (await installPackedServer(folder)),
  }));
}
