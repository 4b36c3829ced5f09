/**
 * Holds the server's text against the oracle's: a completion asked for by key at a random place must be asked
 * of the provider with the text that the oracle has on both sides of it.
 */
import type { FimServer } from "../support/fim-server.ts";
import type { Random } from "../support/random.ts";
import { answerByPrompt } from "./fuzz-answers.ts";
import { cursorPlace, positionOf } from "./oracle.ts";
import { show, type JsonObject, type Wire } from "./wire.ts";

const attempts = 3;
/** More than the token budget lets through. */
const seenUnits = 100_000;
/** So much is sent whole. */
const wholeUnits = 2000;

export class Audit {
  made = 0;
  /** For which a request reached the provider. */
  seen = 0;
  /** Asked again, as only an older request of the session's was seen. */
  repeated = 0;
  readonly #random: Random;
  readonly #wire: Wire;
  readonly #fim: FimServer;
  /** Every suffix sent so far: one that has changed by less than a tenth may be sent as it was. */
  readonly #suffixes = new Set<string>();

  constructor(random: Random, wire: Wire, fim: FimServer) {
    this.#random = random;
    this.#wire = wire;
    this.#fim = fim;
    fim.answer = (exchange) => {
      this.#suffixes.add(textOf(exchange.json["suffix"]));
      return answerByPrompt(exchange.body)(exchange);
    };
  }

  /** A server that sends old text first and the present one when asked again is seen in this. */
  get isRepeatedOften(): boolean {
    return this.repeated > 2 + this.made / 200;
  }

  async run(): Promise<void> {
    const { oracle, client, faults } = this.#wire;
    const uri = this.#random.anyOf(oracle.knownUris);
    const text = uri === undefined ? undefined : oracle.text(uri);
    const share = this.#random.next();
    if (uri === undefined || uri === "" || text === undefined) return;
    await this.#wire.quiet();
    const offset = cursorPlace(text, Math.floor(share * (text.length + 1)));
    this.made += 1;
    let differences: readonly string[] = [];
    for (let attempt = 0; attempt < attempts && !this.#wire.hasFailed; attempt++) {
      const bodies = await this.#ask(uri, text, offset);
      // A request that was given up may reach the provider behind the audit's own.
      const told = bodies.map((body) =>
        this.#differences(`${uri} at ${offset}`, text, offset, body),
      );
      if (told.some((difference) => difference.length === 0)) {
        this.seen += 1;
        return;
      }
      differences = told.at(-1) ?? differences;
      if (told.length > 0) this.repeated += 1;
    }
    if (this.#wire.hasFailed) return;
    faults.push(...differences);
    if (differences.length > 0) return;
    const status = await client.ask("workspace/executeCommand", { command: "fim.status" });
    faults.push(
      `no request reached the provider for ${uri} at ${offset} of ${text.length}: ${show(status)}`,
    );
  }

  /** What the provider was sent from then on. */
  async #ask(uri: string, text: string, offset: number): Promise<readonly JsonObject[]> {
    await this.#wire.requestOnce("workspace/executeCommand", { command: "fim.clearCache" });
    const seenBefore = this.#fim.requests.length;
    await this.#wire.requestOnce("textDocument/inlineCompletion", {
      textDocument: { uri },
      position: positionOf(text, offset, this.#wire.oracle.encoding),
      context: { triggerKind: 1 },
    });
    await this.#wire.quiet();
    return this.#fim.requests.slice(seenBefore).map(({ json }) => json);
  }

  #differences(place: string, text: string, offset: number, body: JsonObject): readonly string[] {
    const found: string[] = [];
    const prompt = textOf(body["prompt"]);
    const header = prompt.lastIndexOf("+++++ ");
    const prefix = header < 0 ? prompt : prompt.slice(prompt.indexOf("\n", header) + 1);
    const suffix = textOf(body["suffix"]);
    const before = toWireText(text.slice(Math.max(0, offset - seenUnits), offset));
    const behind = toWireText(text.slice(offset, offset + seenUnits));
    // A line too long for the budget is left out whole, unless the cursor is in it.
    const isShort = prefix.length < 500 && !/[^\n]{3000}/.test(before);
    if (before.length < wholeUnits ? prefix !== before : isShort || !before.endsWith(prefix)) {
      found.push(
        `the prefix of ${place}: expected ${show(before.slice(-300))}, sent ${show(prefix.slice(-300))}`,
      );
    }
    const isKept = this.#suffixes.has(suffix) && behind.length >= suffix.length * 0.9 - 1;
    if (!behind.startsWith(suffix) && !isKept) {
      found.push(
        `the suffix of ${place}: expected ${show(behind.slice(0, 300))}, sent ${show(suffix.slice(0, 300))}`,
      );
    }
    // What is whole in the prompt must be there to its end.
    if (behind.length < wholeUnits && suffix.length < behind.length * 0.85 - 10) {
      found.push(`the suffix of ${place} lacks the document's end`);
    }
    return found;
  }
}

function toWireText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
