/**
 * Messages to bytes, each in one write, in the order of the calls. The library's writer takes two turns of
 * the event loop for a message; here an answer is on its way when `write` returns.
 */
import { once } from "node:events";
import type { Writable } from "node:stream";

import type { Message } from "vscode-languageserver/node";

import { AbstractMessageWriter } from "./library.ts";

/**
 * What a client that has stopped reading may make the server hold: some thousand answers. Beyond it only answers are
 * still written. The heap grows to a multiple of it before it is collected.
 */
const maxHeldBytes = 4 * 1024 * 1024;

export class MessageWriter extends AbstractMessageWriter {
  readonly #output: Writable;
  /** Once set, nothing is written any more: the reader is gone. */
  #isClosed = false;

  constructor(output: Writable) {
    super();
    this.#output = output;
    output.on("error", () => this.#close());
    output.on("close", () => this.#close());
  }

  /** Never rejects: a client that is gone misses nothing, and an error would be one more thing to write. */
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

  /** Resolves when more may be answered: at once, or when the client has read what is held for it, or at `end`. */
  async ready(end: AbortSignal): Promise<void> {
    if (!this.#isFull) return;
    // Fails when the output does, and at the end: then there is nothing to wait for.
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
