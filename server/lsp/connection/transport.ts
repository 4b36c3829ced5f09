/** The four transports to a client. stdout belongs to the protocol (invariant 3). */
import { connect, type Socket } from "node:net";
import type { Writable } from "node:stream";

import type { MessageConnection } from "vscode-languageserver/node";

import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from "./library.ts";
import { batchEnd, MessageReader, type ByteSource } from "./message-reader.ts";
import { MessageWriter } from "./message-writer.ts";

/**
 * A batch is read when the previous one has been started and there is room for its answers. If the client sends
 * faster or does not read, its messages wait in its pipe.
 */
export function stdioConnection(input: ByteSource, output: Writable): MessageConnection {
  const reader = new MessageReader(input);
  const writer = new MessageWriter(output);
  async function readOn(handled: void | Promise<void>): Promise<void> {
    await handled;
    await writer.ready(reader.end);
    reader.readOn();
  }
  return createMessageConnection(reader, writer, undefined, {
    messageStrategy: {
      handleMessage(message, next) {
        const handled = next(message);
        return message === batchEnd ? readOn(handled) : handled;
      },
    },
  });
}

/** Connects to a client that listens on a port of this machine or on a named pipe. */
export async function socketConnection(
  target: { readonly port: number } | { readonly path: string },
): Promise<MessageConnection> {
  const socket = await opened(
    "port" in target ? connect(target.port, "127.0.0.1") : connect(target.path),
  );
  return stdioConnection(socket, socket);
}

/** Uses the channel that a Node.js parent opened with `fork`; `undefined` if there is none. */
export function ipcConnection(): MessageConnection | undefined {
  if (process.send === undefined) return undefined;
  return createMessageConnection(new ChannelReader(), new IPCMessageWriter(process));
}

/** The library's reader waits for an event that a process does not emit. */
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
