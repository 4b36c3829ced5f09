// The VS Code extension as users get it: packed into one file, installed from that file by VS Code itself.
import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "../acquire/run.ts";
import type { VsCode } from "../acquire/vscode.ts";

const packager = fileURLToPath(new URL("../../../.ci/package-vscode.mjs", import.meta.url));

/** Returns the folder in which VS Code put the extension. */
export async function installPackedExtension(
  folder: string,
  { codeServer }: VsCode,
): Promise<string> {
  const home = await mkdtemp(join(folder, "vscode-"));
  const file = join(home, "fim-language-server.vsix");
  await run(process.execPath, [packager, file]);
  const extensions = join(home, "extensions");
  const folders = ["--extensions-dir", extensions, "--user-data-dir", join(home, "data")];
  const env = { ...process.env, HOME: home };
  await run(process.execPath, [codeServer, ...folders, "--install-extension", file], { env });
  const installed = (await readdir(extensions)).find((name) => name.includes("fim"));
  if (installed === undefined) throw new Error("VS Code did not install the extension");
  return join(extensions, installed);
}
