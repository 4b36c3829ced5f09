/** The delay that the server adds: from the request to the wire, from the wire to the answer, and without any wire. */
import { fileURLToPath } from "node:url";

import { startServer, type LspClient } from "../../support/lsp-client.ts";
import { residentMiB } from "./start.ts";
import type { RawEndpoint, Times } from "./raw-endpoint.ts";

export interface Added {
  /** Request written → first byte of the provider's request. */
  readonly toWire: number[];
  /** The provider's whole answer about to be written → LSP answer read. */
  readonly fromWire: number[];
  /** Request written → answer, when the user types along the suggestion. */
  readonly typedThrough: number[];
  readonly residentMiB: number | undefined;
}

const uri = "file:///bench/file.ts";
const middle = "compute(left, right);";

/** `text` is opened; then `count` times something new is typed in a place of it and completed. */
export async function addedLatency(
  endpoint: RawEndpoint,
  text: string,
  count: number,
): Promise<Added> {
  const client = await startServer({
    kind: "spawned",
    environment: { MISTRAL_API_KEY: "key-for-benchmarks" },
    initializationOptions: {
      "provider.endpoint": endpoint.endpoint,
      "log.level": "off",
      // Each request of the benchmark is to be one request of the provider.
      "trigger.speculation": "off",
    },
  });
  const lines = text.split("\n").length;
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text },
  });
  await client.request("workspace/executeCommand", { command: "fim.status" });
  await quiet(1500);
  const resident = residentMiB(client.server.processId);
  const added: Added = { toWire: [], fromWire: [], typedThrough: [], residentMiB: resident };
  endpoint.middle = middle;
  // The first ones open the connection and compile the code.
  const warmUp = 10;
  for (let run = -warmUp; run < count; run++) {
    await step(client, endpoint, run < 0 ? undefined : added, {
      run,
      line: Math.floor(((run + warmUp) * 7919) % lines),
    });
  }
  await client.close();
  return added;
}

/**
 * A change, a request and its answer where nothing is done for them: two processes, two pipes and the client in
 * this one. What the machine takes for that is in every other figure too.
 */
export async function echoTimes(count: number): Promise<number[]> {
  const program = fileURLToPath(new URL("./echo.mjs", import.meta.url));
  const client = await startServer({ kind: "spawned", program });
  const times: number[] = [];
  const warmUp = 30;
  for (let run = -warmUp; run < count; run++) {
    const took = await typedAlong(client, 0, 1, "x");
    if (run >= 0) times.push(took);
    await quiet(2);
  }
  await client.close();
  return times;
}

async function step(
  client: LspClient,
  endpoint: RawEndpoint,
  added: Added | undefined,
  { run, line }: { readonly run: number; readonly line: number },
): Promise<void> {
  const typed = `const run${run + 100} = `;
  change(client, line, 0, `${typed}\n`);
  const asked = endpoint.next();
  const askedAt = performance.now();
  const answer = client.inline(at(line, typed.length));
  const times = await Promise.race([asked, answer]);
  if (typeof times !== "object" || times === null || !("firstByteAt" in times)) {
    throw new Error("answered without a request: there is nothing to measure");
  }
  const { firstByteAt, answeredAt } = times as Times;
  requireItem(await answer);
  added?.fromWire.push(performance.now() - answeredAt);
  added?.toWire.push(firstByteAt - askedAt);
  await quiet(5);
  for (let length = 1; length <= 3; length++) {
    const character = typed.length + length;
    const took = await typedAlong(client, line, character, middle.charAt(length - 1));
    added?.typedThrough.push(took);
  }
  await quiet(5);
}

/** Types `key` before `character`, and asks there; milliseconds from the request to its answer. */
async function typedAlong(
  client: LspClient,
  line: number,
  character: number,
  key: string,
): Promise<number> {
  change(client, line, character - 1, key);
  const startedAt = performance.now();
  requireItem(await client.inline(at(line, character), { triggerKind: 2 }));
  return performance.now() - startedAt;
}

function at(line: number, character: number) {
  return { textDocument: { uri }, position: { line, character } };
}

function change(client: LspClient, line: number, character: number, text: string): void {
  const place = { line, character };
  client.notify("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ range: { start: place, end: place }, text }],
  });
}

function requireItem(answer: unknown): void {
  const { items } = answer as { items: readonly unknown[] };
  if (items.length === 0) throw new Error("nothing was suggested: there is nothing to measure");
}

function quiet(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
