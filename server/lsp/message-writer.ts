/**
 * Messages to bytes, each in one write, in the order of the calls. The library's writer takes two turns of
 * the event loop for a message; here an answer is on its way when `write` returns.
 */
import type { Writable } from "node:stream";

import type { Message } from "vscode-languageserver/node";

import { AbstractMessageWriter } from "./library.ts";

/**
 * What a client that has stopped reading may make the server hold. Beyond it only answers are still written, and
 * nothing more is read that would need one.
 */
const maxHeldBytes = 16 * 1024 * 1024;

interface Pausable {
  pause(): unknown;
  resume(): unknown;
}

export class MessageWriter extends AbstractMessageWriter {
  readonly #output: Writable;
  readonly #input: Pausable;
  #isAwaitingReader = false;
  /** Once set, nothing is written any more: nobody would read it. */
  #isClosed = false;

  /** `input`: where the messages come from that are answered here. */
  constructor(output: Writable, input: Pausable) {
    super();
    this.#output = output;
    this.#input = input;
    output.on("error", () => this.#close());
    output.on("close", () => this.#close());
  }

  /** Never rejects: a client that is gone misses nothing, and an error would be one more thing to write. */
  write(message: Message): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (this.#output.writableLength > maxHeldBytes) {
      this.#awaitReader();
      if ("method" in message) return Promise.resolve();
    }
    const body = JSON.stringify(message);
    const text = `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    return new Promise((resolve) => {
      this.#output.write(text, () => resolve());
    });
  }

  end(): void {
    this.#output.end();
  }

  #awaitReader(): void {
    if (this.#isAwaitingReader) return;
    this.#isAwaitingReader = true;
    this.#input.pause();
    this.#output.once("drain", () => {
      this.#isAwaitingReader = false;
      this.#input.resume();
    });
  }

  #close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.fireClose();
  }
}
