/** The four ways to a client. stdout belongs to the protocol (invariant 3). */
import { connect, type Socket } from "node:net";
import type { Writable } from "node:stream";

import type { MessageConnection } from "vscode-languageserver/node";

import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "./library.ts";
import { MessageReader } from "./message-reader.ts";
import { MessageWriter } from "./message-writer.ts";

export function stdioConnection(input: NodeJS.ReadableStream, output: Writable): MessageConnection {
  return createMessageConnection(new MessageReader(input), new MessageWriter(output, input));
}

/** To a client that listens on a port of this machine or on a named pipe. */
export async function socketConnection(
  target: { readonly port: number } | { readonly path: string },
): Promise<MessageConnection> {
  const socket = await opened(
    "port" in target ? connect(target.port, "127.0.0.1") : connect(target.path),
  );
  return createMessageConnection(new MessageReader(socket), new MessageWriter(socket, socket));
}

/** Over the channel that a Node.js parent opened with `fork`; `undefined` when there is none. */
export function ipcConnection(): MessageConnection | undefined {
  if (process.send === undefined) return undefined;
  return createMessageConnection(new ChannelReader(), new IPCMessageWriter(process));
}

/** The library's reader waits for an event that a process does not have. */
class ChannelReader extends IPCMessageReader {
  constructor() {
    super(process);
    process.once("disconnect", () => this.fireClose());
  }
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => {
      socket.off("error", reject);
      socket.setNoDelay(true);
      resolve(socket);
    });
  });
}
