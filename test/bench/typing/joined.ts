/**
 * What reuse costs through the built server over stdio, in a file of 5,000 lines: an answer that a newer position
 * joins, one that is typed along, one that is found again after backspace. Measured twice. First in the server's
 * first minute, while Node.js still compiles frequently used code (on two cores the compiler's threads delay the
 * server by up to a few milliseconds). Then after the equivalent of ten minutes of typing.
 */
import { setTimeout as sleep } from "node:timers/promises";

import { startServer, type LspClient } from "../../support/lsp-client.ts";
import { startRawEndpoint, type RawEndpoint } from "../latency/raw-endpoint.ts";
import { percentile } from "./tally.ts";

const uri = "file:///joined.ts";
const middle = "compute(left, right);";
const lineCount = 5000;
/** Time that the provider takes, ms: a line typed at leisure, and as fast as the rounds between allow. */
const leisurelyMs = 60;
const hurriedMs = 10;
/** Between the two measurements: of four requests each, one per key at 4 keys/s, so ten minutes. */
const roundsBetween = 600;

export interface ReuseTimes {
  /** The provider's whole answer about to be written → LSP answer read. */
  readonly joined: number[];
  /** Request written → answer read. */
  readonly typedThrough: number[];
  readonly afterBackspace: number[];
}

export interface Reuse {
  readonly first: ReuseTimes;
  readonly later: ReuseTimes;
}

/** `rounds` of each measurement. */
export async function measureReuse(rounds: number): Promise<Reuse> {
  const endpoint = await startRawEndpoint();
  endpoint.middle = middle;
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-benchmarks" },
    initializationOptions: {
      "provider.endpoint": endpoint.endpoint,
      "workspaceModel.role": "off",
      "log.level": "off",
    },
  });
  const text = Array.from(
    { length: lineCount },
    (_, line) => `  const value${line} = left * ${line};`,
  );
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text: text.join("\n") },
  });
  // The first request waits until the server has loaded all of its parts.
  await client.inline(at(0, 0), { triggerKind: 1 });

  let round = 0;
  async function measure(count: number, delayMs: number): Promise<ReuseTimes> {
    endpoint.delayMs = delayMs;
    const times: ReuseTimes = { joined: [], typedThrough: [], afterBackspace: [] };
    for (const end = round + count; round < end; round++) {
      const line = (round * 997) % lineCount;
      const measured = await measureOnce(client, endpoint, `const run${100 + round} = `, line);
      times.joined.push(measured.joined);
      times.typedThrough.push(measured.typedThrough);
      times.afterBackspace.push(measured.afterBackspace);
    }
    return times;
  }
  const first = await measure(rounds, leisurelyMs);
  await measure(roundsBetween, hurriedMs);
  const later = await measure(rounds, leisurelyMs);
  await client.close();
  await endpoint.close();
  return { first, later };
}

async function measureOnce(
  client: LspClient,
  endpoint: RawEndpoint,
  typed: string,
  line: number,
): Promise<{ joined: number; typedThrough: number; afterBackspace: number }> {
  insert(client, line, 0, `${typed}\n`);
  const asked = endpoint.asked();
  const answered = endpoint.next();
  // By key: it goes out at once, whatever was typed before.
  const first = client.send("textDocument/inlineCompletion", {
    ...at(line, typed.length),
    context: { triggerKind: 1 },
  });
  await asked;
  first.cancel();
  insert(client, line, typed.length, middle.slice(0, 2));
  const joining = client.inline(at(line, typed.length + 2), { triggerKind: 2 });
  const { answeredAt } = await answered;
  requireItem(await joining);
  const joined = performance.now() - answeredAt;
  await sleep(5);

  insert(client, line, typed.length + 2, middle.slice(2, 3));
  const typedThrough = await timed(client, line, typed.length + 3);
  replace(client, line, [typed.length + 1, typed.length + 3], "");
  const afterBackspace = await timed(client, line, typed.length + 1);
  return { joined, typedThrough, afterBackspace };
}

async function timed(client: LspClient, line: number, character: number): Promise<number> {
  const startedAt = performance.now();
  requireItem(await client.inline(at(line, character), { triggerKind: 2 }));
  const took = performance.now() - startedAt;
  await sleep(5);
  return took;
}

function at(line: number, character: number) {
  return { textDocument: { uri }, position: { line, character } };
}

function insert(client: LspClient, line: number, character: number, text: string): void {
  replace(client, line, [character, character], text);
}

function replace(
  client: LspClient,
  line: number,
  [start, end]: readonly [number, number],
  text: string,
): void {
  const range = { start: { line, character: start }, end: { line, character: end } };
  client.notify("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range, text }],
  });
}

function requireItem(answer: unknown): void {
  const { items } = answer as { readonly items: readonly unknown[] };
  if (items.length === 0) throw new Error("nothing was suggested: there is nothing to measure");
}

export function reuseRows({ first, later }: Reuse): readonly (readonly string[])[] {
  const row = (name: string, pick: (times: ReuseTimes) => readonly number[]): readonly string[] => [
    name,
    ...[first, later].flatMap((times) =>
      [0.5, 0.95].map((share) => percentile(pick(times), share).toFixed(2)),
    ),
    "p95 <= 2",
  ];
  return [
    [
      "through the built server, 5,000 lines",
      "first p50 ms",
      "p95",
      "later p50",
      "p95",
      "to reach",
    ],
    row("joined: provider's last byte to LSP answer", ({ joined }) => joined),
    row("typed along: request to answer", ({ typedThrough }) => typedThrough),
    row("after backspace: request to answer", ({ afterBackspace }) => afterBackspace),
  ];
}
