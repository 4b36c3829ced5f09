/**
 * Bytes to messages. The library's reader stays out of step for good after one bad header, and stops at a
 * negative length; this one finds the next header and goes on, holds a bounded amount, and passes on only
 * what is a JSON-RPC message. The library queues without bound and begins one message per turn of the event
 * loop, so messages are passed on in batches: one is not followed by the next until all of it was begun.
 */
import type { DataCallback, Message } from "vscode-languageserver/node";

import { isRecord } from "../../base/record.ts";
import { asRecord } from "../json.ts";
import { AbstractMessageReader, Disposable } from "./library.ts";

export interface ByteSource {
  on(event: "data", listener: (bytes: Buffer) => void): unknown;
  on(event: "close" | "end", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  off(event: "data", listener: (bytes: Buffer) => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** Passed on behind a batch: when it is handled, all of the batch was begun. Not a method of the protocol. */
export const batchEnd: Message & { readonly method: string } = {
  jsonrpc: "2.0",
  method: "$/batchEnd",
};

/** A batch ends with the message that reaches one of these. */
export const maxBatchMessages = 64;
const maxBatchBytes = 1024 * 1024;

/** Headers are far smaller; a document of 20 MB, escaped, is smaller than a body. */
const maxHeaderBytes = 8192;
const maxBodyBytes = 256 * 1024 * 1024;
/** No client can write so much as one text: such a length is damage, and skipping that much would silence the server for good. */
const maxHonestBytes = 1024 * 1024 * 1024;
const lengthHeader = /content-length:[ \t]*(\d{1,12})[ \t]*\r?$/i;

export class MessageReader extends AbstractMessageReader {
  readonly #source: ByteSource;
  #callback: DataCallback = () => {};
  /** Received and not yet read, in order. Invariant: `#bytes` is their sum. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Length of the body that is awaited; `undefined` while a header is. */
  #bodyBytes: number | undefined;
  /** Bytes of an oversized body still to be thrown away. */
  #skipBytes = 0;
  /** Passed on since the last batch ended. */
  #batchMessages = 0;
  #batchBytes = 0;
  /** The batch has ended, the next is not wanted yet. Then the source is paused as soon as it brings more. */
  #isHeld = false;
  /** Ids of the batch's requests, as the library's queue knows them: the second of two would replace the first. */
  #batchIds = new Set<string>();
  /** What the next batch begins with. */
  #next: Message | undefined;
  readonly #end = new AbortController();

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override listen(callback: DataCallback): Disposable {
    const onData = (bytes: Buffer): void => {
      this.#chunks.push(bytes);
      this.#bytes += bytes.length;
      if (this.#isHeld) this.#source.pause();
      this.#readAll();
    };
    const onEnd = (): void => {
      this.#end.abort();
      this.#closeAtEnd();
    };
    this.#callback = callback;
    this.#source.on("data", onData);
    this.#source.on("end", onEnd);
    this.#source.on("close", onEnd);
    this.#source.on("error", (error) => this.fireError(error));
    return Disposable.create(() => this.#source.off("data", onData));
  }

  /** Aborted when the source has ended; what it brought before is still passed on. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  /** The next batch is wanted. */
  readOn(): void {
    this.#isHeld = false;
    const next = this.#next;
    this.#next = undefined;
    if (next !== undefined) this.#passOn(next);
    this.#readAll();
    if (!this.#isHeld) this.#source.resume();
    this.#closeAtEnd();
  }

  #closeAtEnd(): void {
    if (this.end.aborted && !this.#isHeld) this.fireClose();
  }

  #readAll(): void {
    while (!this.#isHeld) {
      if (this.#skipBytes > 0) {
        this.#skipBytes -= this.#take(Math.min(this.#skipBytes, this.#bytes)).length;
        if (this.#skipBytes > 0) return;
      }
      if (this.#bodyBytes === undefined) {
        const length = this.#readHeader();
        if (length === undefined) return;
        if (length > maxBodyBytes) {
          this.fireError(new Error(`a message of ${length} bytes was skipped`));
          this.#skipBytes = length;
          continue;
        }
        this.#bodyBytes = length;
      }
      if (this.#bytes < this.#bodyBytes) return;
      const body = this.#take(this.#bodyBytes);
      this.#bodyBytes = undefined;
      this.#deliver(body);
    }
  }

  /** The next body's length, once its whole header is there. What is no header is skipped. */
  #readHeader(): number | undefined {
    for (;;) {
      const block = this.#peek(maxHeaderBytes);
      const end = headerEnd(block);
      if (end === undefined) {
        // A header that is longer than any header is none; its end may be the start of one.
        if (this.#bytes > maxHeaderBytes) {
          this.#take(maxHeaderBytes / 2);
          continue;
        }
        return undefined;
      }
      this.#take(end);
      const length = bodyLength(block.toString("latin1", 0, end));
      if (length !== undefined) return length;
      this.fireError(new Error("a header without a valid Content-Length was skipped"));
    }
  }

  #deliver(body: Buffer): void {
    let message: unknown;
    try {
      message = JSON.parse(body.toString("utf8"));
    } catch {
      // The parser's message quotes the text.
      this.fireError(new Error(`a message of ${body.length} bytes that is not JSON was skipped`));
      return;
    }
    if (!isMessage(message)) {
      this.fireError(new Error("JSON that is not a JSON-RPC message was skipped"));
      return;
    }
    this.#batchBytes += body.length;
    this.#passOn(message);
  }

  #passOn(message: Message): void {
    const id = requestId(message);
    if (id !== undefined && this.#batchIds.has(id)) {
      this.#next = message;
      this.#endBatch();
      return;
    }
    if (id !== undefined) this.#batchIds.add(id);
    try {
      this.#callback(message);
    } catch {
      // The library throws at a second cancellation of a request that it has not begun. What is already
      // read behind it must not wait for further bytes.
      this.fireError(new Error("a message that the library cannot take was skipped"));
    }
    this.#batchMessages += 1;
    if (this.#batchMessages >= maxBatchMessages || this.#batchBytes >= maxBatchBytes)
      this.#endBatch();
  }

  #endBatch(): void {
    this.#batchMessages = 0;
    this.#batchBytes = 0;
    this.#batchIds.clear();
    this.#isHeld = true;
    this.#callback(batchEnd);
  }

  /** Up to `limit` bytes from the front, left in place. */
  #peek(limit: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= Math.min(limit, this.#bytes))
      return first.subarray(0, limit);
    return Buffer.concat(this.#chunks, Math.min(limit, this.#bytes));
  }

  #take(count: number): Buffer {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      const first = this.#chunks[0];
      if (first === undefined) break;
      if (first.length > missing) {
        parts.push(first.subarray(0, missing));
        this.#chunks[0] = first.subarray(missing);
        missing = 0;
      } else {
        parts.push(first);
        this.#chunks.shift();
        missing -= first.length;
      }
    }
    this.#bytes -= count - missing;
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
  }
}

/** Behind the empty line that ends a header; bare line feeds are tolerated. */
function headerEnd(block: Buffer): number | undefined {
  const strict = block.indexOf("\r\n\r\n");
  const bare = block.indexOf("\n\n");
  if (strict >= 0 && (bare < 0 || strict < bare)) return strict + 4;
  return bare >= 0 ? bare + 2 : undefined;
}

/**
 * From the last line that says one: what stands before it on its own line is the unread body of a message
 * whose header was bad.
 */
function bodyLength(header: string): number | undefined {
  for (const line of header.split("\n").toReversed()) {
    const digits = lengthHeader.exec(line)?.[1];
    if (digits !== undefined && Number(digits) <= maxHonestBytes) return Number(digits);
  }
  return undefined;
}

/** What the library can be given: anything else makes it throw or write the message to its log. */
function isMessage(value: unknown): value is Message {
  if (!isRecord(value)) return false;
  const { id, method, params, result, error } = value;
  const hasId = typeof id === "string" || typeof id === "number";
  if (typeof method === "string") {
    if (method === "$/cancelRequest") return isCancel(params);
    return hasId || id === undefined;
  }
  return hasId && (result !== undefined || (typeof error === "object" && error !== null));
}

/** The library takes `1` and `"1"` for the same. */
function requestId(message: Message): string | undefined {
  const { id, method } = message as { readonly id?: string | number; readonly method?: string };
  return id === undefined || method === undefined ? undefined : String(id);
}

function isCancel(params: unknown): boolean {
  const { id } = asRecord(params);
  return typeof id === "string" || typeof id === "number";
}
