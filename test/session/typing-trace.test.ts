/** The trace of `log.recordTyping`: what it says, and that it says nothing else. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { Log } from "../../server/base/log.ts";
import type { Offset } from "../../server/engine/document.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import { createSession } from "../../server/session/session.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import { scriptsOfTrace } from "../bench/typing/script.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createScriptedProvider } from "../support/scripted-provider.ts";

async function traceOf(isOn: boolean, keys: readonly string[] = ["x\n"]): Promise<string[]> {
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const lines: string[] = [];
  const log: Log = { level: "info", write: (_, message) => lines.push(message) };
  const session = createSession({ clock, log, documents, observer: { onNotice: () => {} } });
  const provider = createScriptedProvider({
    clock,
    answer: () => ({ text: "secret();", latencyMs: 100 }),
  });
  const settings = { ...defaultSettings, "log.recordTyping": isOn };
  session.configure({ settings, provider, localSource: undefined });
  const uri = "file:///home/me/secret.ts";
  documents.open({ uri, languageId: "typescript", version: 1, text: "let secret = " });
  let cursor = 13;
  for (const text of keys) {
    await clock.advance(1000);
    const at = cursor;
    documents.change(uri, 2, [{ text, toRange: () => ({ start: at, end: at }) }]);
    cursor += text.length;
  }
  const request = { uri, offset: 15 as Offset, trigger: "automatic", surface: "inline" } as const;
  await clock.until(session.suggest(request, new AbortController().signal));
  await session.close();
  return lines;
}

test("has times, lengths and outcomes", async () => {
  const records = (await traceOf(true)).map((line) => JSON.parse(line.replace("typing ", "")));
  expect(records).toEqual([
    { t: 0, d: 1, kind: "open", length: 13 },
    { t: 1000, d: 1, kind: "edit", at: 13, removed: 0, inserted: 2, lines: 1 },
    {
      t: 1100,
      d: 1,
      kind: "answer",
      surface: "inline",
      trigger: "automatic",
      outcome: "suggested",
      reason: "network",
      length: 9,
      tookMs: 100,
    },
  ]);
});

test("is what the typing benchmark plays", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "fim-trace-")), "server.log");
  const typed = "const total = left;\nconst";
  const lines = await traceOf(true, Array.from(typed));
  writeFileSync(
    file,
    ["12:00:00 info started", ...lines.map((line) => `12:00:01 ${line}`)].join("\n"),
  );
  const [script, ...others] = scriptsOfTrace(file, 1);
  expect(others).toEqual([]);
  expect(script?.goal).toMatch(/^[a-z]{19}\n[a-z]{5}$/);
  expect(script?.keys.slice(1).map(({ kind, gapMs }) => `${kind} ${gapMs}`)).toEqual(
    Array.from({ length: typed.length - 1 }, () => "right 1000"),
  );
});

test("has no text, no path and no name", async () => {
  expect((await traceOf(true)).join("\n")).not.toMatch(/secret|home|let/);
});

test("is off unless asked for", async () => {
  expect(await traceOf(false)).toEqual([]);
});
