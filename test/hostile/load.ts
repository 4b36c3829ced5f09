/**
 * `npm run test:all -- load`: fifty documents edited at once, in the built server. Each change is followed by the question that
 * an editor asks then. Prints, for 100 changes a second in all and for 100 in each document, the time from a
 * change to its answer and how late the server's event loop was.
 */
import { setTimeout as pause } from "node:timers/promises";

import { RawClient, type Answer } from "../fuzz/raw-client.ts";
import { middle } from "../support/fim-answers.ts";
import { startFimServer, type Exchange } from "../support/fim-server.ts";
import { sourceFiles } from "../support/source-files.ts";
import { scriptOptions, toNumber } from "../support/script-options.ts";
import { spawnSampled, type Sample } from "./sampled-server.ts";

const { values } = scriptOptions({
  options: {
    documents: { type: "string", default: "50" },
    seconds: { type: "string", default: "20" },
    /** Changes a second in all; both rates named above unless given. */
    rate: { type: "string" },
    /** A folder for profiles of the server's processor. */
    profiles: { type: "string" },
  },
});
const documents = toNumber("--documents", values.documents);
const runSeconds = toNumber("--seconds", values.seconds);
const rates =
  values.rate === undefined ? [100, 100 * documents] : [toNumber("--rate", values.rate)];
/** What is loaded and compiled once says nothing about the load. */
const warmUpSeconds = 5;
/** What every document's person types, and the model knows. */
const typedLine = "const result = computeEverything(first, second) + third;";
let nextId = 1;

for (const rate of rates) await run(rate);
process.exit(0);

interface Times {
  /** Milliseconds from the change to the answer. */
  readonly offered: number[];
  /** Answered empty, for a newer change or because there is nothing to say. */
  readonly empty: number[];
}

async function run(rate: number): Promise<void> {
  const fim = await startFimServer();
  fim.answer = (exchange) => {
    (fim.requests as Exchange[]).length = 0;
    return middle(restOfLine)(exchange);
  };
  const { profiles } = values;
  const profiling = profiles === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profiles}`];
  const server = spawnSampled({ MISTRAL_API_KEY: "load-key-0123456789" }, profiling);
  const client = new RawClient(server);
  const initializationOptions = { "provider.endpoint": fim.endpoint, "log.level": "error" };
  await client.ask("initialize", { processId: null, capabilities: {}, initializationOptions });
  await client.send({ method: "initialized", params: {} });
  const editors = await Promise.all(
    sourceFiles("server")
      .slice(0, documents)
      .map(({ path, text }) => openEditor(client, `file:///load/${path}`, text)),
  );
  await edit(editors, rate, warmUpSeconds);
  await server.sample();
  const times = await edit(editors, rate, runSeconds);
  report(rate, times, await server.sample());
  await client.ask("shutdown", undefined);
  await client.send({ method: "exit" });
  await server.exited;
  await fim.close();
}

function restOfLine({ json }: Exchange): string {
  const typed = String(json["prompt"]).split("\n").at(-1) ?? "";
  return typedLine.startsWith(typed) ? typedLine.slice(typed.length) : "";
}

interface Editor {
  /** The next key, and its question. */
  type(): Promise<Answer>;
}

async function openEditor(client: RawClient, uri: string, text: string): Promise<Editor> {
  const lines = text.split("\n");
  const line = lines.length >> 1;
  let character = 0;
  let version = 1;
  const textDocument = {
    uri,
    languageId: "typescript",
    version,
    text: lines.toSpliced(line, 0, "").join("\n"),
  };
  await client.send({ method: "textDocument/didOpen", params: { textDocument } });
  return {
    type() {
      const isLineOver = character === typedLine.length;
      const start = { line, character: isLineOver ? 0 : character };
      // Line by line, so that the document does not grow under the load.
      const end = { line, character };
      const typed = isLineOver ? "" : typedLine.charAt(character);
      character = isLineOver ? 0 : character + 1;
      void client.send({
        method: "textDocument/didChange",
        params: {
          textDocument: { uri, version: ++version },
          contentChanges: [{ range: { start, end }, text: typed }],
        },
      });
      const id = nextId++;
      const answer = client.expect(id);
      const params = {
        textDocument: { uri },
        position: { line, character },
        context: { triggerKind: 2 },
      };
      void client.send({ id, method: "textDocument/inlineCompletion", params });
      return answer;
    },
  };
}

async function edit(editors: readonly Editor[], rate: number, seconds: number): Promise<Times> {
  const times: Times = { offered: [], empty: [] };
  const answers: Promise<void>[] = [];
  const startedAt = performance.now();
  const count = Math.round(rate * seconds);
  for (let sent = 0; sent < count;) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1000) * rate) + 1);
    for (; sent < due; sent++) {
      const editor = editors[sent % editors.length];
      if (editor !== undefined) answers.push(timed(editor, times));
    }
    await pause(2);
  }
  await Promise.all(answers);
  return times;
}

async function timed(editor: Editor, times: Times): Promise<void> {
  const changedAt = performance.now();
  const { result } = await editor.type();
  const tookMs = performance.now() - changedAt;
  const items = (result as { readonly items?: readonly unknown[] } | null)?.items ?? [];
  (items.length > 0 ? times.offered : times.empty).push(tookMs);
}

function report(rate: number, { offered, empty }: Times, sample: Sample): void {
  const { delay50, delay99, delayMax, processorMs } = sample;
  process.stdout.write(
    `${documents} documents, ${rate} changes/s in all\n` +
      `  to every answer:     ${percentiles([...offered, ...empty])}\n` +
      `  to a suggestion:     ${percentiles(offered)}\n` +
      `  to an empty answer:  ${percentiles(empty)}\n` +
      `  event loop of the server: p50 ${delay50.toFixed(1)} ms, p99 ${delay99.toFixed(1)} ms, ` +
      `max ${delayMax.toFixed(1)} ms (1 ms is its rest)\n` +
      `  processor: ${(processorMs / runSeconds / 10).toFixed(0)} % of one\n`,
  );
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((one, two) => one - two);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms of ${sorted.length}`;
}
