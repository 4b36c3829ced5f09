/**
 * The pooled HTTP client of one origin: keep-alive, HTTP/2 if offered, proxy, custom certificates, timeouts, abort,
 * bounded bodies. Never follows a redirect, because a key would leave its origin (invariant 6). undici is loaded
 * with the first request, so a server without a remote provider starts without it.
 */
import type { Clock, Timer } from "../../base/clock.ts";
import { decoded } from "./content-encoding.ts";
import { startDeadline, type Deadline, type DeadlineTimes } from "./deadline.ts";
import { exchange, type Answer, type AnswerBody } from "./http-exchange.ts";
import { openTransport, type Transport, type TransportOptions } from "./http-transport.ts";
import { networkError } from "./network-error.ts";
import { isLoopback, proxyFor } from "./proxy.ts";
import { ProviderError } from "../provider.ts";

export interface HttpRequest extends DeadlineTimes {
  readonly method: "GET" | "POST";
  /** With the leading slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  /** By lower-case name. If a header occurs several times, the first value is used. */
  readonly header: (name: string) => string | undefined;
  /**
   * Can be read once. Leaving the loop early aborts the answer at the server. @throws ProviderError, or the
   * signal's reason once it is aborted
   */
  readonly body: AsyncIterable<Uint8Array>;
  /** The answer is complete; only the end of the body may be missing. Leaving the loop then keeps the connection. */
  expectEnd(): void;
}

export type ConnectionPoolOptions = TransportOptions;

export interface ConnectionPool {
  readonly origin: string;
  /** @throws ProviderError, or the signal's reason once it is aborted */
  request(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  close(): Promise<void>;
}

/** No model writes this much: 10,000 lines with one event per token are about 10 MB. */
const maxBodyBytes = 16 * 1024 * 1024;

/** If the server sent something this shortly before a timeout, it is alive and only slow with this answer. */
const aliveMs = 1000;

/**
 * After so long without a byte a connection to another machine may be half open: the machine slept, or a router forgot
 * it. TCP would report that after a minute. To ask on a new one costs a handshake; to ask twice could be billed twice.
 */
const doubtfulAfterMs = 60_000;

/** How long a complete answer may take to close its body before its connection is given up. */
const expectedEndMs = 250;

export function createConnectionPool(options: ConnectionPoolOptions): ConnectionPool {
  const { origin, clock } = options;
  const proxy = proxyFor(origin, {
    configured: options.proxy,
    environment: options.environment,
  });
  let opening: Promise<Transport> | undefined;
  let isClosed = false;
  /** Dropped transports, each with the timer that ends it. */
  const retiring = new Map<Transport, Timer>();

  const isRemote = !isLoopback(new URL(origin).hostname);
  const isDoubtful = ({ heardAtWallTime: heardAt }: Transport): boolean =>
    isRemote && heardAt !== undefined && clock.wallTime() - heardAt > doubtfulAfterMs;

  const transport = (): Promise<Transport> => {
    if (opening === undefined) {
      const attempt = openTransport(options, proxy);
      opening = attempt;
      // The certificate file may exist the next time.
      attempt.catch(() => (opening = undefined));
    }
    return opening;
  };

  /**
   * Called after silence: the server may be gone, and a request on this connection would wait until TCP gives up.
   * Requests that still run on it end by themselves within `limitMs`.
   */
  const retire = async (silent: Transport, limitMs: number): Promise<void> => {
    if (silent.isRetired) return;
    silent.isRetired = true;
    opening = undefined;
    const timer = clock.setTimer(() => void silent.destroy(), limitMs);
    retiring.set(silent, timer);
    await silent.dispatcher.close().catch(() => undefined);
    timer.cancel();
    await silent.destroy();
    retiring.delete(silent);
  };

  const send = async (
    request: HttpRequest,
    { dispatcher, isHttp2, waitedFor, http2 }: Transport,
    deadline: Deadline,
  ): Promise<Answer> => {
    if (deadline.signal.aborted || isClosed) throw deadline.signal.reason ?? closedError(origin);
    const waitedBefore = waitedFor();
    let watch: Timer | undefined;
    const onStart = (): void => {
      watch?.cancel();
      watch = http2.expectTraffic();
    };
    const attempt = (): Promise<Answer> => {
      const { method, path, headers, body = null } = request;
      // "Idempotent" only allows requests to share a connection. HTTP/1.1 would then send one after the other.
      const idempotent = isHttp2();
      const message = { origin, method, path, headers, body, idempotent };
      return exchange(dispatcher, message, { signal: deadline.signal, onStart });
    };
    try {
      return await attempt();
    } catch (error) {
      const wasReused = waitedFor() === waitedBefore;
      if (deadline.signal.aborted || isClosed || !wasReused) throw error;
      // A server may close an idle connection just as it is used again: retry once, on a new one. undici learns of
      // the end of an HTTP/2 session one turn later and would reuse it until then.
      await new Promise(setImmediate);
      return await attempt();
    } finally {
      watch?.cancel();
    }
  };

  return {
    origin,
    async request(request, caller) {
      caller.throwIfAborted();
      const deadline = startDeadline(request, { clock, caller, origin });
      let used: Transport | undefined;
      const explain = (error: unknown): unknown => {
        const reason = deadline.explain(error);
        const isTimeout = reason instanceof ProviderError && reason.kind === "timeout";
        const isSilent = used !== undefined && clock.now() - used.heardAt > aliveMs;
        if (isTimeout && used !== undefined && isSilent)
          void retire(used, request.requestTimeoutMs);
        return caller.aborted && reason === caller.reason
          ? reason
          : networkError(reason, origin, proxy);
      };
      try {
        const last = await transport();
        if (isDoubtful(last)) void retire(last, request.requestTimeoutMs);
        const opened = await transport();
        used = opened;
        const response = await send(request, opened, deadline);
        const onHeard = (): void => {
          opened.heardAt = clock.now();
          opened.heardAtWallTime = clock.wallTime();
        };
        onHeard();
        return toHttpResponse(response, { deadline, explain, onHeard, clock, origin });
      } catch (error) {
        deadline.end();
        throw explain(error);
      }
    },
    async close() {
      isClosed = true;
      const opened = await opening?.catch(() => undefined);
      // A dispatcher that is destroyed while it closes may never report that it has closed.
      for (const timer of retiring.values()) timer.cancel();
      const transports = opened === undefined ? [...retiring.keys()] : [...retiring.keys(), opened];
      await Promise.all(transports.map((used) => used.destroy()));
    },
  };
}

interface BodyContext {
  readonly deadline: Deadline;
  readonly explain: (error: unknown) => unknown;
  /** Called for each piece of the body. */
  readonly onHeard: () => void;
  readonly clock: Clock;
  readonly origin: string;
}

function toHttpResponse({ status, headers, body }: Answer, context: BodyContext): HttpResponse {
  const { deadline, explain, onHeard, clock, origin } = context;
  let isComplete = false;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value[0] : value;
  };

  async function* read(): AsyncGenerator<Uint8Array> {
    let bytes = 0;
    let hasEnded = false;
    try {
      for await (const chunk of decoded(body, header("content-encoding"), origin)) {
        deadline.passFirstByte();
        onHeard();
        bytes += chunk.length;
        if (bytes > maxBodyBytes) throw oversized(origin);
        yield chunk;
      }
      hasEnded = true;
    } catch (error) {
      throw explain(error);
    } finally {
      deadline.end();
      if (!hasEnded && isComplete) drain(body, clock);
      else if (!hasEnded) body.abort(unwanted());
    }
  }

  return {
    status,
    header,
    body: read(),
    expectEnd() {
      isComplete = true;
    },
  };
}

/** Reads until the body ends, so that the connection can be reused. Drops both if the body does not end. */
function drain(body: AnswerBody, clock: Clock): void {
  const timer = clock.setTimer(() => body.abort(unwanted()), expectedEndMs);
  body.discard(() => timer.cancel());
}

function unwanted(): Error {
  return new Error("no more of the answer is wanted");
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
