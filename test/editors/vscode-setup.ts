// Once for a run: VS Code, and our extension from its file. No server is on the path.
import type { TestProject } from "vitest/node";
import { obtainVsCode } from "./acquire/vscode.ts";
import { installPackedExtension } from "./support/packed-extension.ts";
import { provideInstalled } from "./support/provide.ts";

export function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideInstalled(project, async (folder) => {
    const vscode = await obtainVsCode();
    return { vscode, extension: await installPackedExtension(folder, vscode) };
  });
}
