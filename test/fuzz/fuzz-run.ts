/**
 * One fuzzed session of the built server. Everything is drawn from one seed. What must hold:
 * the server lives and ends with code 0; each request is answered exactly once; stdout carries nothing but
 * frames; and an audit, a completion asked for by key at a random place, is asked of the provider with the
 * text that the oracle has there.
 */
import { startFimServer, type FimServer } from "../support/fim-server.ts";
import { seededRandom, type Random } from "../support/random.ts";
import { spawnBuilt } from "../support/server-process.ts";
import { Audit } from "./audit.ts";
import { damageFraming } from "./damage.ts";
import { after } from "./fuzz-answers.ts";
import { MutationCounts } from "./mutations.ts";
import { OddTraffic } from "./odd-traffic.ts";
import { oddValue } from "./odd-values.ts";
import { DocumentOracle, type Encoding } from "./oracle.ts";
import { RawClient } from "./raw-client.ts";
import { Traffic } from "./traffic.ts";
import { Wire } from "./wire.ts";

export interface FuzzOptions {
  readonly seed: number;
  readonly messages: number;
  /** Opens a document of 20 MB as well. */
  readonly isLarge?: boolean;
}

export interface FuzzReport {
  readonly seed: number;
  readonly encoding: Encoding;
  readonly messages: number;
  readonly requests: number;
  readonly audits: number;
  /** Audits that the provider was asked for. */
  readonly seen: number;
  /** Audits that saw an older request first. */
  readonly repeated: number;
  readonly mutations: MutationCounts;
  readonly errorCodes: ReadonlyMap<number, number>;
  /** Empty when everything held. */
  readonly faults: readonly string[];
}

/** Messages between two pauses, in which everything is answered. */
const burst = 256;
const exitMs = 10_000;

export async function fuzz({ seed, messages, isLarge = false }: FuzzOptions): Promise<FuzzReport> {
  const random = seededRandom(seed);
  const fim = await startFimServer();
  const client = new RawClient(spawnBuilt(["--stdio"], { MISTRAL_API_KEY: "fuzz-key-0123456789" }));
  const encoding = random.pick<Encoding>(["utf-16", "utf-16", "utf-8", "utf-32"]);
  const mutations = new MutationCounts();
  const wire = new Wire(random, client, new DocumentOracle(encoding), mutations);
  const audit = new Audit(random, wire, fim);
  const traffic = new Traffic(random, wire, isLarge);
  const odd = new OddTraffic(random, wire);
  const answers = random.fork();
  client.answerTo = (method) =>
    method !== "workspace/configuration" ? null : answers.chance(0.5) ? [null] : oddValue(answers);

  async function step(): Promise<void> {
    const roll = random.next();
    if (roll < 0.08) return traffic.open();
    if (roll < 0.53) return traffic.change();
    if (roll < 0.55) return traffic.close();
    if (roll < 0.57) return traffic.reopen();
    if (roll < 0.575) return traffic.notebook();
    if (roll < 0.72) return traffic.ask();
    if (roll < 0.8) return traffic.cancel();
    if (roll < 0.87) return odd.step();
    if (roll < 0.9975) return audit.run();
    return damageFraming(random, wire);
  }

  async function play(): Promise<void> {
    await initialize(random, wire, fim);
    for (let pause = burst; wire.messages < messages && !wire.hasFailed;) {
      await step();
      if (wire.messages < pause) continue;
      pause = wire.messages + burst;
      await wire.quiet();
    }
  }

  const dead = client.server.exited.then((code) => `the server ended with code ${code}`);
  const death = await Promise.race([play(), dead]);
  if (typeof death === "string") wire.faults.push(death);
  else if (!wire.hasFailed) await end(wire);
  client.server.kill("SIGKILL");
  await client.server.exited;
  await fim.close();
  const errors = client.server.errorOutput();
  if (errors !== "") wire.faults.push(`stderr: ${errors.slice(0, 2000)}`);
  wire.faults.push(...client.faults);
  if (audit.isRepeatedOften) wire.faults.push(`${audit.repeated} audits saw old text first`);
  if (wire.hasFailed) wire.faults.push(`the last messages:\n${wire.recent.join("\n")}`);
  return {
    seed,
    encoding,
    messages: wire.messages,
    requests: wire.requests,
    audits: audit.made,
    seen: audit.seen,
    repeated: audit.repeated,
    mutations,
    errorCodes: client.errorCodes,
    faults: wire.faults,
  };
}

async function initialize(random: Random, wire: Wire, fim: FimServer): Promise<void> {
  const { encoding } = wire.oracle;
  if (random.chance(0.5)) {
    wire.counts.add("requests before initialize");
    await wire.request("textDocument/completion", oddValue(random));
    await wire.write({ method: "textDocument/didOpen", params: oddValue(random) });
  }
  const offered = encoding === "utf-16" && random.chance(0.5) ? [encoding, "utf-8"] : [encoding];
  await wire.requestOnce("initialize", {
    processId: null,
    rootUri: null,
    capabilities: {
      general: { positionEncodings: offered },
      workspace: { configuration: random.chance(0.5), didChangeConfiguration: {} },
      ...(random.chance(0.5) && { notebookDocument: { synchronization: {} } }),
    },
    initializationOptions: {
      "provider.endpoint": fim.endpoint,
      "log.level": random.pick(["debug", "info", "error"]),
      "trigger.debounceMs": random.below(30),
      // So that a small document is sent whole, and a large one in part.
      "prompt.tokenBudget": 4000,
    },
  });
  // Some clients send on without waiting.
  if (random.chance(0.7)) await wire.quiet();
  if (random.chance(0.8)) await wire.notify("initialized", {});
  else wire.counts.add("initialized late or never");
}

async function end(wire: Wire): Promise<void> {
  await wire.requestOnce("shutdown", undefined);
  await wire.request("textDocument/completion", {});
  await wire.quiet();
  await wire.write({ method: "exit" });
  const code = await Promise.race([wire.client.server.exited, after(exitMs).then(() => -2)]);
  if (code !== 0) wire.faults.push(`after shutdown and exit the code was ${code}`);
}
