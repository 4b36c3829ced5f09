/** Requests that come before the first settings: they wait for them, unless something ends them before. */
import { expect, test } from "vitest";

import { silentLog } from "../../server/base/log.ts";
import type { Offset } from "../../server/engine/document.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import { createSession, type SuggestRequest } from "../../server/session/session.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createScriptedProvider } from "../support/scripted-provider.ts";
import { offered } from "./harness.ts";

const uri = "file:///a.ts";

function start() {
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const provider = createScriptedProvider({ clock, answer: () => ({ text: "1;", latencyMs: 50 }) });
  const session = createSession({
    clock,
    documents,
    log: silentLog,
    observer: { onNotice: () => {} },
    settings: { ...defaultSettings, "completion.latencyBudgetMs": 200 },
  });
  documents.open({ uri, languageId: "typescript", version: 1, text: "let a = \n" });
  return {
    clock,
    session,
    ask: (surface: SuggestRequest["surface"], signal = new AbortController().signal) =>
      session.suggest({ uri, offset: 8 as Offset, trigger: "invoked", surface }, signal),
    type: () => documents.change(uri, 2, [{ text: "x", toRange: () => ({ start: 8, end: 8 }) }]),
    configure: () =>
      session.configure({ settings: defaultSettings, provider, localSource: undefined }),
  };
}

test.each(["inline", "menu"] as const)("%s: the settings' arrival answers it", async (surface) => {
  const { clock, ask, configure, session } = start();
  const outcome = ask(surface);
  await clock.advance(150);
  configure();
  expect(offered(await clock.until(outcome))).toBe("1;");
  expect(clock.now()).toBe(200);
  await session.close();
  expect(clock.pendingTimers).toBe(0);
});

test.each(["inline", "menu"] as const)("%s: a change supersedes it at once", async (surface) => {
  const { clock, ask, type } = start();
  const outcome = ask(surface);
  type();
  expect(offered(await outcome)).toBe("superseded");
  expect(clock.pendingTimers).toBe(0);
});

test.each(["inline", "menu"] as const)("%s: a newer request supersedes it", async (surface) => {
  const { ask, session } = start();
  const first = ask(surface);
  const second = ask(surface);
  expect(offered(await first)).toBe("superseded");
  await session.close();
  expect(offered(await second)).toBe("skipped: shuttingDown");
});

test.each(["inline", "menu"] as const)("%s: the client's cancel ends it", async (surface) => {
  const { clock, ask } = start();
  const controller = new AbortController();
  const outcome = ask(surface, controller.signal);
  controller.abort();
  expect(offered(await outcome)).toBe("cancelled");
  expect(clock.pendingTimers).toBe(0);
});

test("a menu is answered at its budget, ghost text waits", async () => {
  const { clock, ask, session } = start();
  const menu = ask("menu");
  expect(offered(await clock.until(menu))).toBe("skipped: latencyBudget");
  expect(clock.now()).toBe(200);
  const inline = ask("inline");
  await clock.advance(10_000);
  expect(clock.pendingTimers).toBe(0);
  await session.close();
  expect(offered(await inline)).toBe("skipped: shuttingDown");
});

test("the wait counts towards a menu's budget", async () => {
  const { clock, ask, configure } = start();
  const outcome = ask("menu");
  await clock.advance(190);
  configure();
  // The budget of the settings that have come is 300 ms; the provider's answer needs 50 ms.
  expect(offered(await clock.until(outcome))).toBe("1;");
  const late = start();
  const slow = late.ask("menu");
  await late.clock.advance(199);
  late.session.configure({
    settings: {
      ...defaultSettings,
      "completion.latencyBudgetMs": 210,
      "workspaceModel.role": "off",
    },
    provider: createScriptedProvider({
      clock: late.clock,
      answer: () => ({ text: "1;", latencyMs: 50 }),
    }),
    localSource: undefined,
  });
  expect(offered(await late.clock.until(slow))).toBe("skipped: latencyBudget");
  expect(late.clock.now()).toBe(210);
});
