// Hands what is installed to the tests, or the reason why it cannot be had on this machine.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import type { Installed } from "./workspace.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** One of both: `reason` tells why the editors cannot be had. */
    readonly installed: { readonly installed?: Installed; readonly reason?: string };
  }
}

/** Returns what removes what `obtain` put into its folder; the editors stay in the cache. */
export async function provideInstalled(
  project: TestProject,
  obtain: (folder: string) => Promise<Installed>,
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "fim-packed-"));
  try {
    project.provide("installed", { installed: await obtain(folder) });
  } catch (error) {
    const [reason = ""] = String(error).split("\n", 1);
    project.provide("installed", { reason });
  }
  return () => rm(folder, { recursive: true, force: true });
}
