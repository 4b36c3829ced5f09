// Installs what the editor tests drive, ahead of a test run: tsx test/editors/install.ts [vscode]
import { obtainTerminalEditors } from "./acquire/terminal-editors.ts";

const editors = await obtainTerminalEditors();
process.stdout.write(`${editors.bin}\n${JSON.stringify(editors.versions, undefined, 2)}\n`);
