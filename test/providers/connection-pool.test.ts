/** The pooled client: which connection a request takes, what an abort costs, deadlines, TLS, proxies, bounds. */
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";

import { Aborted } from "../../server/base/abort.ts";
import type { FimProvider } from "../../server/providers/provider.ts";
import {
  endlessLine,
  gate,
  hugeBody,
  middle,
  resetAfter,
  resetBeforeHeaders,
  silence,
  stall,
} from "../support/fim-answers.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { startFimServer, type FimServer, type FimServerOptions } from "../support/fim-server.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import {
  answerOf,
  caFileOf,
  failureOf,
  makeProvider,
  nativeRequest,
  type TestProvider,
} from "./support.ts";

const protocols = ["h1", "h1-tls", "h2"] as const;

async function serverAndProvider(
  serverOptions: FimServerOptions = {},
  overrides: Partial<TestProvider> = {},
): Promise<{ server: FimServer; provider: FimProvider }> {
  const server = await startFimServer(serverOptions);
  onTestFinished(() => server.close());
  const trust = server.ca === "" ? {} : { caFile: await caFileOf(server) };
  const provider = await makeProvider({ endpoint: server.endpoint, ...trust, ...overrides });
  onTestFinished(() => provider.close());
  return { server, provider };
}

/** Until the client, too, has seen the end of the last answer, which no one waits for. */
async function idle(server: FimServer): Promise<void> {
  await server.requests.at(-1)?.closed;
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
}

test.each(protocols)("whole answers follow each other on one connection (%s)", async (protocol) => {
  const { server, provider } = await serverAndProvider({ protocol });
  server.answer = middle("x");
  for (let count = 0; count < 5; count++) {
    await answerOf(provider);
    await idle(server);
  }
  expect(new Set(server.requests.map(({ socketNumber }) => socketNumber)).size).toBe(1);
  expect(server.requests[0]?.httpVersion).toBe(protocol === "h2" ? "2.0" : "1.1");
});

test.each(protocols)(
  "an abort reaches the far side, and the next request works (%s)",
  async (protocol) => {
    const { server, provider } = await serverAndProvider({ protocol });
    const controller = new AbortController();
    server.answerNext(stall("x"), middle("after"));
    const running = answerOf(provider, nativeRequest(), controller.signal);
    const request = await server.nextRequest();
    const reason = new Aborted("superseded");
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await request.closed;
    expect(request.isAborted).toBe(true);
    expect((await answerOf(provider)).text).toBe("after");
    // HTTP/1.1: the aborted one, its successor, and the one that undici opens in its place.
    expect(server.socketCount).toBeLessThanOrEqual(protocol === "h2" ? 1 : 3);
  },
);

test.each(protocols)("a long answer that is read late comes whole (%s)", async (protocol) => {
  const { server, provider } = await serverAndProvider({ protocol });
  // As events some megabytes: more than is kept unread.
  const text = "word ".repeat(20_000);
  server.answerNext(middle(text));
  server.answer = middle("x");
  const running = provider.complete(nativeRequest(), new AbortController().signal);
  const events = running[Symbol.asyncIterator]();
  const first = (await events.next()).value as { readonly text: string };
  for (let count = 0; count < 20; count++) await answerOf(provider);
  let rest = "";
  for await (const event of { [Symbol.asyncIterator]: () => events }) {
    if (event.kind === "text") rest += event.text;
  }
  expect(first.text.length + rest.length).toBe(text.length);
});

test("several requests share a connection on HTTP/2", async () => {
  const { server, provider } = await serverAndProvider({ protocol: "h2" });
  await answerOf(provider);
  const hold = gate();
  server.answer = middle("x", { holdHeaders: hold });
  const running = [1, 2, 3].map(() => answerOf(provider));
  for (let count = 0; count < 4; count++) await server.nextRequest();
  hold.open();
  await Promise.all(running);
  expect(server.socketCount).toBe(1);
});

test("a request that was aborted before it began is not sent", async () => {
  const { server, provider } = await serverAndProvider();
  const signal = AbortSignal.abort(new Aborted("stale"));
  await expect(answerOf(provider, nativeRequest(), signal)).rejects.toBe(signal.reason);
  expect(server.requests).toHaveLength(0);
});

test.each(protocols)(
  "a connection that dies as it is used again is tried once more (%s)",
  async (protocol) => {
    const { server, provider } = await serverAndProvider({ protocol });
    await answerOf(provider);
    await idle(server);
    server.answerNext(resetBeforeHeaders, middle("again"));
    expect((await answerOf(provider)).text).toBe("again");
    expect(server.requests).toHaveLength(3);
  },
);

test("a new connection that dies is not tried again", async () => {
  const { server, provider } = await serverAndProvider();
  server.answer = resetBeforeHeaders;
  const failure = await failureOf(provider);
  expect(failure).toMatchObject({ kind: "unreachable", isRetryable: true });
  expect(failure.message).toContain("closed the connection");
  expect(server.requests).toHaveLength(1);
});

test("one more try is all: a server that keeps closing is reported", async () => {
  const { server, provider } = await serverAndProvider();
  await answerOf(provider);
  await idle(server);
  server.answer = resetBeforeHeaders;
  expect((await failureOf(provider)).kind).toBe("unreachable");
  expect(server.requests).toHaveLength(3);
});

test.each(protocols)("after the first byte nothing is tried again (%s)", async (protocol) => {
  const { server, provider } = await serverAndProvider({ protocol });
  await answerOf(provider);
  const cut = gate();
  server.answer = resetAfter("half of it", cut);
  const events = provider.complete(nativeRequest(), new AbortController().signal);
  const iterator = events[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toEqual({ kind: "text", text: "half of it" });
  cut.open();
  await expect(iterator.next()).rejects.toMatchObject({ kind: "unreachable", isRetryable: true });
  expect(server.requests).toHaveLength(2);
});

test("a restarted server is met without an error", async () => {
  const { server, provider } = await serverAndProvider();
  server.answer = middle("x");
  await answerOf(provider);
  server.dropConnections();
  expect((await answerOf(provider)).text).toBe("x");
});

test("headers that never come end at the first-byte deadline", async () => {
  const clock = createFakeClock();
  const { server, provider } = await serverAndProvider({}, { clock, firstByteTimeoutMs: 1500 });
  server.answer = silence;
  const failed = failureOf(provider);
  const request = await server.nextRequest();
  await clock.advance(1499);
  expect(request.isAborted).toBe(false);
  await clock.advance(1);
  expect(await failed).toMatchObject({ kind: "timeout", isRetryable: true });
  expect((await failed).message).toContain("did not answer within 1.5 s");
  await request.closed;
  expect(request.isAborted).toBe(true);
});

test("a user who asked by key waits up to the whole request's deadline", async () => {
  const clock = createFakeClock();
  const { server, provider } = await serverAndProvider({}, { clock, firstByteTimeoutMs: 1500 });
  const hold = gate();
  server.answer = middle("late", { holdHeaders: hold });
  const answered = answerOf(provider, nativeRequest({ trigger: "invoked" }));
  await server.nextRequest();
  await clock.advance(10_000);
  hold.open();
  expect((await answered).text).toBe("late");
  await idle(server);
  expect(clock.pendingTimers).toBe(0);
});

test("a body that stalls ends at the request's deadline", async () => {
  const clock = createFakeClock();
  const { server, provider } = await serverAndProvider({}, { clock });
  server.answer = stall("x");
  const events = provider.complete(nativeRequest(), new AbortController().signal);
  const iterator = events[Symbol.asyncIterator]();
  expect((await iterator.next()).value).toEqual({ kind: "text", text: "x" });
  const message = `${server.origin} did not end its answer within 20 s.`;
  await Promise.all([
    expect(iterator.next()).rejects.toMatchObject({ kind: "timeout", message }),
    clock.advance(20_000),
  ]);
});

test.each([
  ["an endless line", endlessLine(50_000_000), "line of more than 1 MiB"],
  ["a huge body", hugeBody(50_000_000), "larger than 16 MiB"],
])("%s is given up", async (_name, answer, says) => {
  const { server, provider } = await serverAndProvider();
  server.answer = answer;
  const failure = await failureOf(provider);
  expect(failure.kind).toBe("malformedStream");
  expect(failure.message).toContain(says);
  const request = await server.nextRequest();
  await request.closed;
  expect(request.isAborted).toBe(true);
  server.answer = middle("fine");
  expect((await answerOf(provider)).text).toBe("fine");
});

test("a certificate that is not trusted is told with the remedy", async () => {
  const server = await startFimServer({ protocol: "h2" });
  onTestFinished(() => server.close());
  const provider = await makeProvider({ endpoint: server.endpoint });
  onTestFinished(() => provider.close());
  const failure = await failureOf(provider);
  expect(failure).toMatchObject({ kind: "unreachable", isRetryable: false });
  expect(failure.message).toContain("provider.caFile");
  expect(server.requests).toHaveLength(0);
});

test("a certificate for another host is told as such", async () => {
  const server = await startFimServer({ protocol: "h1-tls" });
  onTestFinished(() => server.close());
  const proxy = await startForwardProxy(new URL(server.origin));
  onTestFinished(() => proxy.close());
  const provider = await makeProvider({
    endpoint: "https://fim.example/v1",
    proxy: proxy.url,
    caFile: await caFileOf(server),
  });
  onTestFinished(() => provider.close());
  expect((await failureOf(provider)).message).toContain("belongs to another host");
});

test("a certificate file that is not there is named", async () => {
  const { provider } = await serverAndProvider({}, { caFile: "/nowhere/ca.pem" });
  expect((await failureOf(provider)).message).toContain("/nowhere/ca.pem (ENOENT)");
});

test("a refused connection and an unknown host name the endpoint", async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, "127.0.0.1", resolve));
  const address = closed.address();
  const port = typeof address === "object" ? address?.port : 0;
  await new Promise((resolve) => closed.close(resolve));
  const refused = await makeProvider({ endpoint: `http://127.0.0.1:${port}/v1` });
  onTestFinished(() => refused.close());
  expect((await failureOf(refused)).message).toContain(
    `Nothing listens at http://127.0.0.1:${port}`,
  );
  // RFC 6761: never resolves.
  const unknown = await makeProvider({ endpoint: "https://fim.invalid/v1" });
  onTestFinished(() => unknown.close());
  expect((await failureOf(unknown)).message).toContain("fim.invalid was not found");
});

test("a proxy of the environment is used, with its credentials, and HTTP/2 inside it", async () => {
  const server = await startFimServer({ protocol: "h2", certificateNames: ["fim.example"] });
  onTestFinished(() => server.close());
  const proxy = await startForwardProxy(new URL(server.origin));
  onTestFinished(() => proxy.close());
  server.answer = middle("through");
  const provider = await makeProvider({
    endpoint: "https://fim.example/v1",
    caFile: await caFileOf(server),
    environment: { HTTPS_PROXY: proxy.url.replace("//", "//user:pw@") },
  });
  onTestFinished(() => provider.close());
  for (let count = 0; count < 3; count++) {
    expect((await answerOf(provider)).text).toBe("through");
    await idle(server);
  }
  expect(proxy.tunnels).toEqual(["fim.example:443"]);
  expect(proxy.credentials).toEqual([`Basic ${Buffer.from("user:pw").toString("base64")}`]);
  expect(server.requests[0]?.httpVersion).toBe("2.0");
});

test("closing aborts what runs and leaves no socket", async () => {
  const { server, provider } = await serverAndProvider();
  server.answer = stall("x");
  const running = answerOf(provider);
  const request = await server.nextRequest();
  await Promise.all([
    provider.close(),
    expect(running).rejects.toMatchObject({ name: "ProviderError" }),
  ]);
  await request.closed;
  expect((await failureOf(provider)).kind).toBe("unreachable");
});
