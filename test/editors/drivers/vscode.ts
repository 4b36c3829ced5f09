// VS Code: its server part (code-server), its window in a headless browser, and our extension.
import { spawn } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { VsCode } from "../acquire/vscode.ts";
import { newPage, type Page } from "../support/browser.ts";
import type { EditorDriver, Place } from "../support/editor.ts";
import { isRunning, kill, withDescendants } from "../support/process.ts";
import { watching, type Screen } from "../support/screen.ts";
import { waitFor } from "../support/wait.ts";
import type { Workspace } from "../support/workspace.ts";

const otherExtension = fileURLToPath(new URL("../support/vscode-other", import.meta.url));
/** It needs the language client. */
const modules = fileURLToPath(new URL("../../../node_modules", import.meta.url));

/** VS Code takes its time to start. */
const startLimitMs = 60_000;

/** Nothing but our extension may suggest by itself; what has to do with us is left as it is. */
const userSettings = {
  "security.workspace.trust.enabled": false,
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "editor.wordBasedSuggestions": "off",
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "javascript.suggest.enabled": false,
  "javascript.validate.enable": false,
  "editor.minimap.enabled": false,
};

export const vscode: EditorDriver = {
  name: "VS Code",
  fixture: "vscode",
  shows: "ghost text",
  multiLine: "whole",
  hasOtherServers: true,
  async open(workspace, place) {
    const { vscode: installed, extension } = workspace.installed;
    if (installed === undefined || extension === undefined)
      throw new Error("VS Code is not installed");
    const data = join(workspace.folder, "data");
    const extensions = join(workspace.folder, "extensions");
    await mkdir(join(data, "User"), { recursive: true });
    await writeFile(join(data, "User/settings.json"), JSON.stringify(userSettings));
    await cp(extension, join(extensions, "fim"), { recursive: true });
    await cp(otherExtension, join(extensions, "other"), { recursive: true });
    await symlink(modules, join(extensions, "other/node_modules"));
    // VS Code asks a login shell for the path, and /etc/profile makes one of its own
    await workspace.putHome(".profile", `PATH='${workspace.env["PATH"]}'\n`);
    const page = await newPage(installed);
    const port = await freePort();
    const pid = startCodeServer(installed, workspace, port, [
      "--user-data-dir",
      data,
      "--extensions-dir",
      extensions,
    ]);
    const screen = screenOf(page, pid);
    try {
      await waitFor("VS Code's server", () => isListening(port), startLimitMs);
      await page.goto(addressOf(port, workspace, place), { waitUntil: "domcontentloaded" });
      await page.waitForSelector(".monaco-editor .view-line", { timeout: startLimitMs });
    } catch (error) {
      // What went on in the background would slow down the tests after it.
      await screen.close();
      throw error;
    }
    return screen;
  },
  async startTyping(screen, place) {
    await catchUp(screen);
    await screen.keys("Control+G");
    await screen.see("Type the line number");
    await screen.type(`${place.line}:${place.character + 1}`);
    await screen.keys("Enter");
    await screen.seeNo("Type the line number");
    if (place.isAtLineEnd) await screen.keys("End");
  },
  askForMenu: (screen) => screen.keys("Control+Space"),
  closeMenu: (screen) => screen.keys("Escape"),
  accept: (screen) => screen.keys("Tab"),
  async toggle(screen) {
    await screen.keys("F1");
    await screen.see("Type the name of a command");
    await screen.type("FIM: Switch");
    await screen.see("FIM: Switch Suggestions");
    await screen.keys("Enter");
  },
  save: (screen) => screen.keys("Control+S"),
  // closing the window would leave everything running for a window that comes back
  quit: (screen) => screen.keys("quit"),
};

/**
 * Waits until the window has handled all that the extensions told it so far. The language client registers our
 * provider when it opens the document at the server, but a busy window handles keys before what the extensions
 * say, for seconds, and a key that comes before the provider is asked about by nobody.
 */
async function catchUp(screen: Screen): Promise<void> {
  const echoes = /^echo (\d+)$/m;
  const count = Number(echoes.exec(await screen.read())?.[1] ?? 0);
  await screen.keys("Control+F11");
  await screen.see(`echo ${count + 1}`);
}

function startCodeServer(
  { codeServer }: VsCode,
  workspace: Workspace,
  port: number,
  folders: readonly string[],
): number {
  const flags = ["disable-telemetry", "disable-update-check", "disable-workspace-trust"];
  const args = [
    ...flags.map((flag) => `--${flag}`),
    "--disable-getting-started-override",
    "--auth=none",
    `--bind-addr=127.0.0.1:${port}`,
    ...folders,
  ];
  const child = spawn(process.execPath, [codeServer, ...args], {
    env: workspace.env,
    cwd: workspace.project,
    stdio: "ignore",
  });
  if (child.pid === undefined) throw new Error("VS Code's server did not start");
  return child.pid;
}

function addressOf(port: number, workspace: Workspace, place: Place): string {
  const file = `vscode-remote://127.0.0.1:${port}${place.file}`;
  const payload = JSON.stringify([["openFile", file]]);
  const query = new URLSearchParams({ folder: workspace.project, payload });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

async function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Lines of the editor with the ghost text in them, then menus, quick inputs, notifications and status items. */
const readPage = `(() => {
  const byTop = (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top;
  const texts = (selector) => [...document.querySelectorAll(selector)].sort(byTop).map((e) => e.textContent);
  return [
    ...texts(".monaco-editor .view-line"),
    ...texts("[class*=ghost-text]"),
    ...texts(".suggest-widget.visible .monaco-list-row, .quick-input-widget .monaco-list-row"),
    ...[...document.querySelectorAll(".quick-input-widget:not([style*='display: none']) input")].map((e) => e.placeholder),
    ...texts(".notification-list-item"),
    ...texts(".statusbar-item[id='test.other.echo']"),
    ...[...document.querySelectorAll(".statusbar-item [aria-label*=FIM]")].map((e) => e.ariaLabel),
  ].join("\\n").replaceAll("\\u00a0", " ");
})()`;

function screenOf(page: Page, pid: number): Screen {
  let last = "";
  const read = async () => {
    last = await page.evaluate<string>(readPage).catch(() => last);
    return last;
  };
  return {
    read,
    ...watching(read),
    lastRead: () => last,
    async capture(path, clip) {
      await page.screenshot({ path, clip });
    },
    async keys(...names) {
      for (const name of names) {
        if (name === "quit") process.kill(pid, "SIGTERM");
        else await page.keyboard.press(name);
      }
    },
    type: (text) => page.keyboard.type(text),
    isRunning: async () => isRunning(pid),
    async close() {
      const family = withDescendants(pid);
      await page.close();
      for (const member of family) kill(member);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
