/**
 * A forward proxy on the loopback interface. It connects to `target` regardless of the requested host, so tests can
 * use real host names while nothing leaves the machine.
 */
import { createServer, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";

export interface ForwardProxy {
  readonly url: string;
  /** `host:port` of each tunnel asked for, in their order. */
  readonly tunnels: readonly string[];
  /** `Proxy-Authorization` of each tunnel; "" for none. */
  readonly credentials: readonly string[];
  close(): Promise<void>;
}

export async function startForwardProxy(target: URL): Promise<ForwardProxy> {
  const tunnels: string[] = [];
  const credentials: string[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((_request, response) => response.writeHead(501).end());
  const track = (socket: Duplex): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  server.on("connection", (socket: Socket) => track(socket));
  server.on("connect", ({ url = "", headers }: IncomingMessage, client: Duplex) => {
    tunnels.push(url);
    credentials.push(headers["proxy-authorization"] ?? "");
    const upstream = connect(Number(target.port), target.hostname, () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    track(upstream);
    // Each end learns that the other one is gone, however it went.
    upstream.on("close", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tunnels,
    credentials,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      return closed;
    },
  };
}
