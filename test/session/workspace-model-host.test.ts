import { expect, onTestFinished, test } from "vitest";

import { silentLog } from "../../server/base/log.ts";
import { createDocumentStore } from "../../server/documents/document-store.ts";
import { createExclusion } from "../../server/files/ignore/exclusion.ts";
import { WorkspaceModelHost } from "../../server/session/workspace-model-host.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";

const uri = "file:///workspace/a.ts";

async function openDocument(user = { isWaiting: false }) {
  const clock = createFakeClock();
  const documents = createDocumentStore();
  const exclusion = createExclusion(clock);
  exclusion.set({ patterns: [], respectsIgnoreFiles: false }, []);
  const modelHost = new WorkspaceModelHost({
    clock,
    log: silentLog,
    documents,
    exclusion,
    onProgress: () => {},
    isAsked: () => user.isWaiting,
  });
  onTestFinished(() => modelHost.close());
  const model = await modelHost.wanted({ maxBytes: 1_000_000, respectsIgnoreFiles: true });
  await exclusion.whenKnown(uri);
  documents.open({ uri, text: "const first = 1;\n" });
  return { clock, documents, model };
}

/** More than all that is learned here takes. */
async function slices(clock: FakeClock): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await clock.settle();
}

/** Whether `promise` is resolved, at the time of the call. */
function watch(promise: Promise<void>): () => boolean {
  let isOver = false;
  void promise.then(() => {
    isOver = true;
    return undefined;
  });
  return () => isOver;
}

test("a document that is opened is learned without any wait", async () => {
  const { clock, model } = await openDocument();
  await model.whenIndexed();
  expect(clock.now()).toBe(0);
});

test("learning waits until the key's request and its debounce are over", async () => {
  const { clock, documents, model } = await openDocument();
  await model.whenIndexed();
  documents.change(uri, 2, [{ text: "second\n", toRange: () => ({ start: 0, end: 0 }) }]);
  const indexed = model.whenIndexed();
  const isIndexed = watch(indexed);
  await clock.advance(99);
  await slices(clock);
  expect(isIndexed()).toBe(false);
  await clock.advance(1);
  await indexed;
});

test("while a request waits, learning goes on in turns that are far apart", async () => {
  const { clock, model } = await openDocument({ isWaiting: true });
  const indexed = model.whenIndexed();
  const isIndexed = watch(indexed);
  await clock.advance(19);
  await slices(clock);
  expect(isIndexed()).toBe(false);
  await clock.until(indexed);
});
