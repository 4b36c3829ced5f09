/** After a timeout or a loss: which connection the next request takes, and what becomes of those that still run. */
import { expect, onTestFinished, test } from "vitest";

import { startAuthProxy } from "../hostile/faults/auth-proxy.ts";
import type { Cell } from "../hostile/faults/cells.ts";
import { hostFor, startFaultServer, trustedCa } from "../hostile/faults/fault-server.ts";
import { goodMiddle } from "../hostile/faults/good-answer.ts";
import { Aborted } from "../../server/base/abort.ts";
import type { FimProvider } from "../../server/providers/provider.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { gate, middle, resetBeforeHeaders, silence } from "../support/fim-answers.ts";
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { startForwardProxy } from "../support/forward-proxy.ts";
import { answerOf, caFileOf, failureOf, makeProvider, nativeRequest } from "./support.ts";

const firstByteTimeoutMs = 5000;

async function start(): Promise<{ server: FimServer; provider: FimProvider; clock: FakeClock }> {
  const server = await startFimServer({ protocol: "h2" });
  onTestFinished(() => server.close());
  const clock = createFakeClock();
  const provider = await makeProvider({
    endpoint: server.endpoint,
    caFile: await caFileOf(server),
    clock,
    firstByteTimeoutMs,
    requestTimeoutMs: 60_000,
  });
  onTestFinished(() => provider.close());
  return { server, provider, clock };
}

/** A request whose first text has arrived; `end` lets the rest come. */
async function inFlightRequest(server: FimServer, provider: FimProvider) {
  const hold = gate();
  server.answerNext(middle("whole text", { holdAfterFirst: hold }));
  const events = provider.complete(nativeRequest(), new AbortController().signal);
  const iterator = events[Symbol.asyncIterator]();
  const first = await iterator.next();
  const { socketNumber } = await server.nextRequest();
  return {
    socketNumber,
    async end(): Promise<string> {
      hold.open();
      let text = first.value?.kind === "text" ? first.value.text : "";
      for await (const event of { [Symbol.asyncIterator]: () => iterator }) {
        if (event.kind === "text") text += event.text;
      }
      return text;
    },
  };
}

test("a slow answer costs nothing to a connection that is alive", async () => {
  const { server, provider, clock } = await start();
  server.answerNext(silence);
  const failed = failureOf(provider);
  await server.nextRequest();
  await clock.advance(firstByteTimeoutMs - 500);
  const running = await inFlightRequest(server, provider);
  await clock.advance(500);
  expect((await failed).kind).toBe("timeout");
  server.answer = middle("next");
  expect((await answerOf(provider)).text).toBe("next");
  expect(await running.end()).toBe("whole text");
  expect(server.socketCount).toBe(1);
});

test("a connection without life is left, and what runs there may end", async () => {
  const { server, provider, clock } = await start();
  const running = await inFlightRequest(server, provider);
  server.answerNext(silence);
  const failed = failureOf(provider);
  await server.nextRequest();
  await clock.advance(firstByteTimeoutMs);
  expect((await failed).kind).toBe("timeout");
  server.answer = middle("next");
  await answerOf(provider);
  expect((await server.nextRequest()).socketNumber).not.toBe(running.socketNumber);
  await clock.advance(30_000);
  expect(await running.end()).toBe("whole text");
});

test("each connection answers for its own silence", async () => {
  const { server, provider, clock } = await start();
  server.answerNext(silence, silence);
  const early = failureOf(provider);
  await server.nextRequest();
  await clock.advance(2000);
  const late = failureOf(provider);
  await server.nextRequest();
  await clock.advance(firstByteTimeoutMs - 2000);
  expect((await early).kind).toBe("timeout");
  const running = await inFlightRequest(server, provider);
  await clock.advance(2000);
  expect((await late).kind).toBe("timeout");
  server.answer = middle("next");
  await answerOf(provider);
  expect((await server.nextRequest()).socketNumber).toBe(running.socketNumber);
  expect(await running.end()).toBe("whole text");
  expect(server.socketCount).toBe(2);
});

test("behind a proxy, too, a connection that was open may be lost without an error", async () => {
  const server = await startFimServer({ protocol: "h2", certificateNames: ["fim.example"] });
  onTestFinished(() => server.close());
  const proxy = await startForwardProxy(new URL(server.origin));
  onTestFinished(() => proxy.close());
  const provider = await makeProvider({
    endpoint: "https://fim.example/v1",
    caFile: await caFileOf(server),
    proxy: proxy.url,
  });
  onTestFinished(() => provider.close());
  const controller = new AbortController();
  server.answerNext(silence, resetBeforeHeaders, middle("again"));
  const givenUp = answerOf(provider, nativeRequest(), controller.signal);
  await server.nextRequest();
  controller.abort(new Aborted("superseded"));
  await expect(givenUp).rejects.toBe(controller.signal.reason);
  expect((await answerOf(provider)).text).toBe("again");
  expect(proxy.tunnels).toHaveLength(2);
});

test.each([false, true])(
  "a connection that ended itself after noise loses nothing (through a proxy: %s)",
  async (isProxied) => {
    const cell: Cell = { point: "idle", fault: "garbage", transport: "h2", isProxied };
    const far = await startFaultServer(cell);
    onTestFinished(() => far.close());
    const proxy = isProxied ? await startAuthProxy(cell, far.port) : undefined;
    onTestFinished(() => proxy?.close());
    const provider = await makeProvider({
      endpoint: `https://${hostFor(cell)}:${far.port}/v1`,
      caFile: await caFileOf({ ca: trustedCa }),
      ...(proxy && { proxy: proxy.url }),
    });
    onTestFinished(() => provider.close());
    expect((await answerOf(provider)).text).toBe(goodMiddle);
    await far.struck;
    await far.heal();
    expect((await answerOf(provider)).text).toBe(goodMiddle);
  },
);

test.each(["h1", "h1-tls", "h2"] as const)(
  "after sleep a connection over %s that died in silence is not asked",
  async (transport) => {
    const cell: Cell = { point: "idle", fault: "stall", transport, isProxied: true };
    const far = await startFaultServer(cell);
    onTestFinished(() => far.close());
    const proxy = await startAuthProxy(cell, far.port);
    onTestFinished(() => proxy.close());
    const clock = createFakeClock();
    const provider = await makeProvider({
      endpoint: `${transport === "h1" ? "http" : "https"}://${hostFor(cell)}:${far.port}/v1`,
      caFile: await caFileOf({ ca: trustedCa }),
      allowsInsecure: true,
      proxy: proxy.url,
      clock,
    });
    onTestFinished(() => provider.close());
    expect((await answerOf(provider)).text).toBe(goodMiddle);
    await clock.advance(61_000);
    // Were the dead connection asked, this would wait for ever: the clock stands still.
    expect((await answerOf(provider)).text).toBe(goodMiddle);
  },
);

test.each([
  [59, "the same connection", 1],
  [61, "a new connection", 2],
])("after %i seconds another machine is asked on %s", async (seconds, _, connections) => {
  const server = await startFimServer({ protocol: "h2", certificateNames: ["fim.example"] });
  onTestFinished(() => server.close());
  const proxy = await startForwardProxy(new URL(server.origin));
  onTestFinished(() => proxy.close());
  const clock = createFakeClock();
  const provider = await makeProvider({
    endpoint: "https://fim.example/v1",
    caFile: await caFileOf(server),
    proxy: proxy.url,
    clock,
  });
  onTestFinished(() => provider.close());
  server.answer = middle("x");
  await answerOf(provider);
  await clock.advance(seconds * 1000);
  expect((await answerOf(provider)).text).toBe("x");
  expect(proxy.tunnels).toHaveLength(connections);
});

test("a model server on this machine keeps its connection however long the pause", async () => {
  const { server, provider, clock } = await start();
  server.answer = middle("x");
  await answerOf(provider);
  await clock.advance(3_600_000);
  expect((await answerOf(provider)).text).toBe("x");
  expect(server.socketCount).toBe(1);
});
