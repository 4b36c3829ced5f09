/**
 * The pooled HTTP client of one origin: keep-alive, HTTP/2 where offered, proxy, own certificates, deadlines,
 * abort, bounded bodies. Never follows a redirect: a key would leave its origin (invariant 6). undici is
 * loaded with the first request, so that a server without a remote provider starts without it.
 */
import { createSecureContext } from "node:tls";

import type { Dispatcher } from "undici";

import type { Clock } from "../base/clock.ts";
import { startDeadline, type Deadline, type DeadlineTimes } from "./deadline.ts";
import { networkError } from "./network-error.ts";
import { ProviderError } from "./provider.ts";
import { proxyFor } from "./proxy.ts";
import { createSpareConnector, type SpareConnector } from "./spare-connector.ts";
import { trustedCertificates } from "./trusted-certificates.ts";

export interface HttpRequest extends DeadlineTimes {
  readonly method: "GET" | "POST";
  /** With the leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name; the first value of several. */
  readonly header: (name: string) => string | undefined;
  /**
   * To be read once. Leaving the loop early aborts the answer at the far side.
   * @throws ProviderError, or the signal's reason once it is aborted
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** The answer is complete, only the end of the body may be missing: leaving the loop keeps the connection. */
  expectEnd(): void;
}

export interface ConnectionPool {
  readonly origin: string;
  /** @throws ProviderError, or the signal's reason once it is aborted */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

export interface ConnectionPoolOptions {
  readonly origin: string;
  readonly proxy: string | undefined;
  readonly caFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** Mistral's edge closes idle connections after 400 s; staying below it avoids meeting one that just closes. */
const keepAliveMs = 300_000;

/** A busy typist has one request running; more come from several documents and from look-ups. */
const maxConnections = 4;

/** Requests at a time on one HTTP/2 connection; servers allow about 100. */
const maxStreams = 32;

const connectTimeoutMs = 5000;

/** No model writes that much: 10,000 lines as one event per token are about 10 MB. */
const maxBodyBytes = 16 * 1024 * 1024;

/** What still runs on a connection that was given up may end for so long. */
const retirementMs = 20_000;

/** How long a complete answer may take to close its body before its connection is given up. */
const expectedEndMs = 250;

interface Transport {
  readonly dispatcher: Dispatcher;
  /** Absent behind a proxy, whose agent opens connections its own way. */
  readonly connector?: SpareConnector;
}

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { origin, clock } = options;
  let opening: Promise<Transport> | undefined;
  let isClosed = false;
  let hasAnswered = false;
  const retiring = new Set<Dispatcher>();

  const transport = (): Promise<Transport> => {
    if (opening === undefined) {
      const attempt = openTransport(options);
      opening = attempt;
      // A certificate file may be there the next time.
      attempt.catch(() => (opening = undefined));
    }
    return opening;
  };

  /** After silence: the far side may be gone, and what is asked there would wait until TCP gives up. */
  const retire = async (): Promise<void> => {
    const silent = opening;
    opening = undefined;
    const retired = await silent?.catch(() => undefined);
    if (retired === undefined) return;
    retired.connector?.close();
    retiring.add(retired.dispatcher);
    const timer = clock.setTimer(() => void retired.dispatcher.destroy(), retirementMs);
    await retired.dispatcher.close().catch(() => undefined);
    timer.cancel();
    retiring.delete(retired.dispatcher);
  };

  const send = async (
    request: HttpRequest,
    deadline: Deadline,
  ): Promise<Dispatcher.ResponseData> => {
    const { dispatcher, connector } = await transport();
    if (deadline.signal.aborted || isClosed) throw deadline.signal.reason ?? closedError(origin);
    const waitedBefore = connector?.waitedFor;
    const attempt = async (): Promise<Dispatcher.ResponseData> => {
      const { method, path, headers, body = null } = request;
      const { signal } = deadline;
      // "Idempotent" only lets requests share a connection, which HTTP/1.1 would do one after the other.
      const idempotent = connector?.isHttp2 === true;
      const pending = dispatcher.request({
        origin,
        method,
        path,
        headers,
        body,
        signal,
        idempotent,
      });
      return abortable(pending, signal);
    };
    try {
      const response = await attempt();
      hasAnswered = true;
      return response;
    } catch (error) {
      // A proxy's agent does not tell whether its connection was an old one.
      const wasReused =
        connector === undefined ? hasAnswered : connector.waitedFor === waitedBefore;
      if (deadline.signal.aborted || isClosed || !wasReused) throw error;
      // A server may close an idle connection just when it is used again: once more, on a new one.
      connector?.dropSpare();
      return await attempt();
    } finally {
      connector?.openAhead();
    }
  };

  return {
    origin,
    async request(request, caller) {
      caller.throwIfAborted();
      const deadline = startDeadline(request, { clock, caller, origin });
      const explain = (error: unknown): unknown => {
        const reason = deadline.explain(error);
        if (reason instanceof ProviderError && reason.kind === "timeout") void retire();
        return caller.aborted && reason === caller.reason ? reason : networkError(reason, origin);
      };
      try {
        const response = await send(request, deadline);
        return toHttpResponse(response, { deadline, explain, clock, origin });
      } catch (error) {
        deadline.end();
        throw explain(error);
      }
    },
    async close() {
      isClosed = true;
      const opened = await opening?.catch(() => undefined);
      opened?.connector?.close();
      const dispatchers = [...retiring, ...(opened === undefined ? [] : [opened.dispatcher])];
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.destroy()));
    },
  };
}

async function openTransport(options: ConnectionPoolOptions): Promise<Transport> {
  const { origin, environment, clock } = options;
  const ca = await trustedCertificates(options.caFile, environment["NODE_EXTRA_CA_CERTS"]);
  const { Client, Pool, ProxyAgent, buildConnector } = await import("undici");
  // Once for all connections: to read some 150 certificates takes 30 ms, in which nothing else runs.
  const secureContext = ca && createSecureContext({ ca });
  const tls = { allowH2: true, timeout: connectTimeoutMs, ...(secureContext && { secureContext }) };
  const common = {
    allowH2: true,
    connections: maxConnections,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // Deadlines are this file's own.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const proxy = proxyFor(origin, { configured: options.proxy, environment });
  if (proxy !== undefined) {
    const agent = new ProxyAgent({ uri: proxy, ...common, requestTls: tls, proxyTls: tls });
    return { dispatcher: agent };
  }
  const connector = createSpareConnector(buildConnector(tls), clock);
  const factory = (url: URL, clientOptions: object): Dispatcher => {
    const client = new Client(url, clientOptions);
    client.on("connect", () => {
      client.pipelining = connector.isHttp2 ? maxStreams : 1;
    });
    return client;
  };
  const pool = new Pool(origin, { ...common, connect: connector.connect, factory });
  return { dispatcher: pool, connector };
}

interface BodyContext {
  readonly deadline: Deadline;
  readonly explain: (error: unknown) => unknown;
  readonly clock: Clock;
  readonly origin: string;
}

function toHttpResponse(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  context: BodyContext,
): HttpResponse {
  const { deadline, explain, clock, origin } = context;
  let isComplete = false;
  // Destroying a body reports the abort as an error, of which the reader below has heard otherwise.
  body.on("error", () => {});

  async function* read(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    let hasEnded = false;
    try {
      for await (const chunk of body.iterator({ destroyOnReturn: false })) {
        deadline.passFirstByte();
        bytes += (chunk as Uint8Array).length;
        if (bytes > maxBodyBytes) throw oversized(origin);
        yield chunk as Uint8Array;
      }
      hasEnded = true;
    } catch (error) {
      throw explain(error);
    } finally {
      deadline.end();
      if (!hasEnded && isComplete) drain(body, clock);
      else if (!hasEnded) body.destroy();
    }
  }

  return {
    status: statusCode,
    header: (name) => {
      const value = headers[name];
      return Array.isArray(value) ? value[0] : value;
    },
    body: read(),
    expectEnd() {
      isComplete = true;
    },
  };
}

/** Reads on until the body ends, so that its connection can be used again; gives both up when it does not. */
function drain(body: Dispatcher.ResponseData["body"], clock: Clock): void {
  const timer = clock.setTimer(() => body.destroy(), expectedEndMs);
  body.once("close", () => timer.cancel());
  body.resume();
}

/** undici notices an abort only once it has a connection; a caller must not wait for that. */
function abortable(
  pending: Promise<Dispatcher.ResponseData>,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", onAbort, { once: true });
    void pending
      .finally(() => signal.removeEventListener("abort", onAbort))
      .then((response) => {
        if (signal.aborted) response.body.on("error", () => {}).destroy();
        return resolve(response);
      }, reject);
  });
}

function oversized(origin: string): ProviderError {
  return new ProviderError({
    kind: "malformedStream",
    isRetryable: false,
    message: `The answer of ${origin} is larger than ${maxBodyBytes / 1024 / 1024} MiB; it was given up.`,
  });
}

function closedError(origin: string): ProviderError {
  return new ProviderError({
    kind: "unreachable",
    isRetryable: false,
    message: `The connection to ${origin} was closed because the server shuts down or its settings changed.`,
  });
}
