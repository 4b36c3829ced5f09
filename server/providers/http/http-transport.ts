/** The connections to one origin, direct or through a proxy. */
import type { Socket } from "node:net";
import { createSecureContext } from "node:tls";

import type { buildConnector as Connector, Dispatcher } from "undici";

import type { Clock, Timer } from "../../base/clock.ts";
import { ProviderError } from "../provider.ts";
import { shownProxy } from "./proxy.ts";
import { trustedCertificates } from "./trusted-certificates.ts";

export interface TransportOptions {
  readonly origin: string;
  readonly proxy: string | undefined;
  readonly caFile: string | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

export interface Transport {
  readonly dispatcher: Dispatcher;
  /** The last direct connection uses HTTP/2. */
  readonly isHttp2: () => boolean;
  /**
   * Number of connections that a request had to wait for. If it is unchanged after a request, the request used an
   * open connection.
   */
  readonly waitedFor: () => number;
  readonly http2: Http2Connections;
  /** When the server last sent any data. */
  heardAt: number;
  /** The same by the wall clock, which goes on while the machine sleeps; `undefined` before the first answer. */
  heardAtWallTime: number | undefined;
  /** Given up: nothing new is asked there. */
  isRetired: boolean;
  /** Ends all running requests and closes every socket. */
  destroy(): Promise<void>;
}

/** Mistral's edge closes idle connections after 400 s. A shorter time avoids using one that just closes. */
const keepAliveMs = 300_000;

/** A user who types quickly has one running request. More come from several documents and from look-ups. */
const maxConnections = 4;

/** Concurrent requests on one HTTP/2 connection. Servers allow about 100. */
const maxStreams = 32;

const connectTimeoutMs = 5000;

/** A request is written in the turn in which it gets a connection. The rest of the time allows for a full buffer. */
const writtenMs = 250;

/**
 * The open HTTP/2 connections. When Node.js 20 ends a session itself because of unexpected frames from the server,
 * it emits no event (Node.js 22 does). The session stays open, and a request on it is never written.
 */
export class Http2Connections {
  readonly #sockets = new Set<Socket>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Connections without HTTP/2 are ignored. */
  add(socket: Socket): void {
    if (!("alpnProtocol" in socket) || socket.alpnProtocol !== "h2") return;
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
  }

  /**
   * A connection has been given a request. If no data passes any connection in either direction until `writtenMs`,
   * all are closed.
   */
  expectTraffic(): Timer {
    const before = this.#traffic;
    const isDead = (): boolean => this.#traffic === before;
    return this.#clock.setTimer(() => {
      // After a long turn of the event loop this timer may fire before the write happens.
      if (isDead()) setImmediate(() => isDead() && this.#end());
    }, writtenMs);
  }

  /** Bytes. */
  get #traffic(): number {
    let bytes = 0;
    for (const socket of this.#sockets) bytes += socket.bytesWritten + socket.bytesRead;
    return bytes;
  }

  #end(): void {
    // Without an error, undici (7.30) would read the address of a socket that it has already released, and throw.
    const reason = new Error("the HTTP/2 connection takes no request any more");
    for (const socket of this.#sockets) socket.destroy(reason);
  }
}

const unheard = { heardAt: -Infinity, heardAtWallTime: undefined, isRetired: false };

/** @throws ProviderError if the proxy cannot be used */
export async function openTransport(
  options: TransportOptions,
  proxy: string | undefined,
): Promise<Transport> {
  const { origin, environment, clock } = options;
  const isSocks = proxy !== undefined && isSocksProxy(proxy);
  const ca = await trustedCertificates(options.caFile, environment["NODE_EXTRA_CA_CERTS"]);
  const { Client, Pool, ProxyAgent, buildConnector } = await import("undici");
  // Read once for all connections: reading about 150 certificates blocks the event loop for 30 ms.
  const secureContext = ca && createSecureContext({ ca });
  const tls = { allowH2: true, timeout: connectTimeoutMs, ...(secureContext && { secureContext }) };
  const common = {
    allowH2: true,
    connections: maxConnections,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    // The pool applies its own timeouts.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const http2 = new Http2Connections(clock);
  if (isSocks) {
    // The proxy resolves the name of the endpoint, as `socks5h:` requires.
    const uri = proxy.replace(/^socks5h?:|^socks:/i, "socks5:");
    const agent = new ProxyAgent({ uri, ...common, requestTls: tls });
    return {
      dispatcher: agent,
      isHttp2: () => false,
      waitedFor: () => 0,
      http2,
      ...unheard,
      destroy: () => agent.destroy(),
    };
  }
  if (proxy !== undefined) {
    let connected = 0;
    // A handshake inside a tunnel outlives its agent (undici 7.30), and so does the tunnel's socket. Identified by
    // local port, which is the same inside and outside.
    const handshaking = new Map<number | undefined, Socket>();
    const factory = (url: URL, poolOptions: object): Dispatcher => {
      const connect = observed(poolOptions, (socket) => {
        connected += 1;
        http2.add(socket);
        handshaking.delete(socket.localPort);
      });
      return new Pool(url, { ...poolOptions, connect });
    };
    const clientFactory = (url: URL, clientOptions: object): Dispatcher => {
      const connect = observed(clientOptions, (socket) => {
        const port = socket.localPort;
        handshaking.set(port, socket);
        socket.once("close", () => handshaking.delete(port));
      });
      return new Pool(url, { ...clientOptions, connect });
    };
    const secure = { requestTls: tls, proxyTls: tls };
    const agent = new ProxyAgent({ uri: proxy, ...common, ...secure, factory, clientFactory });
    return {
      dispatcher: agent,
      isHttp2: () => false,
      waitedFor: () => connected,
      http2,
      ...unheard,
      async destroy() {
        await agent.destroy();
        for (const socket of handshaking.values()) socket.destroy();
      },
    };
  }
  const direct = directConnections(buildConnector(tls), (socket) => http2.add(socket));
  const factory = (url: URL, clientOptions: object): Dispatcher => {
    const client = new Client(url, clientOptions);
    client.on("connect", () => {
      client.pipelining = direct.isHttp2() ? maxStreams : 1;
    });
    return client;
  };
  const pool = new Pool(origin, { ...common, connect: direct.connect, factory });
  return {
    dispatcher: pool,
    isHttp2: direct.isHttp2,
    waitedFor: direct.waitedFor,
    http2,
    ...unheard,
    destroy() {
      direct.endOpening();
      return pool.destroy();
    },
  };
}

/** Observes the connections that undici opens by itself. */
function directConnections(open: Connector.connector, onOpen: (socket: Socket) => void) {
  let isHttp2 = false;
  let waitedFor = 0;
  /** Sockets that are still connecting. The pool does not know them yet and could not close them. */
  const opening = new Set<Socket>();
  const connect: Connector.connector = (target, callback) => {
    waitedFor += 1;
    let underWay: Socket | undefined;
    const watched = observed({ connect: open }, (socket) => {
      isHttp2 = "alpnProtocol" in socket && socket.alpnProtocol === "h2";
      onOpen(socket);
    }) as (...args: Parameters<Connector.connector>) => Socket | undefined;
    underWay = watched(target, (...result) => {
      if (underWay !== undefined) opening.delete(underWay);
      callback(...result);
    });
    if (underWay !== undefined) opening.add(underWay);
  };
  return {
    connect,
    isHttp2: () => isHttp2,
    waitedFor: () => waitedFor,
    endOpening() {
      for (const socket of opening) socket.destroy();
      opening.clear();
    },
  };
}

/** @throws ProviderError if undici does not support this kind of proxy */
function isSocksProxy(proxy: string): boolean {
  const protocol = URL.canParse(proxy) ? new URL(proxy).protocol : "";
  if (/^socks(?:5h?)?:$/.test(protocol)) return true;
  if (/^https?:$/.test(protocol)) return false;
  throw new ProviderError({
    kind: "rejected",
    isRetryable: false,
    remedy: "Use an http, https or socks5 proxy",
    message: `The proxy ${shownProxy(proxy)} is of a kind that is not supported: use http, https or socks5.`,
  });
}

/** The `connect` function for undici's options. It reports each socket that it opens. */
function observed(options: object, onOpen: (socket: Socket) => void): Connector.connector {
  const { connect } = options as { readonly connect: Connector.connector };
  return (target, callback) =>
    connect(target, (...result) => {
      // undici omits the socket when it reports an error, despite its types.
      const socket = result[1] ?? undefined;
      if (socket !== undefined) onOpen(socket);
      callback(...result);
    });
}
