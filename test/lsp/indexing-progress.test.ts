import { expect, test } from "vitest";

import type { Client } from "../../server/lsp/client/client.ts";
import { createIndexingProgress } from "../../server/lsp/client/indexing-progress.ts";

/** Records what is sent; `accepts` is the client's answer to `window/workDoneProgress/create`. */
function recordingClient(accepts: boolean) {
  const sent: unknown[] = [];
  const client: Client = {
    showsDocuments: false,
    open: () => {},
    logMessage: () => {},
    showMessage: () => {},
    trace: () => {},
    setTrace: () => {},
    setCapabilities: () => {},
    createProgress: () => Promise.resolve(accepts),
    request: () => Promise.resolve(undefined),
    notify: (_, params) => void sent.push((params as { value: { kind: string } }).value.kind),
    register: () => {},
  };
  return { client, sent };
}

test("a long first indexing begins, reports and ends; a second one shows nothing", async () => {
  const { client, sent } = recordingClient(true);
  const show = createIndexingProgress(client);
  show({ files: 1, bytes: 1, isDone: false });
  show({ files: 2, bytes: 2, isDone: false });
  await Promise.resolve();
  show({ files: 3, bytes: 3, isDone: true });
  show({ files: 1, bytes: 1, isDone: false });
  show({ files: 1, bytes: 1, isDone: true });
  await Promise.resolve();
  expect(sent).toEqual(["begin", "report", "end"]);
});

test("an indexing that ends before the client has agreed is begun and ended", async () => {
  const { client, sent } = recordingClient(true);
  const show = createIndexingProgress(client);
  show({ files: 1, bytes: 1, isDone: false });
  show({ files: 2, bytes: 2, isDone: true });
  await Promise.resolve();
  await Promise.resolve();
  expect(sent).toEqual(["begin", "end"]);
});

test("a short one, and a client without progress, show nothing", async () => {
  const short = recordingClient(true);
  createIndexingProgress(short.client)({ files: 1, bytes: 1, isDone: true });
  const refusing = recordingClient(false);
  const show = createIndexingProgress(refusing.client);
  show({ files: 1, bytes: 1, isDone: false });
  await Promise.resolve();
  show({ files: 1, bytes: 1, isDone: true });
  expect([...short.sent, ...refusing.sent]).toEqual([]);
});
