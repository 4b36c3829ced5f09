/**
 * The messages of a fuzzed session on their way to the server: each is told to the oracle, counted, noted, and
 * written as one of the many writers there are would write it.
 */
import type { Random } from "../support/random.ts";
import { after } from "./fuzz-answers.ts";
import type { MutationCounts } from "./mutations.ts";
import type { DocumentOracle } from "./oracle.ts";
import { frame, type RawClient } from "./raw-client.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A server that does not answer for so long hangs. */
const hangMs = 60_000;
/** Larger messages are neither split nor sent twice. */
const largeBytes = 100_000;
const shownMessages = 12;

export class Wire {
  readonly client: RawClient;
  readonly oracle: DocumentOracle;
  readonly counts: MutationCounts;
  /** What did not hold, in the order in which it was seen. */
  readonly faults: string[] = [];
  messages = 0;
  requests = 0;
  readonly #random: Random;
  readonly #recent: string[] = [];
  #ids: unknown[] = [];
  #nextId = 1;

  constructor(random: Random, client: RawClient, oracle: DocumentOracle, counts: MutationCounts) {
    this.#random = random;
    this.client = client;
    this.oracle = oracle;
    this.counts = counts;
  }

  get hasFailed(): boolean {
    return this.faults.length > 0;
  }

  /** The last messages, for the report of a failure. */
  get recent(): readonly string[] {
    return this.#recent;
  }

  /** An id that no other message has. */
  get newId(): number {
    return this.#nextId++;
  }

  /** Of one of the last requests, most often the last one. */
  get anyId(): unknown {
    return this.#random.chance(0.6) ? this.#ids.at(-1) : this.#random.anyOf(this.#ids);
  }

  async notify(method: string, params: unknown): Promise<void> {
    this.oracle.receive(method, params);
    await this.write({ method, params });
    if (!this.#random.chance(0.01) || sizeOf(params) > largeBytes) return;
    this.counts.add("duplicated notifications");
    this.oracle.receive(method, params);
    await this.write({ method, params });
  }

  /** Once, whatever it is: for what a duplicate would change the session of. */
  async requestOnce(method: string, params: unknown): Promise<void> {
    await this.#request({ id: this.#drawId(), method, params });
  }

  async request(method: string, params: unknown): Promise<void> {
    const message = { id: this.#drawId(), method, params };
    await this.#request(message);
    if (!this.#random.chance(0.01)) return;
    // Against the protocol: the library keeps one of two with the same id while they wait.
    this.counts.add("duplicated requests");
    this.client.tolerate(message.id);
    await this.write(message);
  }

  async #request(message: JsonObject): Promise<void> {
    this.requests += 1;
    void this.client.expect(message["id"]);
    await this.write(message);
  }

  #drawId(): unknown {
    const counted = this.newId;
    const forms = [counted, counted, counted, `s${counted}`, -counted, counted + 0.5] as const;
    const id = this.#random.pick<unknown>(forms);
    this.#ids = [...this.#ids.slice(-50), id];
    return id;
  }

  async write(message: JsonObject): Promise<void> {
    this.messages += 1;
    this.note(message);
    const bytes = this.#headed(frame(message));
    if (!this.#random.chance(0.03) || bytes.length > largeBytes) return this.client.write(bytes);
    this.counts.add("split frames");
    const pieces: Buffer[] = [];
    let start = 0;
    while (start < bytes.length) {
      const size = 1 + this.#random.below(40);
      pieces.push(bytes.subarray(start, start + size));
      start += size;
    }
    return this.client.write(...pieces);
  }

  /** The header as other writers make it. */
  #headed(bytes: Buffer): Buffer {
    if (!this.#random.chance(0.05)) return bytes;
    this.counts.add("other headers");
    const body = bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
    const header = this.#random.pick([
      `content-length:${body.length}\r\n\r\n`,
      `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n`,
      `CONTENT-LENGTH:   ${body.length}  \r\nContent-Type: x\r\n\r\n`,
    ]);
    return Buffer.concat([Buffer.from(header), body]);
  }

  /** Until every request is answered. */
  async quiet(): Promise<void> {
    const isQuiet = await Promise.race([
      this.client.quiet().then(() => true),
      after(hangMs).then(() => false),
    ]);
    if (isQuiet) return;
    this.faults.push(`not answered within ${hangMs} ms: ${this.client.pendingIds.join(", ")}`);
    this.client.forgive();
  }

  note(message: unknown): void {
    this.#recent.push(show(message).slice(0, 500));
    if (this.#recent.length > shownMessages) this.#recent.shift();
  }
}

export function show(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}

/** Roughly, in characters. */
function sizeOf(value: unknown): number {
  return show(value).length;
}
