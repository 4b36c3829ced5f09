// Hands what is installed to the tests, or the reason why it cannot be had on this machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { installPackedServer } from "./packed-server.ts";
import type { Installed } from "./workspace.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** One of both: `reason` tells why the editors cannot be had. */
    readonly installed: { readonly installed?: Installed; readonly reason?: string };
  }
}

/** Returns what removes the installed server again; the editors stay in the cache. */
export async function provideInstalled(
  project: TestProject,
  obtain: () => Promise<Omit<Installed, "serverBin">>,
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "fim-packed-"));
  try {
    const editors = await obtain();
    const serverBin = process.env["FIM_EDITORS_SERVER"] ?? (await installPackedServer(folder));
    project.provide("installed", { installed: { ...editors, serverBin } });
  } catch (error) {
    const [reason = ""] = String(error).split("\n", 1);
    project.provide("installed", { reason });
  }
  return () => rm(folder, { recursive: true, force: true });
}
