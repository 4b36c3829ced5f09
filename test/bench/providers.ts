/** Invoked request to first request byte, through the built server, for each provider, in a file of 5,000 lines. */
import { defaultModels, startFimServer } from "../support/fim-server.ts";
import { environmentFor, serverKinds, type ServerKind } from "../support/local-servers.ts";
import { startServer } from "../support/lsp-client.ts";

const uri = "file:///bench/file.ts";
const warmUpRuns = 10;
const runs = 60;

interface Row {
  readonly provider: string;
  readonly p50: number;
  readonly p95: number;
  readonly best: number;
}

export async function bench(): Promise<void> {
  const rows: Row[] = [];
  for (const kind of serverKinds) {
    const times = (await measure(kind)).toSorted((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(share * times.length)] ?? Number.NaN;
    rows.push({ provider: kind.name, p50: at(0.5), p95: at(0.95), best: at(0) });
  }
  console.log("| provider | p50 ms (to reach: 3) | p95 ms | best ms |\n| --- | --- | --- | --- |");
  for (const { provider, p50, p95, best } of rows) {
    console.log(`| ${provider} | ${p50.toFixed(2)} | ${p95.toFixed(2)} | ${best.toFixed(2)} |`);
  }
  console.log(JSON.stringify({ bench: "providers", runs, rows }));
}

async function measure(kind: ServerKind): Promise<number[]> {
  const server = await startFimServer();
  server.models = kind.lookUps ?? defaultModels;
  server.answer = kind.answer("compute(left, right);");
  const client = await startServer({
    kind: "spawned",
    environment: environmentFor(kind, server.origin),
    initializationOptions: { "log.level": "off" },
  });
  const text = Array.from(
    { length: 5000 },
    (_value, line) => `const value${line} = ${line};\n`,
  ).join("");
  client.notify("textDocument/didOpen", {
    textDocument: { uri, languageId: "typescript", version: 1, text },
  });
  const times: number[] = [];
  for (let run = -warmUpRuns; run < runs; run++) {
    const line = ((run + warmUpRuns) * 797) % 5000;
    const typed = `const run${run + 100} = `;
    const start = { line, character: 0 };
    client.notify("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start, end: start }, text: `${typed}\n` }],
    });
    const askedAt = performance.now();
    await client.inline({ textDocument: { uri }, position: { line, character: typed.length } });
    const request = server.requests.at(-1);
    if (run >= 0 && request !== undefined) times.push(request.receivedAt - askedAt);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await client.close();
  await server.close();
  return times;
}
