/**
 * What an abort costs on the wire: the sockets for 100 requests of which 50 are aborted in mid-stream, and the time
 * to the first byte of the request after an abort. A relay makes the round trip 40 ms. The next request comes at
 * once or after the pause of a keystroke.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { systemClock } from "../../server/base/clock.ts";
import {
  createConnectionPool,
  type ConnectionPool,
} from "../../server/providers/http/connection-pool.ts";
import { middle, stall } from "../support/fim-answers.ts";
import { startFimServer } from "../support/fim-server.ts";
import { startDelayingRelay } from "../support/delaying-relay.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

interface Figures {
  readonly protocol: string;
  readonly sockets: number;
  readonly pooledMs: number;
  readonly afterAbortMs: number;
  readonly ratio: number;
  /** The same where each is aborted at its first byte and the next one follows at once. */
  readonly burstMs: number;
  readonly burstRatio: number;
}

const roundTripMs = 40;
const requestCount = 100;
/** Between the end of an answer and the next request: a fast typist's key stroke. */
const pauseMs = 100;

export async function bench(): Promise<void> {
  const folder = temporaryFolder("fim-transport-");
  const results: Figures[] = [];
  for (const protocol of ["h2", "h1-tls", "h1"] as const) {
    results.push(await measure(protocol, join(folder, `${protocol}.pem`)));
  }
  console.log(
    "| protocol | sockets, 100 requests, 50 aborted | pooled ms | after an abort ms | ratio | without a pause ms | ratio |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- |");
  for (const { protocol, sockets, ...times } of results) {
    const { pooledMs, afterAbortMs, ratio, burstMs, burstRatio } = times;
    const cells = [
      protocol,
      sockets,
      pooledMs.toFixed(1),
      afterAbortMs.toFixed(1),
      ratio.toFixed(2),
      burstMs.toFixed(1),
      burstRatio.toFixed(2),
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  console.log(JSON.stringify({ bench: "transport", roundTripMs, results }));
}

async function measure(protocol: "h1" | "h1-tls" | "h2", caFile: string): Promise<Figures> {
  const server = await startFimServer({ protocol });
  await writeFile(caFile, server.ca);
  const relay = await startDelayingRelay(new URL(server.origin), roundTripMs);
  const pool = createConnectionPool({
    origin: server.origin.replace(/\d+$/, String(relay.port)),
    proxy: undefined,
    caFile: server.ca === "" ? undefined : caFile,
    environment: {},
    clock: systemClock,
  });
  server.answer = middle("x");
  const pooled: number[] = [];
  for (let count = 0; count < 20; count++) {
    pooled.push(await firstByteMs(pool));
    await pause();
  }
  const afterAbort: number[] = [];
  for (let count = 0; count < requestCount / 2; count++) {
    server.answerNext(stall("x"));
    await abortInMidStream(pool);
    afterAbort.push(await firstByteMs(pool));
    await pause();
  }
  const sockets = server.socketCount;
  const burst: number[] = [];
  for (let count = 0; count < requestCount / 2; count++) {
    server.answerNext(stall("x"));
    burst.push(await abortInMidStream(pool));
  }
  await pool.close();
  await relay.close();
  await server.close();
  const pooledMs = median(pooled);
  const afterAbortMs = median(afterAbort);
  const burstMs = median(burst);
  return {
    protocol,
    sockets,
    pooledMs,
    afterAbortMs,
    ratio: afterAbortMs / pooledMs,
    burstMs,
    burstRatio: burstMs / pooledMs,
  };
}

const question = {
  method: "POST",
  path: "/v1/fim/completions",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ prompt: "a".repeat(6000), suffix: "b".repeat(2000), stream: true }),
  firstByteTimeoutMs: 5000,
  requestTimeoutMs: 10_000,
} as const;

async function firstByteMs(pool: ConnectionPool): Promise<number> {
  const start = performance.now();
  let time = Number.NaN;
  const response = await pool.request(question, new AbortController().signal);
  for await (const chunk of response.body) {
    if (chunk.length > 0 && Number.isNaN(time)) time = performance.now() - start;
  }
  return time;
}

/** Milliseconds to the first byte, at which it is aborted. */
async function abortInMidStream(pool: ConnectionPool): Promise<number> {
  const start = performance.now();
  let time = Number.NaN;
  const controller = new AbortController();
  const response = await pool.request(question, controller.signal);
  try {
    for await (const chunk of response.body) {
      if (chunk.length === 0) continue;
      time = performance.now() - start;
      controller.abort();
    }
  } catch (error) {
    if (!controller.signal.aborted) throw error;
  }
  return time;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pauseMs));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
