/**
 * Turns bytes into messages. After one bad header the library's reader stays out of step forever, and it stops at a
 * negative length. This reader finds the next header and continues, holds a bounded amount, and passes on only
 * JSON-RPC messages. The library queues without a limit and starts one message per event loop turn. Messages are
 * therefore passed on in batches: the next batch follows when the previous one has been started.
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

/**
 * Sent after each batch. When it is handled, all messages of the batch have been started. Not a method of the
 * protocol.
 */
export const batchEnd: Message & { readonly method: string } = {
  jsonrpc: "2.0",
  method: "$/batchEnd",
};

/** A batch ends with the message that reaches one of these limits. */
export const maxBatchMessages = 64;
const maxBatchBytes = 1024 * 1024;

/** Headers are far smaller than this, and a body is larger than an escaped document of 20 MB. */
const maxHeaderBytes = 8192;
const maxBodyBytes = 256 * 1024 * 1024;
/**
 * No client can send this much as one text. Such a length is damage, and skipping that much would silence the
 * server forever.
 */
const maxHonestBytes = 1024 * 1024 * 1024;
const lengthHeader = /content-length:[ \t]*(\d{1,12})[ \t]*\r?$/i;

export class MessageReader extends AbstractMessageReader {
  readonly #source: ByteSource;
  #callback: DataCallback = () => {};
  /** Received but not yet read, in order. Invariant: `#bytes` is their total size. */
  #chunks: Buffer[] = [];
  #bytes = 0;
  /** Length of the expected body; `undefined` while a header is expected. */
  #bodyBytes: number | undefined;
  /** Bytes of an oversized body that are still to be discarded. */
  #skipBytes = 0;
  /** Passed on since the last batch ended. */
  #batchMessages = 0;
  #batchBytes = 0;
  /** The batch has ended and the next one is not wanted yet. The source is then paused as soon as it delivers more. */
  #isHeld = false;
  /**
   * Ids of the batch's requests, as keys of the library's queue. A second request with the same id would replace
   * the first.
   */
  #batchIds = new Set<string>();
  /** The first message of the next batch. */
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

  /** Aborted when the source has ended. What it delivered before is still passed on. */
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

  /** The length of the next body once its header is complete. Text that is not a header is skipped. */
  #readHeader(): number | undefined {
    for (;;) {
      const block = this.#peek(maxHeaderBytes);
      const end = headerEnd(block);
      if (end === undefined) {
        // Text longer than any header is not a header, but its end may be the start of one.
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
      // The library throws at a second cancellation of a request that it has not started. Messages already read
      // after it must not wait for more bytes.
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

  /** Up to `limit` bytes from the front, without removing them. */
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

/** The index after the empty line that ends a header. Bare line feeds are tolerated. */
function headerEnd(block: Buffer): number | undefined {
  const strict = block.indexOf("\r\n\r\n");
  const bare = block.indexOf("\n\n");
  if (strict >= 0 && (bare < 0 || strict < bare)) return strict + 4;
  return bare >= 0 ? bare + 2 : undefined;
}

/**
 * Uses the last line with a length: text before it on the same line is the unread body of a message with a bad
 * header.
 */
function bodyLength(header: string): number | undefined {
  for (const line of header.split("\n").toReversed()) {
    const digits = lengthHeader.exec(line)?.[1];
    if (digits !== undefined && Number(digits) <= maxHonestBytes) return Number(digits);
  }
  return undefined;
}

/** The messages that the library accepts. Any other makes it throw, or write the message to its log. */
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

/** The library treats `1` and `"1"` as the same id. */
function requestId(message: Message): string | undefined {
  const { id, method } = message as { readonly id?: string | number; readonly method?: string };
  return id === undefined || method === undefined ? undefined : String(id);
}

function isCancel(params: unknown): boolean {
  const { id } = asRecord(params);
  return typeof id === "string" || typeof id === "number";
}
