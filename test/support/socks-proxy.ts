/**
 * A SOCKS5 proxy on the loopback interface, without a password. It connects to `target` regardless of the requested
 * host.
 */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface SocksProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** The host names that were asked for, in their order. */
  readonly asked: readonly string[];
  close(): Promise<void>;
}

export async function startSocksProxy(target: URL): Promise<SocksProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    track(client);
    client.once("data", () => {
      // No password is wanted.
      client.write(Buffer.from([5, 0]));
      client.once("data", (request: Buffer) => {
        // A host name (3): its length, itself, and the port.
        asked.push(request.toString("latin1", 5, 5 + (request[4] ?? 0)));
        const upstream = connect(Number(target.port), target.hostname, () => {
          client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          client.pipe(upstream).pipe(client);
        });
        track(upstream);
        upstream.on("close", () => client.destroy());
        client.on("close", () => upstream.destroy());
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}
