/** Ways to break a connection. */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import type { Cell } from "./cells.ts";

/** One connection of the server, and what holds for it. */
export interface Accepted {
  readonly cell: Cell;
  readonly socket: Socket;
  readonly isHealed: () => boolean;
  /** It says nothing more, healed or not. */
  readonly isDead: () => boolean;
  /** Every connection that is open falls silent for good; those that follow do not. */
  readonly dieOnce: () => void;
  readonly strike: () => void;
  readonly timers: Set<NodeJS.Timeout>;
  /** Each writes what a drip has left: behind half a frame nothing on its connection could be read. */
  readonly unfinished: Set<() => void>;
}

export const noise = Buffer.from(
  Array.from({ length: 400 }, (_, index) => (index * 167 + 13) % 256),
);

export function breakSocket(fault: string, socket: Socket, stream: Duplex): void {
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
    case "oversize":
      flood(stream, Buffer.alloc(65_536, "a"));
      break;
    default:
    // Stalls: says nothing more.
  }
  // A socket that nobody reads does not notice its end either.
  socket.resume();
}

export function write(stream: Duplex, ...parts: readonly Buffer[]): void {
  if (!stream.destroyed && !stream.writableEnded) stream.write(Buffer.concat(parts));
}

/** By the byte; several of the faster ones arrive within the deadline. */
const dripMs = { drip: 1000, trickle: 25 } as const;

export function drip(
  { cell, socket, timers, unfinished }: Accepted,
  bytes: Buffer,
  stream: Duplex = socket,
): void {
  let at = 0;
  const timer = setInterval(
    () => {
      if (at >= bytes.length || stream.destroyed) clearInterval(timer);
      else write(stream, bytes.subarray(at, ++at));
    },
    dripMs[cell.fault === "trickle" ? "trickle" : "drip"],
  );
  timers.add(timer);
  unfinished.add(() => {
    write(stream, bytes.subarray(at));
    at = bytes.length;
  });
}

const floodBytes = 40 * 1024 * 1024;

export function flood(stream: Duplex, piece: Buffer): void {
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

export function later({ timers }: Accepted, ms: number, action: () => void): void {
  timers.add(setTimeout(action, ms));
}
