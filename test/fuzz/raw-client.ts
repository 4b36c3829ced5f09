/**
 * The client's end of the pipe, byte by byte: writes whatever it is told, takes nothing from the server but
 * well-formed frames, and counts the answers to each id.
 */
import { once } from "node:events";

import type { ServerProcess } from "../support/server-process.ts";

export interface Answer {
  readonly id: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export class RawClient {
  readonly server: ServerProcess;
  /** What the server sent against the protocol. */
  readonly faults: string[] = [];
  readonly errorCodes = new Map<number, number>();
  answers = 0;
  /** How an answer to a request of the server looks. */
  answerTo: (method: string, params: unknown) => unknown = () => null;
  onNotification: (method: string, params: unknown) => void = () => {};
  #writing: Promise<void> = Promise.resolve();
  #unread: Buffer = Buffer.alloc(0);
  /** Answers awaited, by id as JSON. */
  readonly #awaited = new Map<string, ((answer: Answer) => void)[]>();
  /** Ids that may be answered once more, or not: their bytes were damaged, or they were sent twice. */
  readonly #uncertain = new Set<string>();
  #idle: (() => void)[] = [];

  constructor(server: ServerProcess) {
    this.server = server;
    server.output.on("data", (bytes: Buffer) => this.#read(bytes));
  }

  /** As JSON. */
  get pendingIds(): readonly string[] {
    return [...this.#awaited.keys()];
  }

  isPending(id: unknown): boolean {
    return this.#awaited.has(JSON.stringify(id));
  }

  get pending(): number {
    let count = 0;
    for (const waiting of this.#awaited.values()) count += waiting.length;
    return count;
  }

  /** In pieces that may travel apart; no other message comes between them. */
  write(...pieces: readonly (string | Buffer)[]): Promise<void> {
    this.#writing = this.#writeAfter(this.#writing, pieces);
    return this.#writing;
  }

  async #writeAfter(previous: Promise<void>, pieces: readonly (string | Buffer)[]): Promise<void> {
    await previous;
    for (const piece of pieces) await this.#writeOne(piece);
  }

  async #writeOne(piece: string | Buffer): Promise<void> {
    const { input } = this.server;
    if (input.destroyed || input.writableEnded) return;
    if (input.write(piece)) return;
    await Promise.race([once(input, "drain"), this.server.exited]);
  }

  send(message: Readonly<Record<string, unknown>>): Promise<void> {
    return this.write(frame(message));
  }

  /** Registers `id` before its request is written. */
  expect(id: unknown): Promise<Answer> {
    return new Promise((resolve) => {
      const key = JSON.stringify(id);
      this.#awaited.set(key, [...(this.#awaited.get(key) ?? []), resolve]);
    });
  }

  /** One more answer to `id` is as good as none. */
  tolerate(id: unknown): void {
    this.#uncertain.add(JSON.stringify(id));
  }

  /** For a look aside, under an id of its own. */
  async ask(method: string, params: unknown): Promise<unknown> {
    const id = `aside-${method}-${this.answers}`;
    const answer = this.expect(id);
    await this.send({ id, method, params });
    return (await answer).result;
  }

  /** From here on what is pending may be answered, or not. */
  forgive(): void {
    for (const key of this.#awaited.keys()) this.#uncertain.add(key);
    this.#awaited.clear();
    this.#wake();
  }

  /** Resolves when nothing is pending. */
  async quiet(): Promise<void> {
    while (this.pending > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  #wake(): void {
    if (this.pending > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #read(bytes: Buffer): void {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const end = this.#unread.indexOf("\r\n\r\n");
      if (end < 0) return;
      const header = this.#unread.toString("latin1", 0, end);
      const length = /^Content-Length: (\d+)$/.exec(header)?.[1];
      if (length === undefined) {
        this.faults.push(`not a header: ${JSON.stringify(header.slice(0, 200))}`);
        this.#unread = Buffer.alloc(0);
        return;
      }
      const start = end + 4;
      if (this.#unread.length < start + Number(length)) return;
      const body = this.#unread.subarray(start, start + Number(length)).toString();
      this.#unread = this.#unread.subarray(start + Number(length));
      this.#receive(JSON.parse(body) as Record<string, unknown>);
    }
  }

  #receive(message: Record<string, unknown>): void {
    const { id, method } = message;
    if (typeof method === "string") {
      if (id === undefined) return this.onNotification(method, message["params"]);
      const result = this.answerTo(method, message["params"]);
      void this.send({ id, ...(result === undefined ? {} : { result }) });
      return;
    }
    const key = JSON.stringify(id);
    const [first, ...others] = this.#awaited.get(key) ?? [];
    const answer = message as unknown as Answer;
    if (answer.error !== undefined) {
      const { code } = answer.error;
      this.errorCodes.set(code, (this.errorCodes.get(code) ?? 0) + 1);
    }
    if (first === undefined) {
      // The library tells of messages that it could not read in an answer without an id.
      if (id !== null && !this.#uncertain.delete(key))
        this.faults.push(`an answer too many for ${key}: ${JSON.stringify(message).slice(0, 300)}`);
      return;
    }
    this.answers += 1;
    if (others.length === 0) this.#awaited.delete(key);
    else this.#awaited.set(key, others);
    first(answer);
    this.#wake();
  }
}

export function frame(message: Readonly<Record<string, unknown>>): Buffer {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
}
