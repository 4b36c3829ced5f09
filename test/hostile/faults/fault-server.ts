/** A FIM server that goes wrong at one point, until it is healed. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";

import { selfSigned, type SelfSigned } from "../../support/self-signed.ts";
import type { Cell } from "./cells.ts";
import { block, frames, http2Frame, readHttp1, readHttp2, type WireExchange } from "./wires.ts";

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

/** What a good answer offers. */
export const goodMiddle = "grün(1);";

const trusted = selfSigned();
export const trustedCa = trusted.cert;
const untrusted = selfSigned();

export async function startFaultServer(cell: Cell): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let isHealed = false;
  let whenEmpty: (() => void)[] = [];
  let strike: () => void = () => {};
  const struck = new Promise<void>((resolve) => {
    strike = resolve;
  });

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      sockets.delete(socket);
      if (sockets.size > 0) return;
      for (const resolve of whenEmpty) resolve();
      whenEmpty = [];
    });
    accept({ cell, socket, isHealed: () => isHealed, strike, timers });
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
    allClosed: () =>
      sockets.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            whenEmpty.push(resolve);
          }),
    async heal() {
      isHealed = true;
      for (const timer of timers) clearInterval(timer);
      if (!server.listening) await listen(port);
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      if (server.listening) await closed(server);
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

interface Accepted {
  readonly cell: Cell;
  readonly socket: Socket;
  readonly isHealed: () => boolean;
  readonly strike: () => void;
  readonly timers: Set<NodeJS.Timeout>;
}

function accept(accepted: Accepted): void {
  const { cell, socket, isHealed, strike } = accepted;
  const isBroken = (point: Cell["point"]): boolean => !isHealed() && cell.point === point;
  if (isBroken("connect")) {
    strike();
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
  const { cell, isHealed } = accepted;
  const onExchange = (exchange: WireExchange): void => {
    if (exchange.isLookUp) {
      const headers = { "content-type": "application/json", "content-length": "11" };
      write(
        stream,
        exchange.head(headers),
        exchange.data(Buffer.from('{"data":[]}')),
        exchange.end(),
      );
    } else if (!isHealed() && cell.point !== "tls") misbehave(accepted, stream, exchange);
    else if (exchange.isComplete) write(stream, ...goodAnswer(exchange));
  };
  if (cell.transport !== "h2") return readHttp1(stream, onExchange);
  const isWithoutWindow = !isHealed() && cell.fault === "noWindow";
  // SETTINGS_INITIAL_WINDOW_SIZE (4) of 0: no byte of a body may be sent.
  readHttp2(stream, onExchange, isWithoutWindow ? Buffer.from([0, 4, 0, 0, 0, 0]) : undefined);
}

const eventStream = { "content-type": "text/event-stream; charset=utf-8" };

function event(delta: unknown, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: "1", object: "chat.completion.chunk", created: 1, model: "m", choices })}\n\n`;
}

const firstEvent = Buffer.from(event({ role: "assistant", content: "" }));
const textEvent = Buffer.from(event({ content: goodMiddle }));
const lastEvents = Buffer.from(`${event({ content: "" }, "stop")}data: [DONE]\n\n`);

function goodAnswer(exchange: WireExchange): Buffer[] {
  return [
    exchange.head(eventStream),
    exchange.data(firstEvent),
    exchange.data(textEvent),
    exchange.data(lastEvents),
    exchange.end(),
  ];
}

/** The payload up to the point, and what is left of it. */
function payloadAt(point: Cell["point"]): { readonly sent: Buffer[]; readonly left: Buffer[] } {
  const letter = textEvent.indexOf(Buffer.from("ü"));
  switch (point) {
    case "midEvent":
      return halves(20);
    case "midCharacter":
      return halves(letter + 1);
    case "lastEvent":
      return { sent: [firstEvent, textEvent], left: [lastEvents] };
    case "dns":
    case "connect":
    case "tls":
    case "proxy":
    case "requestBody":
    case "headers":
    case "firstByte":
    case "idle":
    case "http2":
      return { sent: [], left: [firstEvent, textEvent, lastEvents] };
  }
}

function halves(at: number): { readonly sent: Buffer[]; readonly left: Buffer[] } {
  return {
    sent: [firstEvent, textEvent.subarray(0, at)],
    left: [textEvent.subarray(at), lastEvents],
  };
}

function misbehave(accepted: Accepted, stream: Duplex, exchange: WireExchange): void {
  const { cell, strike } = accepted;
  if (cell.point === "requestBody") {
    if (exchange.isComplete) return;
    strike();
    if (cell.fault === "earlyAnswer") write(stream, ...goodAnswer(exchange));
    else breakSocket(cell.fault, accepted.socket, stream);
    return;
  }
  if (!exchange.isComplete) return;
  if (cell.point === "http2") return misbehaveInHttp2(accepted, stream, exchange);
  if (cell.point === "idle") {
    write(stream, ...goodAnswer(exchange));
    later(accepted, 30, () => {
      if (cell.fault === "unaskedAnswer") write(stream, ...goodAnswer(exchange));
      else breakSocket(cell.fault, accepted.socket, stream);
      strike();
    });
    return;
  }
  if (cell.point === "dns" || cell.point === "proxy") return write(stream, ...goodAnswer(exchange));
  strike();
  misanswer(accepted, stream, exchange);
}

function misanswer(accepted: Accepted, stream: Duplex, exchange: WireExchange): void {
  const { cell, socket } = accepted;
  const { point, fault } = cell;
  const { sent, left } = payloadAt(point);
  const whole = Buffer.concat([...sent, ...left]);
  if (fault === "wrongLength") {
    const told = point === "headers" ? 10 : whole.length + 500;
    const head = exchange.head({ ...eventStream, "content-length": String(told) });
    write(stream, head, exchange.data(whole), exchange.end());
    if (point !== "headers") later(accepted, 20, () => stream.end());
    return;
  }
  if (fault === "compressed" && (point === "headers" || point === "firstByte")) {
    const head = exchange.head({ ...eventStream, "content-encoding": "gzip" });
    // At `firstByte` only the header says so.
    const body = point === "headers" ? gzipSync(whole) : whole;
    return write(stream, head, exchange.data(body), exchange.end());
  }
  const head = exchange.head(eventStream);
  const before = [head, ...sent.map((part) => exchange.data(part))];
  const behind = [...left.map((part) => exchange.data(part)), exchange.end()];
  const start = point === "headers" ? [head.subarray(0, head.length >> 1)] : before;
  const rest =
    point === "headers" ? [head.subarray(head.length >> 1), ...before.slice(1), ...behind] : behind;
  write(stream, ...start);
  switch (fault) {
    case "drip":
      return drip(accepted, Buffer.concat(rest), stream);
    case "garbage":
      return write(stream, noise, ...rest);
    case "duplicate":
      return write(stream, ...start, ...rest);
    case "oversize":
      return flood(
        stream,
        point === "headers" ? Buffer.alloc(65_536, "a") : exchange.data(Buffer.alloc(65_536, "x")),
      );
    case "wrongEncoding":
      return write(
        stream,
        exchange.data(Buffer.from(Buffer.concat(left).toString(), "utf16le")),
        exchange.end(),
      );
    case "compressed":
      return write(stream, exchange.data(gzipSync(Buffer.concat(left))), exchange.end());
    default:
      return breakSocket(fault, socket, stream);
  }
}

const hugeFrameBytes = 5_000_000;

function misbehaveInHttp2(accepted: Accepted, stream: Duplex, exchange: WireExchange): void {
  const { cell, strike } = accepted;
  const { streamId } = exchange;
  const goAway = (last: number, code: number): Buffer => {
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(last, 0);
    payload.writeUInt32BE(code, 4);
    return http2Frame(frames.goAway, 0, 0, payload);
  };
  const reset = (code: number): Buffer =>
    http2Frame(frames.rstStream, 0, streamId, Buffer.from([0, 0, 0, code]));
  const half = [exchange.head(eventStream), exchange.data(firstEvent), exchange.data(textEvent)];
  const good = goodAnswer(exchange);
  strike();
  switch (cell.fault) {
    case "goAwayIdle":
      write(stream, ...good);
      return later(accepted, 30, () => write(stream, goAway(streamId, 0)));
    case "goAwayBeforeHeaders":
      write(stream, goAway(0, 0));
      return later(accepted, 20, () => stream.end());
    case "goAwayMidBody":
      write(stream, ...half, goAway(streamId, 0));
      return later(accepted, 20, () => stream.end());
    case "goAwayWithError":
      return write(stream, ...half, goAway(streamId, 11));
    case "refusedStream":
      return write(stream, reset(7));
    case "rstBeforeHeaders":
      return write(stream, reset(2));
    case "rstMidBody":
      return write(stream, ...half, reset(2));
    case "settingsFlood":
      return write(
        stream,
        ...Array.from({ length: 5000 }, () => http2Frame(frames.settings, 0, 0)),
        ...good,
      );
    case "pingFlood":
      return write(
        stream,
        ...Array.from({ length: 5000 }, () => http2Frame(frames.ping, 0, 0, Buffer.alloc(8))),
        ...good,
      );
    case "noWindow":
      return;
    case "hugeFrame":
      return write(stream, http2Frame(frames.data, 0, streamId, Buffer.alloc(hugeFrameBytes)));
    case "endlessHeaders":
      write(stream, http2Frame(frames.headers, 0, streamId, block(eventStream)));
      return flood(
        stream,
        http2Frame(
          frames.continuation,
          0,
          streamId,
          block({ "x-more": "a".repeat(100) }).subarray(1),
        ),
      );
    default:
      return write(stream, http2Frame(200, 255, 0, noise), ...good);
  }
}

// ---- ways to break a connection

const noise = Buffer.from(Array.from({ length: 400 }, (_, index) => (index * 167 + 13) % 256));

function breakSocket(fault: string, socket: Socket, stream: Duplex): void {
  switch (fault) {
    case "reset":
      socket.resetAndDestroy();
      return;
    case "close":
      stream.end();
      break;
    case "garbage":
      write(stream, noise);
      break;
    default:
    // Stalls: says nothing more.
  }
  // A socket that nobody reads does not notice its end either.
  socket.resume();
}

function write(stream: Duplex, ...parts: readonly Buffer[]): void {
  if (!stream.destroyed && !stream.writableEnded) stream.write(Buffer.concat(parts));
}

const dripMs = 25;

function drip({ socket, timers }: Accepted, bytes: Buffer, stream: Duplex = socket): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at >= bytes.length || stream.destroyed) clearInterval(timer);
    else write(stream, bytes.subarray(at, ++at));
  }, dripMs);
  timers.add(timer);
}

const floodBytes = 40 * 1024 * 1024;

function flood(stream: Duplex, piece: Buffer): void {
  let sent = 0;
  const more = (): void => {
    while (sent < floodBytes && !stream.destroyed && !stream.writableEnded) {
      sent += piece.length;
      if (stream.write(piece)) continue;
      stream.once("drain", more);
      return;
    }
  };
  more();
}

function later({ timers }: Accepted, ms: number, action: () => void): void {
  timers.add(setTimeout(action, ms));
}
