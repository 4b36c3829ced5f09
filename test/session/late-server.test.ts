/** A model server that is started after the editor is found when typing resumes, at most every 30 s. */
import { expect, onTestFinished, test } from "vitest";

import { silentLog } from "../../server/base/log.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import { createSessionHost } from "../../server/session/host.ts";
import { defaultSettings } from "../../server/settings/schema.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { byPath, json } from "../support/fim-answers.ts";
import { consentOf } from "../support/server-consent.ts";
import { startFimServer } from "../support/fim-server.ts";

test("a server is looked for again while the workspace model answers alone", async () => {
  const clock = createFakeClock();
  const server = await startFimServer();
  server.models = json(404, {});
  const documents = createDocumentStore();
  const host = createSessionHost({
    clock,
    log: silentLog,
    documents,
    environment: {},
    observer: { onNotice: () => {} },
    localServers: [{ name: "llama-cpp", endpoint: server.origin }],
    serverConsent: consentOf("always"),
  });
  onTestFinished(async () => {
    await host.close();
    await server.close();
  });
  const uri = "file:///a.ts";
  let version = 1;
  documents.open({ uri, languageId: "typescript", version, text: "" });
  // The time of a look stands still: it ends when the server has answered.
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await clock.settle();
  };
  const type = (): void =>
    documents.change(uri, ++version, [{ text: "x", toRange: () => ({ start: 0, end: 0 }) }]);
  await host.configure(defaultSettings);
  await until(() => server.lookUps.length === 1);

  server.models = byPath({ "/props": json(200, { default_generation_settings: { n_ctx: 4096 } }) });
  type();
  await clock.advance(29_000);
  type();
  await clock.settle();
  expect(server.lookUps).toHaveLength(1);
  expect(host.session.status().provider).toBeUndefined();

  await clock.advance(1000);
  type();
  await until(() => host.session.status().provider?.name === "llama-cpp");

  // What answers is not looked for.
  const seen = (): number => server.lookUps.filter(({ path }) => path === "/props").length;
  await clock.advance(60_000);
  const before = seen();
  type();
  await clock.settle();
  expect(seen()).toBe(before);
});
