/**
 * HTTP/1.1 and HTTP/2 written byte by byte from the server's side: what no server library would let a test
 * write. Both turn what arrives into exchanges, and an answer into bytes that can be cut, doubled and damaged.
 */
import type { Duplex } from "node:stream";

export interface WireExchange {
  /** A look-up (GET) has no body. */
  readonly isLookUp: boolean;
  /** The same request may be told twice: when its head is there, and when all of it is. */
  readonly isComplete: boolean;
  head(headers: Readonly<Record<string, string>>): Buffer;
  data(payload: Buffer): Buffer;
  end(): Buffer;
  /** Only for HTTP/2. */
  readonly streamId: number;
}

export type OnExchange = (exchange: WireExchange) => void;

export function readHttp1(socket: Duplex, onExchange: OnExchange): void {
  let unread = Buffer.alloc(0) as Buffer;
  let announced = false;
  socket.on("data", (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    for (;;) {
      const end = unread.indexOf("\r\n\r\n");
      if (end < 0) return;
      const head = unread.toString("latin1", 0, end);
      const isLookUp = head.startsWith("GET");
      if (!announced && !isLookUp) {
        announced = true;
        onExchange(http1Exchange(false, false));
      }
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (unread.length < end + 4 + length) return;
      unread = unread.subarray(end + 4 + length);
      announced = false;
      onExchange(http1Exchange(isLookUp, true));
    }
  });
}

function http1Exchange(isLookUp: boolean, isComplete: boolean): WireExchange {
  let isChunked = true;
  return {
    isLookUp,
    isComplete,
    streamId: 0,
    head(headers) {
      isChunked = !("content-length" in headers);
      const all = isChunked ? { ...headers, "transfer-encoding": "chunked" } : headers;
      const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      return Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("")}\r\n`);
    },
    data: (payload) =>
      isChunked
        ? Buffer.concat([
            Buffer.from(`${payload.length.toString(16)}\r\n`),
            payload,
            Buffer.from("\r\n"),
          ])
        : payload,
    end: () => Buffer.from(isChunked ? "0\r\n\r\n" : ""),
  };
}

/** Types and flags of RFC 9113, section 6. */
export const frames = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
  endStream: 1,
  ack: 1,
  endHeaders: 4,
} as const;

export function http2Frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Buffer = Buffer.alloc(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

const prefaceBytes = 24;

export interface Http2Behavior {
  /** The payload of the server's first frame. */
  readonly settings: Buffer | undefined;
  readonly answersPings: () => boolean;
  readonly onGoAway: () => void;
}

export function readHttp2(
  socket: Duplex,
  onExchange: OnExchange,
  { settings, answersPings, onGoAway }: Http2Behavior,
): void {
  let unread = Buffer.alloc(0) as Buffer;
  let hasPreface = false;
  socket.write(http2Frame(frames.settings, 0, 0, settings));
  socket.on("data", (bytes: Buffer) => {
    unread = Buffer.concat([unread, bytes]);
    if (!hasPreface) {
      if (unread.length < prefaceBytes) return;
      hasPreface = true;
      unread = unread.subarray(prefaceBytes);
    }
    while (unread.length >= 9) {
      const length = unread.readUIntBE(0, 3);
      if (unread.length < 9 + length) return;
      const type = unread[3] ?? 0;
      const flags = unread[4] ?? 0;
      const streamId = unread.readUInt32BE(5);
      const payload = unread.subarray(9, 9 + length);
      unread = unread.subarray(9 + length);
      const isLast = (flags & frames.endStream) !== 0;
      if (type === frames.settings && (flags & frames.ack) === 0) {
        socket.write(http2Frame(frames.settings, frames.ack, 0));
      } else if (type === frames.ping && (flags & frames.ack) === 0) {
        if (answersPings()) socket.write(http2Frame(frames.ping, frames.ack, 0, payload));
      } else if (type === frames.goAway) {
        onGoAway();
      } else if (type === frames.headers) {
        onExchange(http2Exchange(streamId, isLast, isLast));
      } else if (type === frames.data && isLast) {
        onExchange(http2Exchange(streamId, false, true));
      }
    }
  });
}

function http2Exchange(streamId: number, isLookUp: boolean, isComplete: boolean): WireExchange {
  return {
    isLookUp,
    isComplete,
    streamId,
    head: (headers) => http2Frame(frames.headers, frames.endHeaders, streamId, block(headers)),
    data: (payload) => http2Frame(frames.data, 0, streamId, payload),
    end: () => http2Frame(frames.data, frames.endStream, streamId),
  };
}

/** Status 200 and literal fields, none indexed (RFC 7541, 6.2.2). */
export function block(headers: Readonly<Record<string, string>>): Buffer {
  const parts = [Buffer.from([0x88])];
  for (const [name, value] of Object.entries(headers)) {
    parts.push(
      Buffer.from([0x00, name.length]),
      Buffer.from(name),
      Buffer.from([value.length]),
      Buffer.from(value),
    );
  }
  return Buffer.concat(parts);
}
