/** One damaged message never costs the rest of the session. */
import { expect, test } from "vitest";

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
