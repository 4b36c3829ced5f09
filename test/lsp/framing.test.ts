/** Bytes to messages, through the built server: each message is taken as one, and what damages it costs no other. */
import { expect, test } from "vitest";

import { frame, RawClient } from "../fuzz/raw-client.ts";
import { startServer } from "../support/lsp-client.ts";
import { spawnBuilt } from "../support/server-process.ts";

const noise: readonly (readonly [string, string | Buffer])[] = [
  ["a header without a length", 'X-Header: 1\r\n\r\n{"jsonrpc":"2.0"}'],
  ["a header without a colon", 'nonsense\r\n\r\n{"jsonrpc":"2.0","method":"x"}'],
  ["a length that is no number", 'Content-Length: many\r\n\r\n{"a":1}'],
  ["a negative length", 'Content-Length: -5\r\n\r\n{"a":1}'],
  ["two bad headers", 'Content-Length: x\r\n\r\n{"a":1}Content-Length: y\r\n\r\n{"b":2}'],
  ["broken JSON", framed('{"jsonrpc": "2.0", "method": ')],
  ["an empty body", framed("")],
  ["JSON that is no message", framed("[1, 2, 3]") + framed("null") + framed('"text"')],
  ["a request without method", framed('{"jsonrpc":"2.0","id":5}')],
  ["a request whose id is null", framed('{"jsonrpc":"2.0","id":null,"method":"shutdown"}')],
  ["a cancel without id", framed('{"jsonrpc":"2.0","method":"$/cancelRequest","params":null}')],
  [
    "a cancel of an unknown request",
    framed('{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}'),
  ],
  ["a response that nobody asked for", framed('{"jsonrpc":"2.0","id":99,"result":1}')],
  [
    "params that are no object",
    framed('{"jsonrpc":"2.0","method":"textDocument/didOpen","params":"x"}'),
  ],
  [
    "invalid UTF-8",
    Buffer.concat([Buffer.from("Content-Length: 3\r\n\r\n"), Buffer.from([0xff, 0xfe, 0xff])]),
  ],
  ["a long line that never was a header", `${"x".repeat(50_000)}\r\n\r\n`],
  ["bare line feeds in the header", "Content-Length: 2\n\n{}"],
];

test.each(noise)("after %s the next request is answered", async (_, bytes) => {
  const client = await startServer({ kind: "spawned" });
  client.writeRaw(bytes);
  expect(await client.inline(client.open("const a = ‸;\n"))).toEqual({ items: [] });
  await client.close();
});

test("a message in pieces of one byte, with bytes of many sorts, is one message", async () => {
  const client = await startServer({ kind: "spawned" });
  const text = "const größe = '漢😀';\n";
  const message = frame({
    method: "textDocument/didOpen",
    params: { textDocument: { uri: "file:///ü.ts", languageId: "typescript", version: 1, text } },
  });
  for (const byte of message) client.writeRaw(Buffer.of(byte));
  const answer = await client.request("textDocument/inlineCompletion", {
    textDocument: { uri: "file:///ü.ts" },
    position: { line: 1, character: 0 },
    context: { triggerKind: 1 },
  });
  expect(answer).toEqual({ items: [] });
  await client.close();
});

test('requests that come together under one id, or under 1 and "1", are each answered', async () => {
  const client = new RawClient(spawnBuilt(["--stdio"], {}));
  await client.ask("initialize", { processId: null, capabilities: {} });
  const ids = [1, "1", 1];
  const answers = ids.map((id) => client.expect(id));
  await client.write(Buffer.concat(ids.map((id) => frame({ id, method: "none" }))));
  for (const { error } of await Promise.all(answers)) expect(error?.code).toBe(-32601);
  await client.ask("shutdown", undefined);
  await client.send({ method: "exit" });
  expect(await client.server.exited).toBe(0);
  expect(client.faults).toEqual([]);
});

function framed(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
