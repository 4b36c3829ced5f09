/** A TCP relay on the loopback interface that delays every byte in both directions, to simulate a distant server. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface DelayingRelay {
  readonly port: number;
  /** Connections taken so far. */
  readonly socketCount: number;
  close(): Promise<void>;
}

/** `roundTripMs` is split evenly; opening a connection takes one round trip as well. */
export async function startDelayingRelay(target: URL, roundTripMs: number): Promise<DelayingRelay> {
  const oneWayMs = roundTripMs / 2;
  const sockets = new Set<Socket>();
  let socketCount = 0;
  const relay = createServer({ pauseOnConnect: true, noDelay: true }, (client) => {
    socketCount++;
    const server = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => sockets.delete(socket));
    }
    pipe(server, client, oneWayMs);
    // The kernel has accepted at once; what the client sends counts from one round trip later.
    setTimeout(() => {
      pipe(client, server, oneWayMs);
      client.resume();
    }, roundTripMs);
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return {
    port: (relay.address() as AddressInfo).port,
    get socketCount() {
      return socketCount;
    },
    close() {
      const closed = new Promise<void>((resolve) => relay.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}

function pipe(from: Socket, to: Socket, delayMs: number): void {
  from.on("data", (chunk) => setTimeout(() => to.write(chunk), delayMs));
  from.on("close", () => setTimeout(() => to.destroy(), delayMs));
}
