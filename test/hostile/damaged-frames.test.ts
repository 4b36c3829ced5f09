/** One damaged message never costs the rest of the session. */
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";

import { MessageReader } from "../../server/lsp/connection/message-reader.ts";
import { startServer } from "../support/lsp-client.ts";

test.for([
  "Content-Length: 999999999999\r\n\r\n",
  "Content-Length: 99999999999999999999\r\n\r\n",
  "Content-Length: -1\r\n\r\n",
  "Content-Length: 2000000000\r\n\r\n{}",
])("the server hears what follows %j", async (damage) => {
  const client = await startServer({ kind: "inBand" });
  client.expectErrors();
  client.writeRaw(damage);
  const status = await client.request("workspace/executeCommand", { command: "fim.status" });
  expect(status).toMatchObject({ isEnabled: true });
  await client.close();
});

test("what the library throws at one message does not hold up those behind it", () => {
  const source = new PassThrough();
  const reader = new MessageReader(source);
  const errors: Error[] = [];
  const heard: unknown[] = [];
  reader.onError((error) => errors.push(error));
  reader.listen((message) => {
    // As the library does at a second cancellation of a request that it has not begun.
    if (heard.push(message) === 1) throw new TypeError("cancel is not a function");
  });
  source.emit("data", Buffer.concat([frame("$/one"), frame("$/two"), frame("$/three")]));
  expect(heard).toMatchObject([{ method: "$/one" }, { method: "$/two" }, { method: "$/three" }]);
  expect(errors).toHaveLength(1);
});

function frame(method: string): Buffer {
  const body = JSON.stringify({ jsonrpc: "2.0", method });
  return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}
