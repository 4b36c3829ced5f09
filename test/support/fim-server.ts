/**
 * A FIM server on the loopback interface that speaks the real wire format, well or badly, and remembers
 * what it was asked.
 *
 *   const server = await startFimServer();            // or { protocol: "h2" | "h1-tls" }
 *   server.answer = middle("a + b;");                 // for every POST from now on
 *   server.answerNext(json(429, {...}), middle(""));  // one each for the next two POSTs, then `answer` again
 *   provider.endpoint = server.endpoint;              // http://127.0.0.1:PORT/v1
 *   const request = await server.nextRequest();       // waits for the next POST; request.json is its body
 *   await request.closed;                             // answered, or aborted by the client
 *   server.requests, server.socketCount               // everything so far
 *   await server.close();
 *
 * `GET .../models` is answered by `server.models`, and is no part of `requests`. The answers are in
 * fim-answers.ts. As a process of its own, for editors: fim-server-main.ts.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import {
  createSecureServer as createHttp2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import type { Exchange } from "./exchange.ts";
import { json, middle, type Answer } from "./fim-answers.ts";
import { selfSigned } from "./self-signed.ts";

export type { Exchange } from "./exchange.ts";

export type FimServerProtocol = "h1" | "h1-tls" | "h2";

export interface FimServerOptions {
  /** `h2` is over TLS, by ALPN. Default `h1`: no TLS. */
  readonly protocol?: FimServerProtocol;
  readonly port?: number;
  /** Host names that its certificate is for, beside 127.0.0.1. Default: localhost. */
  readonly certificateNames?: readonly string[];
}

export interface FimServer {
  /** `http(s)://127.0.0.1:PORT`. */
  readonly origin: string;
  /** The origin and `/v1`: what the setting `provider.endpoint` takes. */
  readonly endpoint: string;
  /** The certificate to trust (PEM); empty without TLS. */
  readonly ca: string;
  /** POSTs in the order they came. */
  readonly requests: readonly Exchange[];
  /** GETs in the order they came. */
  readonly lookUps: readonly Exchange[];
  /** Connections accepted so far. */
  readonly socketCount: number;
  answer: Answer;
  models: Answer;
  /** For the next POSTs, one each. */
  answerNext(...answers: readonly Answer[]): void;
  /** The next POST that no call has waited for yet. */
  nextRequest(): Promise<Exchange>;
  /** Cuts every connection now, as a restarting server does. */
  dropConnections(): void;
  close(): Promise<void>;
}

export const defaultModels: Answer = json(200, {
  object: "list",
  data: [
    {
      id: "codestral-2508",
      object: "model",
      created: 1,
      owned_by: "mistralai",
      capabilities: { completion_fim: true, completion_chat: true },
      max_context_length: 128_000,
      aliases: ["codestral-latest"],
      deprecation: null,
      default_model_temperature: 0.3,
      type: "base",
    },
  ],
});

export async function startFimServer(options: FimServerOptions = {}): Promise<FimServer> {
  const { protocol = "h1", port = 0 } = options;
  const requests: Exchange[] = [];
  const lookUps: Exchange[] = [];
  const queued: Answer[] = [];
  /** Open connections by the client's port, which is the same above and below TLS and HTTP/2. */
  const sockets = new Map<number, { readonly socket: Socket; readonly number: number }>();
  let socketCount = 0;
  let waitedFor = 0;
  let wake: (() => void)[] = [];

  const onRequest = async (request: AnyRequest, response: AnyResponse): Promise<void> => {
    const receivedAt = performance.now();
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // The client went away while it sent.
    }
    const connection = sockets.get(clientPort(request));
    if (connection === undefined) return;
    const exchange = createExchange(request, response, Buffer.concat(chunks).toString(), {
      ...connection,
      receivedAt,
    });
    if (exchange.method !== "POST") {
      lookUps.push(exchange);
      await server.models(exchange);
      return;
    }
    requests.push(exchange);
    for (const resolve of wake.splice(0)) resolve();
    await (queued.shift() ?? server.answer)(exchange);
  };
  const certificate = protocol === "h1" ? undefined : selfSigned(options.certificateNames);
  const listener = createListener(protocol, certificate, (request, response) => {
    void onRequest(request, response);
  });
  listener.on("connection", (socket: Socket) => {
    const remotePort = socket.remotePort ?? 0;
    sockets.set(remotePort, { socket, number: ++socketCount });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(remotePort));
  });
  await new Promise<void>((resolve) => listener.listen(port, "127.0.0.1", resolve));
  const scheme = certificate === undefined ? "http" : "https";
  const origin = `${scheme}://127.0.0.1:${(listener.address() as AddressInfo).port}`;

  const server: FimServer = {
    origin,
    endpoint: `${origin}/v1`,
    ca: certificate?.cert ?? "",
    requests,
    lookUps,
    get socketCount() {
      return socketCount;
    },
    answer: middle(""),
    models: defaultModels,
    answerNext: (...answers) => void queued.push(...answers),
    async nextRequest() {
      const index = waitedFor++;
      for (;;) {
        const request = requests[index];
        if (request !== undefined) return request;
        await new Promise<void>((resolve) => wake.push(resolve));
      }
    },
    dropConnections() {
      for (const { socket } of sockets.values()) socket.resetAndDestroy();
    },
    close() {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const { socket } of sockets.values()) socket.destroy();
      return closed;
    },
  };
  return server;
}

type AnyRequest = IncomingMessage | Http2ServerRequest;
type AnyResponse = ServerResponse | Http2ServerResponse;

function createListener(
  protocol: FimServerProtocol,
  certificate: { key: string; cert: string } | undefined,
  onRequest: (request: AnyRequest, response: AnyResponse) => void,
): Server {
  if (certificate === undefined) return createServer({ keepAliveTimeout: 0 }, onRequest);
  if (protocol === "h1-tls") {
    return createHttpsServer({ ...certificate, keepAliveTimeout: 0 }, onRequest);
  }
  return createHttp2Server({ ...certificate, allowHTTP1: true }, onRequest);
}

function clientPort(request: AnyRequest): number {
  const socket = "stream" in request ? request.stream.session?.socket : request.socket;
  return socket?.remotePort ?? 0;
}

function createExchange(
  request: AnyRequest,
  response: AnyResponse,
  body: string,
  connection: { readonly socket: Socket; readonly number: number; readonly receivedAt: number },
): Exchange {
  let isAborted = false;
  let hasEnded = false;
  const closed = new Promise<void>((resolve) => {
    response.on("close", () => {
      isAborted ||= !hasEnded;
      resolve();
    });
  });
  const isGone = (): boolean => isAborted || response.destroyed || response.writableEnded;
  response.on("error", () => {
    isAborted = true;
  });
  // `ServerResponse` and its HTTP/2 twin agree in all that is used here, but not in their types.
  const sink = response as ServerResponse;
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: request.headers,
    body,
    json: parseObject(body),
    socketNumber: connection.number,
    receivedAt: connection.receivedAt,
    httpVersion: request.httpVersion,
    get isAborted() {
      return isAborted;
    },
    closed,
    head(status, headers) {
      if (isGone()) return;
      sink.writeHead(status, headers);
      sink.flushHeaders?.();
    },
    write(piece) {
      if (!isGone()) sink.write(piece);
    },
    async writeAndWait(piece) {
      if (isGone()) return;
      await Promise.race([
        new Promise<void>((resolve) => sink.write(piece, () => resolve())),
        closed,
      ]);
    },
    end(piece) {
      if (isGone()) return;
      hasEnded = true;
      sink.end(piece);
    },
    reset() {
      connection.socket.resetAndDestroy();
    },
  };
}

function parseObject(body: string): Readonly<Record<string, unknown>> {
  if (body === "") return {};
  return JSON.parse(body) as Record<string, unknown>;
}
