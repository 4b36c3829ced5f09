// What every editor has to do with the server, told once; each driver's test file runs them all.
import { describe, expect, inject, it } from "vitest";
import { gate, json, middle, type Answer } from "../support/fim-answers.ts";
import { announcementIn, decidingFacts, recordedAnnouncement } from "./support/announcement.ts";
import { completing } from "./support/answers.ts";
import {
  afterEmoji,
  bracket,
  firstLineOf,
  insideString,
  knownLine,
  multiLine,
  multiLineTabs,
  oneLine,
  unknownWord,
  type Example,
} from "./support/documents.ts";
import type { EditorDriver } from "./support/editor.ts";
import { isRunning } from "./support/process.ts";
import { inEditor, type EditorSession, type SessionOptions } from "./support/session.ts";
import { waitFor } from "./support/wait.ts";

/** No process may outlive its editor by more. */
const orphanLimitMs = 3000;

// The titles come as arguments, and each step is an assertion: it waits for what must be seen.
/* oxlint-disable vitest/valid-title, vitest/expect-expect */

export function editorScenarios(driver: EditorDriver): void {
  const { installed, reason } = inject("installed");
  const name = installed === undefined ? `${driver.name} (not to be had: ${reason})` : driver.name;
  const scenario = (title: string, options: SessionOptions, body: ScenarioBody) =>
    it(title, async () => {
      if (installed !== undefined) await inEditor(driver, installed, options, title, body);
    });

  describe.skipIf(installed === undefined)(name, () => {
    const plain = { document: oneLine.before };
    scenario("says at the start what its profile was decided by", plain, async (session) => {
      const announced = announcementIn(session.traffic, session.workspace);
      const recorded = recordedAnnouncement(driver.fixture, announced);
      expect(decidingFacts(announced)).toEqual(decidingFacts(recorded));
    });
    accepting(driver, scenario);
    typing(scenario);
    troubles(driver, scenario);
    ends(driver, scenario);
  });
}

/**
 * Where a menu's answer must be there at once: a busy machine may need more than the usual budget. What is likely is no
 * matter of the editor: a later line that is not would be held back, and which one depends on when it asks.
 */
const patient = {
  FIM_COMPLETION_LATENCY_BUDGET_MS: "15000",
  FIM_SUGGESTIONS_MIN_CONFIDENCE: "0",
};

type ScenarioBody = (session: EditorSession) => Promise<void>;
type Scenario = (title: string, options: SessionOptions, body: ScenarioBody) => void;

function accepting(driver: EditorDriver, scenario: Scenario): void {
  const accepts = (title: string, example: Example, more: Partial<SessionOptions> = {}) => {
    const { before, after } = example;
    const options = { document: before, answer: completing(after), env: patient, ...more };
    scenario(title, options, async (session) => {
      await session.type(example.typed);
      if (example.needsKey === true) await session.ask();
      await session.typeAndSee("", example.shown);
      await session.accept();
      const expected = driver.multiLine === "whole" ? example.after : firstLineOf(example);
      await session.saveAs(expected.replaceAll("\n", more.eol ?? "\n"));
    });
  };
  accepts("inserts a line", oneLine);
  accepts("inserts several lines with their indentation", multiLine);
  accepts("inserts before an auto-closed bracket", bracket);
  accepts("inserts ${x} and backslashes as they are", insideString);
  accepts("inserts after an emoji", afterEmoji);
  accepts("keeps the line ends of a CRLF file", multiLine, { eol: "\r\n" });
  accepts("keeps tabs", multiLineTabs);
  accepts("inserts what the workspace model knows, without a key", knownLine, {
    env: { FIM_PROVIDER_ENDPOINT: "", CODESTRAL_API_KEY: "", ...patient },
  });
}

function typing(scenario: Scenario): void {
  const options = { document: oneLine.before, answer: completing(oneLine.after), env: patient };
  scenario(
    "keeps the suggestion while it is typed, without a request",
    options,
    async (session) => {
      await session.typeAndSee(oneLine.typed, oneLine.shown);
      const requests = session.fim.requests.length;
      await session.typeAndSee("f", "t + right;");
      await session.typeAndSee("t", " + right;");
      await session.accept();
      await session.saveAs(oneLine.after);
      expect(session.fim.requests.length).toBe(requests);
    },
  );
  scenario("removes the suggestion when something else is typed", options, async (session) => {
    await session.typeAndSee(oneLine.typed, oneLine.shown);
    await session.type("X");
    await session.screen.seeNo("+ right");
    await session.saveAs(typedDocument("return leX"));
  });
}

function troubles(driver: EditorDriver, scenario: Scenario): void {
  const slow = gate();
  const late = {
    document: unknownWord.before,
    answer: completing(unknownWord.after, { holdHeaders: slow }),
    otherItem: "previousFromElsewhere",
  };
  scenario(
    "stays usable while the provider is slow; the next keys show the answer",
    late,
    async (session) => {
      await session.type(unknownWord.typed);
      await session.ask();
      await session.isAsked();
      await session.screen.see(unknownWord.typed);
      if (driver.hasOtherServers) {
        await driver.askForMenu?.(session.screen);
        await session.screen.see("previousFromElsewhere");
        await driver.closeMenu?.(session.screen);
      }
      // The budget of a menu is over: it was answered empty.
      if (driver.shows === "menu") await waitFor("an answer", () => session.traffic.isQuiet());
      slow.open();
      await Promise.all(session.fim.requests.map(({ closed }) => closed));
      // At the first of them the editor may still be busy with the empty answer.
      await session.typeAndSee("v", `${unknownWord.typed}v`);
      await session.typeAndSee("i", "ous[left];");
    },
  );

  const refusals: Readonly<Record<string, Answer | undefined>> = {
    "refuses the key": json(401, { message: "Unauthorized" }),
    "is asked too often": json(429, { message: "Requests rate limit exceeded" }),
    "is dead": undefined,
  };
  for (const [trouble, answer] of Object.entries(refusals)) {
    const options = { document: oneLine.before, ...(answer && { answer }) };
    scenario(`shows at most one message when the provider ${trouble}`, options, async (session) => {
      if (answer === undefined) await session.fim.close();
      let typed = "";
      for (const text of ["return le", "ft", " + ri", "ght"]) {
        await session.type(text);
        await driver.ask?.(session.screen);
        typed += text;
        await session.screen.see(typed);
        await waitFor("an answer to each request", () => session.traffic.isQuiet());
      }
      await session.saveAs(typedDocument("return left + right"));
      expect(session.traffic.sent("window/showMessage").length).toBeLessThanOrEqual(1);
      expect(session.traffic.sent("window/showMessageRequest")).toEqual([]);
      expect(session.traffic.errors()).toEqual([]);
    });
  }
}

function ends(driver: EditorDriver, scenario: Scenario): void {
  const options = { document: oneLine.before, answer: completing(oneLine.after), env: patient };
  scenario("survives the server's death and has it again", options, async (session) => {
    await session.typeAndSee(oneLine.typed, oneLine.shown);
    const [pid = 0] = session.traffic.pids();
    process.kill(pid, "SIGKILL");
    await waitFor("the server's end", () => !isRunning(pid));
    await session.saveAs(typedDocument(oneLine.typed));
    await driver.restart?.(session.screen);
    await waitFor("a new server", () => session.traffic.isOpenIn(1));
    await session.startTypingAtEnd();
    await session.typeAndSee("f", "t + right;");
  });

  if (driver.toggle !== undefined) {
    scenario("is switched off and on by its command", options, async (session) => {
      await session.toggle();
      await session.type(oneLine.typed);
      await session.screen.see(oneLine.typed);
      await driver.ask?.(session.screen);
      await waitFor("an answer to each request", () => session.traffic.isQuiet());
      expect(session.fim.requests).toEqual([]);
      await session.toggle();
      await session.typeAndSee("f", "t + right;");
    });
  }

  const never = gate();
  const held = { document: oneLine.before, answer: middle("", { holdHeaders: never }) };
  scenario("leaves no process behind when it quits during a request", held, async (session) => {
    await session.type(oneLine.typed);
    await session.ask();
    await session.isAsked();
    await session.quit();
    for (const pid of session.traffic.pids()) {
      await waitFor("the server's end", () => !isRunning(pid), orphanLimitMs);
    }
    await Promise.all(session.fim.requests.map(({ closed }) => closed));
    expect(session.fim.requests.every(({ isAborted }) => isAborted)).toBe(true);
  });
}

function typedDocument(text: string): string {
  return oneLine.before.replace("‸", text);
}
