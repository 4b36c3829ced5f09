/** A forward proxy that asks for a password, and can go wrong in its own ways until it is healed. */
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

import { noise } from "./breakage.ts";
import type { Cell } from "./cells.ts";
import { OpenSockets } from "./sockets.ts";

export interface AuthProxy {
  /** With user and password. */
  readonly url: string;
  readonly openSockets: number;
  /** Resolves when no connection is left. */
  allClosed(): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** With characters that a URL has to escape. */
const user = "fim user";
const password = "pa:ss@word/1";
const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;

export async function startAuthProxy(cell: Cell, targetPort: number): Promise<AuthProxy> {
  const sockets = new OpenSockets();
  let isBroken = cell.point === "proxy";
  const server = createServer((socket) => {
    sockets.add(socket);
    let head = Buffer.alloc(0) as Buffer;
    const onData = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", onData);
      if (isBroken) return misbehave(cell.fault, socket);
      const text = head.toString("latin1", 0, end);
      const told = /^proxy-authorization: (.*)$/im.exec(text)?.[1]?.trim();
      if (told !== expected) return refuse(socket);
      const upstream = connect(targetPort, "127.0.0.1", () => {
        if (text.startsWith("CONNECT")) socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        else upstream.write(head);
        socket.pipe(upstream).pipe(socket);
      });
      sockets.add(upstream);
      // Each end learns how the other one went.
      upstream.on("error", () => socket.resetAndDestroy());
      upstream.on("close", () => socket.destroy());
      socket.on("close", () => upstream.destroy());
    };
    socket.on("data", onData);
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => {
      server.listen(port, "127.0.0.1", resolve);
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
    });
  if (isBroken && cell.fault === "refuse") await stop();
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return {
    url: `http://${credentials}@127.0.0.1:${port}`,
    get openSockets() {
      return sockets.size;
    },
    allClosed: () => sockets.allClosed(),
    async heal() {
      isBroken = false;
      if (!server.listening) await listen(port);
    },
    async close() {
      sockets.destroyAll();
      if (server.listening) await stop();
    },
  };
}

function refuse(socket: Socket): void {
  socket.end(
    'HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm="x"\r\ncontent-length: 0\r\n\r\n',
  );
}

function misbehave(fault: string, socket: Socket): void {
  switch (fault) {
    case "reset":
      socket.resetAndDestroy();
      return;
    case "close":
      socket.end();
      break;
    case "garbage":
      socket.write(noise);
      break;
    case "unauthorized":
      refuse(socket);
      break;
    case "badGateway":
      socket.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
      break;
    case "drip":
      drip(socket);
      break;
    case "oversize":
      socket.write(`HTTP/1.1 200 OK\r\nx-fill: ${"a".repeat(2_000_000)}\r\n\r\n`);
      break;
    default:
    // Stalls: says nothing.
  }
  socket.resume();
}

function drip(socket: Socket): void {
  const timer = setInterval(() => socket.write("H"), 1000);
  socket.on("close", () => clearInterval(timer));
}
