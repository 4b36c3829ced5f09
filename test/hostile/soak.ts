/**
 * `npm run soak -- --keys 1000000`: a long day in one process. Keys over 200 documents that are opened again and
 * again, and every hundredth key a stream that is aborted under way. Prints memory, handles and delays of
 * the first and the last tenth; exit code 1 when memory grew by more than 5 % (and 4 MB) between them.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as turn } from "node:timers/promises";
import { parseArgs } from "node:util";

import { runInBand } from "../support/server-process.ts";
import { stall } from "../support/fim-answers.ts";
import { startFimServer, type Exchange } from "../support/fim-server.ts";
import { RawClient, type Answer } from "../fuzz/raw-client.ts";

const { values } = parseArgs({
  options: {
    keys: { type: "string", default: "1000000" },
    documents: { type: "string", default: "200" },
  },
});
const keys = Number(values.keys);
const documents = Number(values.documents);
/** Then it is closed and opened anew: what grows with a document must not pass for a leak. */
const keysPerDocument = 300;
const line = "const value = compute(first, second);\n";

const fim = await startFimServer();
let onAsked: (exchange: Exchange) => void = () => {};
fim.answer = (exchange) => {
  // What the test server remembers is not what is measured.
  (fim.requests as Exchange[]).length = 0;
  onAsked(exchange);
  return stall("some")(exchange);
};
const server = runInBand({ MISTRAL_API_KEY: "soak-key-0123456789" });
const client = new RawClient(server);
let nextId = 1;
function ask(method: string, params: unknown): { id: number; answer: Promise<Answer> } {
  const id = nextId++;
  const answer = client.expect(id);
  void client.send({ id, method, params });
  return { id, answer };
}
const initializationOptions = { "provider.endpoint": fim.endpoint, "log.level": "error" };
await ask("initialize", { processId: null, capabilities: {}, initializationOptions }).answer;
await client.send({ method: "initialized", params: {} });

interface Sample {
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
  readonly handles: number;
  readonly delay99: number;
}

const delays = monitorEventLoopDelay({ resolution: 5 });
delays.enable();
const samples: Sample[] = [];
const lengths = new Map<number, number>();
let aborted = 0;
const startedAt = performance.now();
for (let key = 0; key < keys; key++) {
  const number = Math.floor(key / 37) % documents;
  const uri = `file:///soak/${number}.ts`;
  const length = lengths.get(number);
  if (length === undefined || length > keysPerDocument) {
    if (length !== undefined) {
      await client.send({ method: "textDocument/didClose", params: { textDocument: { uri } } });
    }
    const textDocument = { uri, languageId: "typescript", version: 1, text: line.repeat(20) };
    await client.send({ method: "textDocument/didOpen", params: { textDocument } });
    lengths.set(number, 0);
  }
  const character = (lengths.get(number) ?? 0) % 60;
  const position = { line: 10, character: 0 };
  const text = character === 59 ? "\n" : String.fromCodePoint(97 + (key % 26));
  lengths.set(number, (lengths.get(number) ?? 0) + 1);
  await client.send({
    method: "textDocument/didChange",
    params: {
      textDocument: { uri, version: key },
      contentChanges: [{ range: { start: position, end: position }, text }],
    },
  });
  if (key % 10 === 3) ask("textDocument/inlineCompletion", place(uri, 2));
  if (key % 100 === 99) await abortOne(uri);
  if (key % 20 === 0) await turn();
  if ((key + 1) % Math.ceil(keys / 10) === 0) await sample(key + 1);
}
await client.quiet();
await ask("shutdown", undefined).answer;
await client.send({ method: "exit" });
await fim.close();
report();

function place(uri: string, triggerKind: number): unknown {
  const position = { line: 10, character: 1 };
  return { textDocument: { uri }, position, context: { triggerKind } };
}

/** The far side is asked, has begun to answer, and hears that nobody wants it any more. */
async function abortOne(uri: string): Promise<void> {
  const asked = new Promise<Exchange>((resolve) => {
    onAsked = resolve;
  });
  await ask("workspace/executeCommand", { command: "fim.clearCache" }).answer;
  const { id, answer } = ask("textDocument/inlineCompletion", place(uri, 1));
  const exchange = await asked;
  await client.send({ method: "$/cancelRequest", params: { id } });
  const end = { line: 10, character: 0 };
  const contentChanges = [{ range: { start: end, end }, text: "}" }];
  await client.send({
    method: "textDocument/didChange",
    params: { textDocument: { uri, version: 0 }, contentChanges },
  });
  // The document's next question takes the provider away from the old one.
  await answer;
  await client.send({ method: "textDocument/didClose", params: { textDocument: { uri } } });
  lengths.delete(Number(/(\d+)\.ts$/.exec(uri)?.[1]));
  await exchange.closed;
  aborted += 1;
}

async function sample(done: number): Promise<void> {
  await client.quiet();
  for (let times = 0; times < 3; times++) {
    await turn();
    globalThis.gc?.();
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  const handles = process.getActiveResourcesInfo().length;
  const delay99 = delays.percentile(99) / 1e6;
  delays.reset();
  samples.push({ heap: heapUsed, external, resident: rss, handles, delay99 });
  process.stdout.write(`${done} keys, ${aborted} aborted streams: ${describe(samples.at(-1))}\n`);
}

function describe(sampled: Sample | undefined): string {
  if (sampled === undefined) return "nothing";
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  return (
    `heap ${megabytes(sampled.heap)}, external ${megabytes(sampled.external)}, ` +
    `resident ${megabytes(sampled.resident)}, ${sampled.handles} handles and timers, ` +
    `event loop delay p99 ${sampled.delay99.toFixed(1)} ms`
  );
}

function report(): void {
  // The first tenth fills the caches.
  const first = samples[1] ?? samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return;
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`first: ${describe(first)}\nlast:  ${describe(last)}\n`);
  const growth = last.heap + last.external - first.heap - first.external;
  const share = growth / (first.heap + first.external);
  const isFlat = share <= 0.05 || growth < 4e6;
  process.stdout.write(
    `${keys} keys and ${aborted} aborted streams in ${seconds.toFixed(0)} s: memory ${isFlat ? "flat" : "GREW"} (${(share * 100).toFixed(1)} %)\n`,
  );
  process.exit(isFlat ? 0 : 1);
}
