// Once for a run: the editors, and the server as users install it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { obtainTerminalEditors } from "./acquire/terminal-editors.ts";
import { installPackedServer } from "./support/packed-server.ts";
import type { Installed } from "./support/session.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** `reason`: why they cannot be had on this machine. */
    readonly editors: { readonly installed?: Installed; readonly reason?: string };
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "fim-packed-"));
  const editors = await obtainTerminalEditors().catch((error: unknown) => String(error));
  if (typeof editors === "string") {
    project.provide("editors", { reason: editors.split("\n", 1)[0] ?? "" });
  } else {
    const serverBin = process.env["FIM_EDITORS_SERVER"] ?? (await installPackedServer(folder));
    project.provide("editors", { installed: { editors, serverBin } });
  }
  return () => rm(folder, { recursive: true, force: true });
}
