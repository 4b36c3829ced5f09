/**
 * Installs what the editor tests drive, ahead of a test run:
 *
 *   npx tsx test/editors/install.ts            the editors that run in a terminal
 *   npx tsx test/editors/install.ts vscode     VS Code
 */
import { obtainTerminalEditors } from "./acquire/terminal-editors.ts";
import { obtainVsCode } from "./acquire/vscode.ts";

const obtain = process.argv[2] === "vscode" ? obtainVsCode : obtainTerminalEditors;
process.stdout.write(`${JSON.stringify(await obtain(), undefined, 2)}\n`);
