/** The faults of one exchange, once its connection stands. */
import type { Duplex } from "node:stream";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

import type { Cell } from "./cells.ts";
import { breakSocket, drip, flood, later, noise, write, type Accepted } from "./breakage.ts";
import { eventStream, firstEvent, goodAnswer, payloadAt, textEvent } from "./good-answer.ts";
import { block, frames, http2Frame, type WireExchange } from "./wires.ts";

export function misbehave(accepted: Accepted, stream: Duplex, exchange: WireExchange): void {
  const { cell, strike } = accepted;
  if (cell.point === "requestBody") {
    if (exchange.isComplete) return;
    strike();
    if (cell.fault === "earlyAnswer") write(stream, ...goodAnswer(exchange));
    else if (cell.fault === "drip") drip(accepted, Buffer.concat(goodAnswer(exchange)), stream);
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
      if (!breaksFraming(cell)) strike();
    });
    return;
  }
  if (cell.point === "dns" || cell.point === "proxy") return write(stream, ...goodAnswer(exchange));
  strike();
  misanswer(accepted, stream, exchange);
}

/** Who asks while that is on its way waits until the deadline (`http2/garbage`): the client has to have heard. */
export function breaksFraming({ point, fault, transport }: Cell): boolean {
  return point === "idle" && transport === "h2" && (fault === "garbage" || fault === "oversize");
}

/** No request asks for any. */
const encodings: ReadonlyMap<string, { name: string; encode: (bytes: Buffer) => Buffer }> = new Map(
  [
    ["compressed", { name: "gzip", encode: gzipSync }],
    ["brotli", { name: "br", encode: brotliCompressSync }],
    ["deflate", { name: "deflate", encode: deflateSync }],
  ],
);

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
  const encoding = encodings.get(fault);
  if (encoding !== undefined && (point === "headers" || point === "firstByte")) {
    const head = exchange.head({ ...eventStream, "content-encoding": encoding.name });
    // At `firstByte` only the header says so.
    const body = point === "headers" ? encoding.encode(whole) : whole;
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
    case "trickle":
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
    case "garbage":
      return write(stream, noise);
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
