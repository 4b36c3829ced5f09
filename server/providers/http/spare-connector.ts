/**
 * Opens connections, and keeps one open ahead on HTTP/1.1, where an aborted answer costs its connection: the
 * next request takes the spare instead of waiting for TCP and TLS (three round trips become one). Not on
 * HTTP/2, where an abort costs nothing, and not where connecting is as fast as on one machine.
 */
import type { Socket } from "node:net";
import type { buildConnector } from "undici";

import type { Clock } from "../../base/clock.ts";

export interface SpareConnector {
  /** For the pool. */
  readonly connect: buildConnector.connector;
  /** Connections that the pool had to wait for: a request during which this stays was sent on an open one. */
  readonly waitedFor: number;
  /** The last connection speaks HTTP/2. */
  readonly isHttp2: boolean;
  /** Opens a spare in the background if there is none and one would help; at most one at a time. */
  openAhead(): void;
  /** Gives up the spare: its server has probably gone as well. */
  dropSpare(): void;
  close(): void;
}

/** Below this a spare saves nothing that anyone could notice: loopback takes 1 ms. */
const worthwhileMs = 10;

export function createSpareConnector(
  connectNow: buildConnector.connector,
  clock: Clock,
): SpareConnector {
  let target: buildConnector.Options | undefined;
  let spare: Socket | undefined;
  let isOpening = false;
  /** The pool's request for a connection while the spare was still opening: it gets that one. */
  let waiter: buildConnector.Callback | undefined;
  let isClosed = false;
  /** How long the last connection took; unknown counts as fast. */
  let connectMs = 0;
  let isHttp2 = false;
  let waitedFor = 0;
  /** Sockets on their way: the pool does not know them yet, and could not end them. */
  const connecting = new Set<Socket>();

  const open = (options: buildConnector.Options, callback: buildConnector.Callback): void => {
    const start = clock.now();
    let underWay: Socket | undefined;
    // undici gives the socket back at once, whatever its types say.
    const connect = connectNow as (...args: Parameters<typeof connectNow>) => Socket | undefined;
    underWay = connect(options, (...result) => {
      if (underWay !== undefined) connecting.delete(underWay);
      // undici leaves the socket out when it reports an error, whatever its types say.
      const socket = result[1] ?? undefined;
      if (socket !== undefined) {
        connectMs = clock.now() - start;
        isHttp2 = "alpnProtocol" in socket && socket.alpnProtocol === "h2";
      }
      callback(...result);
    });
    if (underWay !== undefined) connecting.add(underWay);
  };

  const takeSpare = (): Socket | undefined => {
    const socket = spare;
    spare = undefined;
    socket?.removeListener("readable", onSpareReadable);
    return socket?.destroyed === false && socket.writable && !socket.readableEnded
      ? socket
      : undefined;
  };

  // A server says nothing on its own but that it closes.
  function onSpareReadable(this: Socket): void {
    this.destroy();
    if (spare === this) spare = undefined;
  }

  const keep = (socket: Socket): void => {
    if (isClosed || isHttp2) {
      socket.destroy();
      return;
    }
    spare = socket;
    socket.on("readable", onSpareReadable);
    socket.on("error", () => socket.destroy());
    socket.unref();
  };

  const openAhead = (): void => {
    if (isClosed || isHttp2 || isOpening || target === undefined || connectMs < worthwhileMs)
      return;
    if (spare?.destroyed === false) return;
    isOpening = true;
    open(target, (...result) => {
      isOpening = false;
      const take = waiter;
      waiter = undefined;
      if (take !== undefined) take(...result);
      else if (result[1]) keep(result[1]);
    });
  };

  return {
    get waitedFor() {
      return waitedFor;
    },
    get isHttp2() {
      return isHttp2;
    },
    connect(options, callback) {
      target = options;
      const socket = takeSpare();
      if (socket === undefined) {
        waitedFor++;
        if (isOpening && waiter === undefined) waiter = callback;
        else open(options, callback);
        return;
      }
      socket.ref();
      queueMicrotask(() => callback(null, socket));
      // Aborts come in bursts: the successor starts at once, not when this request has its answer.
      openAhead();
    },
    openAhead,
    dropSpare() {
      takeSpare()?.destroy();
    },
    close() {
      isClosed = true;
      takeSpare()?.destroy();
      for (const socket of connecting) socket.destroy();
      connecting.clear();
    },
  };
}
