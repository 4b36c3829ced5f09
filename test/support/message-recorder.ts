/** Sees every message of the server first, in order, so that a second or late answer to a request is detected. */
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type Message,
  type MessageConnection,
} from "vscode-jsonrpc/node";

import type { ServerProcess } from "./server-process.ts";

export interface RawAnswer {
  readonly id: number | string | null;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export interface MessageRecorder {
  /** For the server's requests only. */
  readonly connection: MessageConnection;
  /** All answers by the id of their request. */
  readonly answers: ReadonlyMap<number | string, readonly RawAnswer[]>;
  /** Who waits for the first answer to an id. */
  readonly waiting: Map<number | string, (answer: RawAnswer) => void>;
  readonly write: (message: Record<string, unknown>) => void;
}

/** No code of the protocol's: the server ended before it answered. */
export const serverEnded = 1;

export function recordMessages(
  server: ServerProcess,
  onNotification: (method: string, params: unknown) => void,
): MessageRecorder {
  const answers = new Map<number | string, readonly RawAnswer[]>();
  const waiting = new Map<number | string, (answer: RawAnswer) => void>();
  const reader = new StreamMessageReader(server.output);
  const writer = new StreamMessageWriter(server.input);
  const listen = reader.listen.bind(reader);
  reader.listen = (callback) =>
    listen((message) => {
      const { id, method, params } = message as Message & RawAnswer & Notification;
      if (method !== undefined) {
        if (id === undefined) onNotification(method, params);
        else callback(message);
      } else if (id !== null) {
        const answer = message as Message & RawAnswer;
        answers.set(id, [...(answers.get(id) ?? []), answer]);
        waiting.get(id)?.(answer);
      }
    });
  const connection = createMessageConnection(reader, writer);
  // Who waits for a server that has ended is told so instead of waiting on.
  void server.exited.then((code) => {
    const message = `the server ended with ${code}: ${server.errorOutput()}`;
    for (const [id, resolve] of waiting) resolve({ id, error: { code: serverEnded, message } });
    return undefined;
  });
  return {
    connection,
    answers,
    waiting,
    write: (message) => void writer.write({ jsonrpc: "2.0", ...message }).catch(() => {}),
  };
}

interface Notification {
  readonly method?: string;
  readonly params?: unknown;
}
