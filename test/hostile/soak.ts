/**
 * `npm run test:all -- soak --keys 1000000`: a long day of the built server. Keys over 200 documents that are opened again
 * and again, questions by both surfaces, and every hundredth key a stream that is aborted under way. Prints
 * what the server's process holds in each tenth, as the mean of five looks: documents are of any age at each. The
 * exit code is 1 when heap (without compiled code), buffers, sockets, timers or handles grew by more than 5 % from
 * the first tenth in which every document has once been closed to the last.
 */
import { setImmediate as turn } from "node:timers/promises";

import { RawClient, type Answer } from "../fuzz/raw-client.ts";
import { middle, stall } from "../support/fim-answers.ts";
import { startFimServer, type Exchange } from "../support/fim-server.ts";
import { seededRandom } from "../support/random.ts";
import { scriptOptions, toNumber } from "../support/script-options.ts";
import { spawnSampled, type Sample } from "./sampled-server.ts";

const { values } = scriptOptions({
  options: {
    keys: { type: "string", default: "1000000" },
    documents: { type: "string", default: "200" },
    /** Where heap snapshots of the first and the last tenth are written, to see what grew. */
    snapshots: { type: "string" },
  },
});
const keys = toNumber("--keys", values.keys);
const documents = toNumber("--documents", values.documents);
const looksPerTenth = 5;
const tenth = Math.ceil(keys / 10);
const look = Math.ceil(tenth / looksPerTenth);
/** Keys from a document's opening to its closing; 300 in the mean. */
const [shortestLife, lifeSpread] = [100, 400] as const;
const random = seededRandom(1);

const fim = await startFimServer();
let onAsked: ((exchange: Exchange) => void) | undefined;
fim.answer = (exchange) => {
  // What the far side remembers is not what is measured, but would slow it down.
  (fim.requests as Exchange[]).length = 0;
  if (onAsked === undefined) return middle("compute(first, second);")(exchange);
  onAsked(exchange);
  onAsked = undefined;
  return stall("some")(exchange);
};
const server = spawnSampled({ MISTRAL_API_KEY: "soak-key-0123456789" });
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

interface OpenDocument {
  /** Keys until it is closed and opened again: what grows with a document must not pass for a leak. */
  left: number;
  version: number;
}
const open = new Map<string, OpenDocument>();
/** Of the running tenth. */
let looks: Sample[] = [];
const samples: Sample[] = [];
let aborted = 0;
/** Streams whose end the far side has not seen yet. */
const endings = new Set<Promise<unknown>>();
let word = "";
const startedAt = performance.now();
for (let key = 0; key < keys; key++) {
  // A person stays in a file for some words.
  const uri = `file:///soak/${Math.floor(key / 37) % documents}.ts`;
  const document = await opened(uri);
  await type(uri, document, nextCharacter());
  if (key % 10 === 3) ask("textDocument/inlineCompletion", place(uri, 2));
  if (key % 50 === 7) ask("textDocument/completion", place(uri, 1));
  if (key % 100 === 99) await abortOne(uri, document);
  else if (document.left <= 0) await close(uri);
  if (key % 20 === 0) await turn();
  if ((key + 1) % look === 0) await sample(key + 1);
}
await client.quiet();
await ask("shutdown", undefined).answer;
await client.send({ method: "exit" });
await server.exited;
await fim.close();
report();

async function opened(uri: string): Promise<OpenDocument> {
  const known = open.get(uri);
  if (known !== undefined) return known;
  const document = { left: shortestLife + random.below(lifeSpread), version: 1 };
  open.set(uri, document);
  const text = "const value = compute(first, second);\n".repeat(20);
  const textDocument = { uri, languageId: "typescript", version: 1, text };
  await client.send({ method: "textDocument/didOpen", params: { textDocument } });
  return document;
}

async function close(uri: string): Promise<void> {
  open.delete(uri);
  await client.send({ method: "textDocument/didClose", params: { textDocument: { uri } } });
}

async function type(uri: string, document: OpenDocument, text: string): Promise<void> {
  document.left -= 1;
  const position = { line: 10, character: 0 };
  await client.send({
    method: "textDocument/didChange",
    params: {
      textDocument: { uri, version: ++document.version },
      contentChanges: [{ range: { start: position, end: position }, text }],
    },
  });
}

/** Of names that are as new as a program's are; they are typed backwards, as the cursor stays where it is. */
function nextCharacter(): string {
  if (word === "") word = `${random.below(4) === 0 ? "\n" : " "}${newWord()}`;
  const last = word.at(-1) ?? "";
  word = word.slice(0, -1);
  return last;
}

function newWord(): string {
  const length = 2 + random.below(8);
  return Array.from({ length }, () => String.fromCodePoint(97 + random.below(26))).join("");
}

function place(uri: string, triggerKind: number): unknown {
  const position = { line: 10, character: 1 };
  return { textDocument: { uri }, position, context: { triggerKind } };
}

/** The far side is asked, has begun to answer, and hears that nobody wants it any more. */
async function abortOne(uri: string, document: OpenDocument): Promise<void> {
  const asked = new Promise<Exchange>((resolve) => {
    onAsked = resolve;
  });
  await ask("workspace/executeCommand", { command: "fim.clearCache" }).answer;
  const { id, answer } = ask("textDocument/inlineCompletion", place(uri, 1));
  // It is not asked when the question was joined to one that is answered already.
  const exchange = await Promise.race([asked, answer.then(() => undefined)]);
  onAsked = undefined;
  if (exchange === undefined) return close(uri);
  await client.send({ method: "$/cancelRequest", params: { id } });
  await type(uri, document, "}");
  await answer;
  // With its document closed nobody can want the answer any more. When it was another document's question that
  // came first, it is abandoned a second later.
  await close(uri);
  const ending = exchange.closed;
  endings.add(ending);
  void ending.then(() => endings.delete(ending));
  aborted += 1;
}

async function sample(done: number): Promise<void> {
  await client.quiet();
  await Promise.all(endings);
  looks.push(await server.sample());
  if (looks.length < looksPerTenth && done < keys) return;
  const sampled = meanOf(looks);
  looks = [];
  samples.push(sampled);
  process.stdout.write(`${done} keys, ${aborted} aborted streams: ${describe(sampled)}\n`);
  const isEnd = samples.length === 1 || samples.length === 10;
  if (values.snapshots !== undefined && isEnd) {
    await server.writeHeapSnapshot(`${values.snapshots}/tenth-${samples.length}.heapsnapshot`);
  }
}

function meanOf(all: readonly Sample[]): Sample {
  const names = Object.keys(all[0] ?? {}) as (keyof Sample)[];
  const means = names.map((name) => [
    name,
    all.reduce((sum, each) => sum + each[name], 0) / all.length,
  ]);
  return Object.fromEntries(means) as Sample;
}

function describe(sampled: Sample): string {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(2)} MB`;
  const { heap, code, external, resident, sockets, timers, handles, processorMs } = sampled;
  return (
    `heap ${megabytes(heap)} and ${megabytes(code)} of code, external ${megabytes(external)}, resident ${megabytes(resident)}, ` +
    `${sockets.toFixed(1)} sockets, ${timers.toFixed(1)} timers, ${handles.toFixed(1)} handles, ` +
    `${((processorMs * 1000) / look).toFixed(0)} µs of processor per key, ` +
    `event loop p50 ${sampled.delay50.toFixed(1)} ms, p99 ${sampled.delay99.toFixed(1)} ms, max ${sampled.delayMax.toFixed(0)} ms`
  );
}

function report(): void {
  const firstFull = Math.ceil((documents * (shortestLife + lifeSpread / 2)) / tenth);
  const first = samples[Math.max(1, firstFull) - 1];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) {
    process.stdout.write("too few keys to tell\n");
    process.exit(0);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(`${keys} keys and ${aborted} aborted streams in ${seconds.toFixed(0)} s\n`);
  const names = ["heap", "external", "sockets", "timers", "handles"] as const;
  // Of things that are counted by ones, one more is no growth yet.
  const grown = names.filter((name) => last[name] > Math.max(first[name] * 1.05, first[name] + 1));
  for (const name of names) {
    const share = (last[name] / first[name] - 1) * 100;
    process.stdout.write(`${name}: ${share.toFixed(1)} %${grown.includes(name) ? " GREW" : ""}\n`);
  }
  process.stdout.write(grown.length === 0 ? "flat\n" : "NOT flat\n");
  process.exit(grown.length === 0 ? 0 : 1);
}
