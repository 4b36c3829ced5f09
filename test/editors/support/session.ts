// One editor on one document, with the installed server and a FIM server of its own behind it.
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startFimServer, type Exchange, type FimServer } from "../../support/fim-server.ts";
import type { Answer } from "../../support/fim-answers.ts";
import type { EditorDriver, Place } from "./editor.ts";
import { kill } from "./process.ts";
import type { Screen } from "./screen.ts";
import { trafficIn, type Traffic } from "./traffic.ts";
import { waitFor } from "./wait.ts";
import { createWorkspace, type Installed, type Workspace } from "./workspace.ts";

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
  readonly screen: Screen;
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
  accept(): Promise<void>;
  /** Switches the suggestions on or off; resolves when the server has done it. */
  toggle(): Promise<void>;
  /** Goes on typing behind what was typed before. */
  startTypingAtEnd(): Promise<void>;
  /** Saves, and waits until the file holds exactly this. */
  saveAs(expected: string): Promise<void>;
  quit(): Promise<void>;
}

/** Runs `body` with a started editor; when it fails, its screen and its traffic are kept as files. */
export async function inEditor(
  driver: EditorDriver,
  installed: Installed,
  options: SessionOptions,
  title: string,
  body: (session: EditorSession) => Promise<void>,
): Promise<void> {
  const fim = await startFimServer();
  if (options.answer !== undefined) fim.answer = options.answer;
  const workspace = await createWorkspace(installed, {
    FIM_PROVIDER_ENDPOINT: fim.endpoint,
    CODESTRAL_API_KEY: "key-of-the-editor-tests",
    // The answers are given: how much of them is shown is not what editors are tested for.
    FIM_SUGGESTIONS_MIN_CONFIDENCE: "0",
    ...options.env,
  });
  let screen: Screen | undefined;
  try {
    const place = await putDocument(workspace, options);
    const ready = join(workspace.folder, "other-is-ready");
    const other = `exec '${process.execPath}' '${otherServer}' '${ready}' ${options.otherItem ?? ""}`;
    await workspace.putCommand("typescript-language-server", `#!/bin/sh\n${other}\n`);
    screen = await driver.open(workspace, place);
    const session = sessionOf(driver, fim, workspace, screen, place);
    await waitFor(
      "the document to be open",
      () => session.traffic.received("textDocument/didOpen").length > 0,
      30_000,
    );
    // It says which client it serves, then who answers: nobody types in the first tenth of a second.
    await waitFor(
      "the server to know who answers",
      () => session.traffic.sent("window/logMessage").length >= 2,
      30_000,
    );
    if (options.otherItem !== undefined && driver.hasOtherServers) {
      await waitFor("the other server", () => existsSync(ready));
    }
    await driver.startTyping(screen, place);
    await body(session);
  } catch (error) {
    const target = join(evidence, fileNameOf(`${driver.name} ${title}`));
    await keepEvidence(target, workspace, fim, screen);
    throw error;
  } finally {
    await screen?.close();
    for (const pid of trafficIn(workspace.traffic).pids()) kill(pid);
    await fim.close();
    await workspace.remove();
  }
}

function sessionOf(
  driver: EditorDriver,
  fim: FimServer,
  workspace: Workspace,
  screen: Screen,
  place: Place,
): EditorSession {
  let cursor = place.character;
  const type = async (text: string) => {
    await screen.type(text);
    cursor += text.length;
  };
  const traffic = trafficIn(workspace.traffic);
  const isAnswered = () => waitFor("an answer to the last key", () => traffic.isSettledAt(cursor));
  return {
    fim,
    screen,
    traffic,
    workspace,
    type,
    async typeAndSee(text, suggestion) {
      await type(text);
      await driver.ask?.(screen);
      if (driver.asksForEachKey === true) await isAnswered();
      await screen.see(suggestion);
    },
    async ask() {
      await (driver.ask === undefined ? driver.invoke?.(screen) : driver.ask(screen));
    },
    isAsked: () =>
      waitFor("a request at the FIM server", () =>
        fim.requests.findLast(({ isAborted }) => !isAborted),
      ),
    accept: () => driver.accept(screen),
    async toggle() {
      const answers = () => traffic.answered("workspace/executeCommand");
      const before = answers();
      await driver.toggle?.(screen, place);
      await waitFor("an answer to the command", () => answers() > before);
    },
    startTypingAtEnd: () => driver.startTyping(screen, { ...place, isAtLineEnd: true }),
    async saveAs(expected) {
      await driver.save(screen);
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
      await driver.quit(screen);
      await waitFor("the editor's end", async () => !(await screen.isRunning()));
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
  screen: Screen | undefined,
): Promise<void> {
  await screen?.read();
  await rm(target, { recursive: true, force: true });
  await mkdir(target, { recursive: true });
  const requests = fim.requests.map(({ json, isAborted }) => ({ json, isAborted }));
  await writeFile(join(target, "fim-requests.json"), JSON.stringify(requests, undefined, 2));
  await writeFile(join(target, "screen.txt"), screen?.lastRead() ?? "(no screen)\n");
  for (const name of ["project", "traffic", "home"]) {
    await cp(join(workspace.folder, name), join(target, name), { recursive: true });
  }
}

function fileNameOf(title: string): string {
  return title.replaceAll(/[^A-Za-z0-9.]+/g, "-");
}
