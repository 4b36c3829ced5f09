// One editor on one document, with the installed server and a FIM server of its own behind it.
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFimServer, type Exchange, type FimServer } from "../../support/fim-server.ts";
import type { Answer } from "../../support/fim-answers.ts";
import type { TerminalEditors } from "../acquire/terminal-editors.ts";
import type { EditorDriver, Place } from "./editor.ts";
import { kill } from "./process.ts";
import { openTerminal, type Terminal } from "./terminal.ts";
import { trafficIn, type Traffic } from "./traffic.ts";
import { waitFor } from "./wait.ts";
import { createWorkspace, type Workspace } from "./workspace.ts";

const evidence = fileURLToPath(new URL("../../../.cache/editor-failures", import.meta.url));
const otherServer = fileURLToPath(new URL("other-server.mjs", import.meta.url));

export interface SessionOptions {
  /** The document, with `‸` where the cursor is. */
  readonly document: string;
  readonly answer?: Answer;
  readonly fileName?: string;
  readonly eol?: "\n" | "\r\n";
  /** What the other server offers everywhere. */
  readonly otherItem?: string;
  /** Further variables; an empty text removes one of the usual ones. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface EditorSession {
  readonly fim: FimServer;
  readonly terminal: Terminal;
  readonly traffic: Traffic;
  readonly workspace: Workspace;
  /** Text by keys. */
  type(text: string): Promise<void>;
  /** Types the text and waits until the suggestion is on the screen. */
  typeAndSee(text: string, suggestion: string | RegExp): Promise<void>;
  /** Asks for suggestions by key, where the editor has one and may not ask by itself. */
  ask(): Promise<void>;
  /** Waits for a request at the FIM server that was not given up. */
  isAsked(): Promise<Exchange>;
  /** Waits until the editor has asked for suggestions at the cursor and has its answer. */
  isAnswered(): Promise<void>;
  accept(): Promise<void>;
  /** Goes on typing behind what was typed before. */
  startTypingAtEnd(): Promise<void>;
  /** Saves, and waits until the file holds exactly this. */
  saveAs(expected: string): Promise<void>;
  quit(): Promise<void>;
}

export interface Installed {
  readonly editors: TerminalEditors;
  readonly serverBin: string;
}

/** Runs `body` with a started editor; when it fails, its screen and its traffic are kept as files. */
export async function inEditor(
  driver: EditorDriver,
  { editors, serverBin }: Installed,
  options: SessionOptions,
  title: string,
  body: (session: EditorSession) => Promise<void>,
): Promise<void> {
  const fim = await startFimServer();
  if (options.answer !== undefined) fim.answer = options.answer;
  const workspace = await createWorkspace(editors, serverBin, {
    FIM_PROVIDER_ENDPOINT: fim.endpoint,
    CODESTRAL_API_KEY: "key-of-the-editor-tests",
    ...options.env,
  });
  let terminal: Terminal | undefined;
  try {
    const place = await putDocument(workspace, options);
    const ready = join(workspace.folder, "other-is-ready");
    const other = `exec '${process.execPath}' '${otherServer}' '${ready}' ${options.otherItem ?? ""}`;
    await workspace.putCommand("typescript-language-server", `#!/bin/sh\n${other}\n`);
    const start = await driver.prepare(workspace, place);
    terminal = await openTerminal({
      tmux: join(editors.bin, "tmux"),
      folder: workspace.folder,
      cwd: workspace.project,
      env: { ...workspace.env, ...start.env },
      command: start.command,
    });
    const session = sessionOf(driver, fim, workspace, terminal, place);
    await waitFor(
      "the document to be open",
      () => session.traffic.received("textDocument/didOpen").length > 0,
      30_000,
    );
    if (options.otherItem !== undefined && driver.hasOtherServers) {
      await waitFor("the other server", () => existsSync(ready));
    }
    await driver.startTyping(terminal, place);
    await body(session);
  } catch (error) {
    const target = join(evidence, fileNameOf(`${driver.name} ${title}`));
    await keepEvidence(target, workspace, fim, terminal);
    throw error;
  } finally {
    await terminal?.close();
    for (const pid of trafficIn(workspace.traffic).pids()) kill(pid);
    await fim.close();
    await workspace.remove();
  }
}

function sessionOf(
  driver: EditorDriver,
  fim: FimServer,
  workspace: Workspace,
  terminal: Terminal,
  place: Place,
): EditorSession {
  let cursor = place.character;
  const type = async (text: string) => {
    await terminal.type(text);
    cursor += text.length;
  };
  const traffic = trafficIn(workspace.traffic);
  const isAnswered = () => waitFor("an answer to the last key", () => traffic.isSettledAt(cursor));
  return {
    fim,
    terminal,
    traffic,
    workspace,
    type,
    async typeAndSee(text, suggestion) {
      await type(text);
      await driver.ask?.(terminal);
      await terminal.see(suggestion);
    },
    async ask() {
      await (driver.ask === undefined ? driver.invoke?.(terminal) : driver.ask(terminal));
    },
    isAsked: () =>
      waitFor("a request at the FIM server", () =>
        fim.requests.findLast(({ isAborted }) => !isAborted),
      ),
    async isAnswered() {
      await isAnswered();
    },
    async accept() {
      if (driver.acceptsOnlyFreshAnswers) await isAnswered();
      await driver.accept(terminal);
    },
    startTypingAtEnd: () => driver.startTyping(terminal, { ...place, isAtLineEnd: true }),
    async saveAs(expected) {
      await driver.save(terminal);
      let saved = "";
      try {
        await waitFor("the saved file", async () => {
          // some editors put a new file in the old one's place
          saved = await readFile(place.file, "utf8").catch(() => "(no file)");
          return saved === expected;
        });
      } catch {
        throw new Error(`saved ${JSON.stringify(saved)}\ninstead of ${JSON.stringify(expected)}`);
      }
    },
    async quit() {
      await driver.quit(terminal);
      await waitFor("the editor's end", async () => !(await terminal.isRunning()));
    },
  };
}

async function putDocument(workspace: Workspace, options: SessionOptions): Promise<Place> {
  const file = join(workspace.project, options.fileName ?? "main.js");
  const [before = "", after = ""] = options.document.split("‸");
  const text = `${before}${after}`.replaceAll("\n", options.eol ?? "\n");
  await writeFile(file, text);
  const lines = before.split("\n");
  return {
    file,
    line: lines.length,
    column: Array.from(lines.at(-1) ?? "").length + 1,
    character: (lines.at(-1) ?? "").length,
    isAtLineEnd: after === "" || after.startsWith("\n"),
  };
}

async function keepEvidence(
  target: string,
  workspace: Workspace,
  fim: FimServer,
  terminal: Terminal | undefined,
): Promise<void> {
  await terminal?.screen();
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const requests = fim.requests.map(({ json, isAborted }) => ({ json, isAborted }));
  await writeFile(join(target, "fim-requests.json"), JSON.stringify(requests, undefined, 2));
  await writeFile(join(target, "screen.txt"), terminal?.lastScreen() ?? "(no terminal)\n");
  for (const name of ["project", "traffic", "home"]) {
    await cp(join(workspace.folder, name), join(target, name), { recursive: true });
  }
}

function fileNameOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9.]+/g, "-");
}
