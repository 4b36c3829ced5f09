// Once for a run: VS Code, and the server as users install it.
import type { TestProject } from "vitest/node";
import { obtainVsCode } from "./acquire/vscode.ts";
import { provideInstalled } from "./support/provide.ts";

export function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideInstalled(project, async () => ({ vscode: await obtainVsCode() }));
}
