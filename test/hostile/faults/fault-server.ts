/** A FIM server that goes wrong at one point, until it is healed. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

import { selfSigned, type SelfSigned } from "../../support/self-signed.ts";
import { breakSocket, drip, noise, write, type Accepted } from "./breakage.ts";
import { isAfterAnAnswer, type Cell } from "./cells.ts";
import { goodAnswer } from "./good-answer.ts";
import { breaksFraming, misbehave } from "./misbehavior.ts";
import { OpenSockets } from "./sockets.ts";
import { readHttp1, readHttp2, type WireExchange } from "./wires.ts";

export interface FaultServer {
  readonly port: number;
  readonly openSockets: number;
  /** Resolves when the fault has happened once. */
  readonly struck: Promise<void>;
  /** Resolves when no connection is left. */
  allClosed(): Promise<void>;
  /** From now on everything is as it should be, on new connections. */
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** How the far side is called: through a proxy by a name, since nothing on this machine is asked through one. */
export function hostFor({ isProxied }: Pick<Cell, "isProxied">): string {
  return isProxied ? "far.example" : "127.0.0.1";
}

const trusted = selfSigned(["localhost", "far.example"]);
export const trustedCa = trusted.cert;
const untrusted = selfSigned(["localhost", "far.example"]);

export async function startFaultServer(cell: Cell): Promise<FaultServer> {
  const sockets = new OpenSockets();
  const timers = new Set<NodeJS.Timeout>();
  const unfinished = new Set<() => void>();
  let isHealed = false;
  let dead: ReadonlySet<Socket> = new Set();
  const dieOnce = (): void => {
    if (dead.size === 0) dead = sockets.all;
  };
  let strike: () => void = () => {};
  const struck = new Promise<void>((resolve) => {
    strike = resolve;
  });

  const server = createServer((socket) => {
    sockets.add(socket);
    accept({
      cell,
      socket,
      isDead: () => dead.has(socket),
      dieOnce,
      isHealed: () => isHealed,
      strike,
      timers,
      unfinished,
    });
  });
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  if (cell.point === "connect" && cell.fault === "refuse") await closed(server);

  return {
    port,
    get openSockets() {
      return sockets.size;
    },
    struck,
    allClosed: () => sockets.allClosed(),
    async heal() {
      isHealed = true;
      for (const timer of timers) clearInterval(timer);
      for (const finish of unfinished) finish();
      if (!server.listening) await listen(port);
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      sockets.destroyAll();
      if (server.listening) await closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

function accept(accepted: Accepted): void {
  const { cell, socket, isHealed, strike } = accepted;
  const isBroken = (point: Cell["point"]): boolean => !isHealed() && cell.point === point;
  if (isBroken("connect")) {
    strike();
    if (cell.fault === "drip") drip(accepted, noise);
    return breakSocket(cell.fault, socket, socket);
  }
  if (cell.transport === "h1") return serve(accepted, socket);
  if (isBroken("tls") && cell.fault !== "untrusted") {
    socket.once("data", () => {
      strike();
      if (cell.fault === "plaintext") socket.write("HTTP/1.1 400 Bad Request\r\n\r\nplain\n");
      else if (cell.fault === "drip") drip(accepted, Buffer.alloc(3000, 0x16));
      else breakSocket(cell.fault, socket, socket);
    });
    return;
  }
  const secure = new TLSSocket(socket, {
    isServer: true,
    ...certificate(cell, isHealed()),
    ALPNProtocols: cell.transport === "h2" ? ["h2"] : ["http/1.1"],
  });
  secure.on("error", () => socket.destroy());
  secure.on("close", () => socket.destroy());
  // Not before: bytes that wait for a handshake which the client broke off would keep the socket.
  secure.once("secure", () => serve(accepted, secure));
}

function certificate({ point, fault }: Cell, isHealed: boolean): SelfSigned {
  return !isHealed && point === "tls" && fault === "untrusted" ? untrusted : trusted;
}

function serve(accepted: Accepted, stream: Duplex): void {
  const { cell, isHealed, isDead } = accepted;
  const onExchange = (exchange: WireExchange): void => {
    if (isDead()) {
      accepted.strike();
    } else if (exchange.isLookUp) {
      const headers = { "content-type": "application/json", "content-length": "11" };
      write(
        stream,
        exchange.head(headers),
        exchange.data(Buffer.from('{"data":[]}')),
        exchange.end(),
      );
    } else if (!isHealed() && isAfterAnAnswer(cell)) {
      if (!exchange.isComplete) return;
      write(stream, ...goodAnswer(exchange));
      accepted.dieOnce();
    } else if (!isHealed() && cell.point !== "tls") misbehave(accepted, stream, exchange);
    else if (exchange.isComplete) write(stream, ...goodAnswer(exchange));
  };
  if (cell.transport !== "h2") return readHttp1(stream, onExchange);
  const isWithoutWindow = !isHealed() && cell.fault === "noWindow";
  // SETTINGS_INITIAL_WINDOW_SIZE (4) of 0: no byte of a body may be sent.
  const settings = isWithoutWindow ? Buffer.from([0, 4, 0, 0, 0, 0]) : undefined;
  const answersPings = (): boolean => !(isDead() && cell.fault === "pingTimeout");
  const onGoAway = (): void => {
    if (breaksFraming(cell)) accepted.strike();
  };
  readHttp2(stream, onExchange, { settings, answersPings, onGoAway });
}
