/** JSON that is nested deeper than a stack: from a provider in each of its places, and from a client. */
import { afterAll, beforeAll, expect, test } from "vitest";

import { middle, raw, type Answer } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";

let fim: FimServer;

beforeAll(async () => {
  fim = await startFimServer();
});

afterAll(() => fim.close());

const nested = (depth: number): string => '{"a":'.repeat(depth) + "1" + "}".repeat(depth);
const depth = 100_000;
const nestedLists = "[".repeat(depth) + "]".repeat(depth);
const nestedObjects = nested(depth);
const event = (json: string): string => `data: ${json}\n\n`;
const stream = { "content-type": "text/event-stream" };
const object = { "content-type": "application/json" };

async function connect(settings: Readonly<Record<string, unknown>> = {}): Promise<LspClient> {
  return startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-of-this-test" },
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      "workspaceModel.role": "off",
      ...settings,
    },
  });
}

const answers: Readonly<Record<string, Answer>> = {
  "an event that is a list": raw(200, event(nestedLists), stream),
  "an event that is an object": raw(200, event(nestedObjects), stream),
  "a choice of an event": raw(200, event(`{"choices":[${nestedObjects}]}`), stream),
  "an unknown field of an event": raw(200, event(`{"x":${nestedLists},"choices":[]}`), stream),
  "an event that never closes": raw(200, event("[".repeat(depth)), stream),
  "an event of strings that never close": raw(200, event(`["a${'\\"a'.repeat(depth)}`), stream),
  "a whole answer": raw(200, nestedObjects, object),
};

test.each(Object.entries(answers))("%s is called malformed", async (_, answer) => {
  fim.answer = answer;
  const client = await connect();
  expect(await client.inline(client.open("const total = ‸;\n"))).toEqual({ items: [] });
  const { message } = await client.nextMessage();
  expect(message).toMatch(/^Check provider\.endpoint: \S+ sends a malformed answer\.$/);
  expect(await client.logged(/malformed/)).toContain(fim.origin);
  expect(JSON.stringify([message, client.logs])).not.toMatch(/call stack|RangeError/);
  await client.close();
});

test.each(Object.entries({ "a refusal": 400, "a server error": 500, "an unknown key": 401 }))(
  "%s with a nested body says what any other says",
  async (_, status) => {
    fim.answer = raw(status, nested(10_000), object);
    const client = await connect();
    expect(await client.inline(client.open("const total = ‸;\n"))).toEqual({ items: [] });
    const { message } = await client.nextMessage();
    expect(JSON.stringify([message, client.logs])).not.toMatch(/call stack|RangeError/);
    await client.close();
  },
);

test("as deep as answers are is read", async () => {
  fim.answer = raw(
    200,
    event(
      `{"x":${"[".repeat(40)}${"]".repeat(40)},"choices":[{"delta":{"content":"good"},"finish_reason":"stop"}]}`,
    ),
    stream,
  );
  const client = await connect();
  const place = client.open("const total = ‸;\n");
  expect(await client.inline(place)).toMatchObject({ items: [{ insertText: "good" }] });
  await client.close();
});

const carriers: Readonly<Record<string, (client: LspClient) => void>> = {
  "changed settings": (client) =>
    client.writeRaw(
      frame(
        `{"jsonrpc":"2.0","method":"workspace/didChangeConfiguration","params":{"settings":${nestedObjects}}}`,
      ),
    ),
  "an unknown method": (client) =>
    client.writeRaw(frame(`{"jsonrpc":"2.0","method":"x/y","params":${nestedLists}}`)),
  "a document event": (client) =>
    client.writeRaw(
      frame(
        `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":${nestedObjects}}}`,
      ),
    ),
};

function frame(body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

test.each(Object.entries(carriers))(
  "from a client in %s: the next request works",
  async (_, send) => {
    fim.answer = middle("good");
    const client = await connect();
    client.expectErrors();
    send(client);
    const place = client.open("const total = ‸;\n");
    expect(await client.inline(place)).toMatchObject({ items: [{ insertText: "good" }] });
    expect(client.takeMessages().length).toBeLessThanOrEqual(1);
    expect(JSON.stringify(client.logs)).not.toMatch(/call stack|RangeError/);
    await client.close();
  },
);
