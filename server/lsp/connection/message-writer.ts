/**
 * Turns messages into bytes, each in one write, in the order of the calls. The library's writer takes two event
 * loop turns per message; here an answer has been written when `write` returns.
 */
import { once } from "node:events";
import type { Writable } from "node:stream";

import type { Message } from "vscode-languageserver/node";

import { AbstractMessageWriter } from "./library.ts";

/**
 * Most bytes held for a client that has stopped reading: several thousand answers. Beyond that only answers are
 * written. The heap grows to a multiple of this before it is collected.
 */
const maxHeldBytes = 4 * 1024 * 1024;

export class MessageWriter extends AbstractMessageWriter {
  readonly #output: Writable;
  /** Once set, nothing more is written because the reader is gone. */
  #isClosed = false;

  constructor(output: Writable) {
    super();
    this.#output = output;
    output.on("error", () => this.#close());
    output.on("close", () => this.#close());
  }

  /** Never rejects: a client that is gone misses nothing, and an error would only cause another write. */
  write(message: Message): Promise<void> {
    if (this.#isClosed || (this.#isFull && "method" in message)) return Promise.resolve();
    const body = JSON.stringify(message);
    const text = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve) => {
      this.#output.write(text, () => resolve());
    });
  }

  end(): void {
    this.#output.end();
  }

  /** Resolves when more answers may be sent: at once, when the client has read the held data, or at `end`. */
  async ready(end: AbortSignal): Promise<void> {
    if (!this.#isFull) return;
    // Fails when the output fails, and at the end. Then there is nothing to wait for.
    await once(this.#output, "drain", { signal: end }).catch((error: unknown) => error);
  }

  get #isFull(): boolean {
    return this.#output.writableLength > maxHeldBytes;
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.fireClose();
  }
}
