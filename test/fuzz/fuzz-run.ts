/**
 * One fuzzed session of the built server. Everything is drawn from one seed. What must hold:
 * the server lives and ends with code 0; each request is answered exactly once; stdout carries nothing but
 * frames; and an audit, a completion asked for by key at a random place, is asked of the provider with the
 * text that the oracle has there.
 */
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { json, middle, silence, type Answer } from "../support/fim-answers.ts";
import { seededRandom, type Random } from "../support/random.ts";
import { spawnBuilt } from "../support/server-process.ts";
import { DocumentOracle, positionOf, type Encoding } from "./oracle.ts";
import { oddText, oddValue } from "./odd-values.ts";
import { frame, RawClient } from "./raw-client.ts";
import { cursorPlace, Traffic } from "./traffic.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly messages: number;
  /** Opens documents of 20 MB as well. */
  readonly isLarge?: boolean;
}

export interface FuzzReport {
  readonly seed: number;
  messages: number;
  requests: number;
  audits: number;
  /** Audits that the provider was asked for. */
  seen: number;
  storms: number;
  readonly errorCodes: ReadonlyMap<number, number>;
  /** Empty when everything held. */
  readonly faults: readonly string[];
}

/** A server that does not answer for so long hangs. */
const hangMs = 60_000;

export async function fuzz(options: FuzzOptions): Promise<FuzzReport> {
  const run = await FuzzRun.start(options);
  return run.play();
}

class FuzzRun {
  readonly #random: Random;
  readonly #options: FuzzOptions;
  readonly #fim: FimServer;
  readonly #client: RawClient;
  readonly #oracle: DocumentOracle;
  readonly #encoding: Encoding;
  readonly #report: FuzzReport;
  readonly #faults: string[] = [];
  readonly #recent: string[] = [];
  /** Every suffix sent so far: one that has changed by less than a tenth may be sent as it was. */
  readonly #suffixes = new Set<string>();
  readonly #traffic: Traffic;
  #ids: unknown[] = [];
  #nextId = 1;

  static async start(options: FuzzOptions): Promise<FuzzRun> {
    const fim = await startFimServer();
    const server = spawnBuilt(["--stdio"], { MISTRAL_API_KEY: "fuzz-key-0123456789" });
    const run = new FuzzRun(options, fim, new RawClient(server));
    await run.#initialize();
    return run;
  }

  private constructor(options: FuzzOptions, fim: FimServer, client: RawClient) {
    this.#options = options;
    this.#random = seededRandom(options.seed);
    this.#fim = fim;
    this.#client = client;
    this.#encoding = this.#random.pick<Encoding>(["utf-16", "utf-16", "utf-8", "utf-32"]);
    this.#oracle = new DocumentOracle(this.#encoding);
    const sink = {
      notify: (method: string, params: unknown) => this.#notify(method, params),
      request: (method: string, params: unknown) => this.#request(method, params),
      write: (message: Readonly<Record<string, unknown>>) => this.#write(message),
      anyId: () => (this.#random.chance(0.6) ? this.#ids.at(-1) : this.#random.anyOf(this.#ids)),
    };
    const isLarge = options.isLarge === true;
    this.#traffic = new Traffic(this.#random, this.#oracle, this.#encoding, sink, isLarge);
    this.#report = {
      seed: options.seed,
      messages: 0,
      requests: 0,
      audits: 0,
      seen: 0,
      storms: 0,
      errorCodes: client.errorCodes,
      faults: this.#faults,
    };
    const answers = this.#random.fork();
    client.answerTo = (method) => {
      if (method === "workspace/configuration")
        return answers.chance(0.5) ? [null] : oddValue(answers);
      return null;
    };
    fim.answer = (exchange) => {
      this.#suffixes.add(textOf(exchange.json["suffix"]));
      return answerByPrompt(exchange.body)(exchange);
    };
  }

  async play(): Promise<FuzzReport> {
    const { server } = this.#client;
    const dead = server.exited.then((code) => `the server ended with code ${code}`);
    const lived = await Promise.race([this.#playAll(), dead]);
    if (typeof lived === "string") this.#faults.push(lived);
    else await this.#end();
    server.kill("SIGKILL");
    await server.exited;
    await this.#fim.close();
    const errors = server.errorOutput();
    if (errors !== "") this.#faults.push(`stderr: ${errors.slice(0, 2000)}`);
    this.#faults.push(...this.#client.faults);
    if (this.#faults.length > 0)
      this.#faults.push(`the last messages:\n${this.#recent.join("\n")}`);
    return this.#report;
  }

  async #playAll(): Promise<void> {
    while (this.#report.messages < this.#options.messages && this.#faults.length === 0) {
      await this.#step();
      if (this.#report.messages % 256 === 0) await this.#quiet();
    }
  }

  async #step(): Promise<void> {
    const roll = this.#random.next();
    if (roll < 0.09) return this.#traffic.open();
    if (roll < 0.55) return this.#traffic.change();
    if (roll < 0.58) return this.#traffic.close();
    if (roll < 0.72) return this.#traffic.ask();
    if (roll < 0.8) return this.#traffic.cancel();
    if (roll < 0.88) return this.#traffic.other();
    if (roll < 0.9975) return this.#audit();
    return this.#storm();
  }

  async #initialize(): Promise<void> {
    const random = this.#random;
    const offered = random.chance(0.5) ? [this.#encoding] : [this.#encoding, "utf-16"];
    await this.#request("initialize", {
      processId: null,
      rootUri: null,
      capabilities: {
        general: { positionEncodings: this.#encoding === "utf-16" ? offered : [this.#encoding] },
        workspace: { configuration: random.chance(0.5), didChangeConfiguration: {} },
      },
      initializationOptions: {
        "provider.endpoint": this.#fim.endpoint,
        "log.level": this.#random.pick(["debug", "info", "error"]),
        "trigger.debounceMs": this.#random.below(30),
        // So that a small document is sent whole, and a large one in part.
        "prompt.tokenBudget": 4000,
      },
    });
    await this.#client.quiet();
    await this.#notify("initialized", {});
  }

  // ---- what is checked

  async #audit(): Promise<void> {
    const uri = this.#random.anyOf(this.#oracle.knownUris);
    const text = uri === undefined ? undefined : this.#oracle.text(uri);
    const share = this.#random.next();
    if (uri === undefined || uri === "" || text === undefined) return;
    await this.#quiet();
    const offset = cursorPlace(text, Math.floor(share * (text.length + 1)));
    const position = positionOf(text, offset, this.#encoding);
    this.#report.audits += 1;
    for (let attempt = 0; attempt < 3 && this.#faults.length === 0; attempt++) {
      await this.#request("workspace/executeCommand", { command: "fim.clearCache" });
      const seenBefore = this.#fim.requests.length;
      const context = { triggerKind: 1 };
      await this.#request("textDocument/inlineCompletion", {
        textDocument: { uri },
        position,
        context,
      });
      await this.#quiet();
      const asked = this.#fim.requests.slice(seenBefore).at(-1);
      if (asked === undefined) continue;
      this.#report.seen += 1;
      return this.#compare(uri, text, offset, asked.json);
    }
    if (this.#faults.length > 0) return;
    const status = await this.#client.ask("workspace/executeCommand", { command: "fim.status" });
    this.#faults.push(
      `no request reached the provider for ${uri} at ${offset} of ${text.length}: ${show(status)}`,
    );
  }

  #compare(
    uri: string,
    text: string,
    offset: number,
    body: Readonly<Record<string, unknown>>,
  ): void {
    const prompt = textOf(body["prompt"]);
    const header = prompt.lastIndexOf("+++++ ");
    const prefix = header < 0 ? prompt : prompt.slice(prompt.indexOf("\n", header) + 1);
    const suffix = textOf(body["suffix"]);
    const before = toWireText(text.slice(Math.max(0, offset - 100_000), offset));
    const behind = toWireText(text.slice(offset, offset + 100_000));
    const isWhole = before.length < 2000;
    // A line too long for the budget is left out whole, unless the cursor is in it.
    const isShort = prefix.length < 500 && !/[^\n]{3000}/.test(before);
    if (isWhole ? prefix !== before : isShort || !before.endsWith(prefix)) {
      this.#faults.push(
        `the prefix of ${uri} at ${offset}: expected ${show(before.slice(-300))}, sent ${show(prefix.slice(-300))}`,
      );
    }
    const isKept = this.#suffixes.has(suffix) && behind.length >= suffix.length * 0.9 - 1;
    if (!behind.startsWith(suffix) && !isKept) {
      this.#faults.push(
        `the suffix of ${uri} at ${offset}: expected ${show(behind.slice(0, 300))}, sent ${show(suffix.slice(0, 300))}`,
      );
    }
    // What is whole in the prompt must be there to its end.
    if (behind.length < 2000 && suffix.length < behind.length * 0.85 - 10) {
      this.#faults.push(`the suffix of ${uri} at ${offset} lacks the document's end`);
    }
  }

  // ---- damaged bytes

  /** Damage is followed by what lets a reader find its feet again, and by opening everything anew. */
  async #storm(): Promise<void> {
    await this.#quiet();
    this.#report.storms += 1;
    const whole = frame({ method: "$/storm", params: oddText(this.#random, 30) });
    const body = whole.subarray(whole.indexOf("\r\n\r\n") + 4);
    const far = this.#random.below(5000);
    const damage = this.#random.pick<string | Buffer>([
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      "\r\n\r\n\r\n",
      "Content-Length: -5\r\n\r\n",
      "Content-Length: x\r\n\r\n{}",
      "Content-Length: 99999999999999999999\r\n\r\n",
      "Content-Length: 999999999999\r\n\r\n",
      "Content-Length: 0\r\n\r\n",
      "Content-Length: 4\r\n\r\nnull",
      `Content-Length: ${body.length + far}\r\n\r\n${body.toString()}`,
      `Content-Length: ${Math.max(1, body.length - 7)}\r\n\r\n${body.toString()}`,
      Buffer.concat([whole.subarray(0, whole.length - 9), Buffer.from([0xff, 0xfe, 0x00])]),
      Buffer.from(Array.from({ length: far }, () => this.#random.below(256))),
    ]);
    this.#note({ damage: damage.toString("latin1").slice(0, 80) });
    await this.#client.write(damage);
    const padding = frame({ method: "$/padding", params: ["z".repeat(far + 9000)] });
    await this.#client.write(padding);
    await this.#client.write(padding);
    await this.#probe();
    if (this.#faults.length > 0) return;
    for (const uri of this.#oracle.uris) {
      if (uri === "") continue;
      await this.#notify("textDocument/didClose", { textDocument: { uri } });
    }
  }

  async #probe(): Promise<void> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const id = `probe-${this.#nextId++}`;
      const answer = this.#client.expect(id);
      await this.#client.send({
        id,
        method: "workspace/executeCommand",
        params: { command: "fim.status" },
      });
      const isAnswered = await Promise.race([
        answer.then(() => true),
        after(500).then(() => false),
      ]);
      this.#client.forgive();
      if (isAnswered) return;
    }
    this.#faults.push("the server no longer reads after damaged bytes");
  }

  async #end(): Promise<void> {
    if (this.#faults.length > 0) return;
    await this.#request("shutdown", undefined);
    await this.#request("textDocument/completion", {});
    await this.#quiet();
    await this.#write({ method: "exit" });
    const code = await Promise.race([this.#client.server.exited, after(10_000).then(() => -2)]);
    if (code !== 0) this.#faults.push(`after shutdown and exit the code was ${code}`);
  }

  // ---- wire

  async #quiet(): Promise<void> {
    const isQuiet = await Promise.race([
      this.#client.quiet().then(() => true),
      after(hangMs).then(() => false),
    ]);
    if (isQuiet) return;
    this.#faults.push(`not answered within ${hangMs} ms: ${this.#client.pendingIds.join(", ")}`);
    this.#client.forgive();
  }

  async #notify(method: string, params: unknown): Promise<void> {
    this.#oracle.receive(method, params);
    await this.#write({ method, params });
  }

  async #request(method: string, params: unknown): Promise<void> {
    const counted = this.#nextId++;
    const id = this.#random.pick<unknown>([
      counted,
      counted,
      counted,
      `s${counted}`,
      -counted,
      counted + 0.5,
    ]);
    this.#ids = [...this.#ids.slice(-50), id];
    this.#report.requests += 1;
    void this.#client.expect(id);
    await this.#write({ id, method, params });
  }

  async #write(message: Readonly<Record<string, unknown>>): Promise<void> {
    this.#report.messages += 1;
    this.#note(message);
    const bytes = this.#headed(frame(message));
    if (!this.#random.chance(0.03) || bytes.length > 100_000) return this.#client.write(bytes);
    const pieces: Buffer[] = [];
    let start = 0;
    while (start < bytes.length) {
      const size = 1 + this.#random.below(40);
      pieces.push(bytes.subarray(start, start + size));
      start += size;
    }
    return this.#client.write(...pieces);
  }

  /** The header as other writers make it. */
  #headed(bytes: Buffer): Buffer {
    if (!this.#random.chance(0.05)) return bytes;
    const body = bytes.subarray(bytes.indexOf("\r\n\r\n") + 4);
    const header = this.#random.pick([
      `content-length:${body.length}\r\n\r\n`,
      `Content-Type: application/vscode-jsonrpc; charset=utf-8\r\nContent-Length: ${body.length}\r\n\r\n`,
      `CONTENT-LENGTH:   ${body.length}  \r\nContent-Type: x\r\n\r\n`,
    ]);
    return Buffer.concat([Buffer.from(header), body]);
  }

  #note(message: unknown): void {
    this.#recent.push(show(message).slice(0, 500));
    if (this.#recent.length > 12) this.#recent.shift();
  }
}

/** Decided by the prompt alone, so that a seed replays. */
function answerByPrompt(body: string): Answer {
  let sum = 0;
  for (let at = 0; at < body.length; at += 7) sum = (sum * 31 + body.charCodeAt(at)) % 1009;
  if (sum % 13 === 0) return middle("value\nsecond();\n");
  if (sum % 17 === 0) return middle("");
  if (sum % 101 === 0) return json(400, { message: "odd prompt" });
  if (sum % 211 === 0) return silenceFor;
  return middle("x");
}

/** Comes when everybody has given up, or is aborted. */
const silenceFor: Answer = async (exchange) => {
  await silence(exchange);
  await Promise.race([exchange.closed, after(300)]);
  await middle("late")(exchange);
};

function toWireText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "undefined";
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
