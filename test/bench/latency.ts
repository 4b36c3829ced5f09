/**
 * What the built server costs: start, memory, and the time that it adds to the provider's. Over stdio, with a
 * provider on the loopback interface; `npm run bench -- latency [--runs N]`.
 *
 * Client and provider are this process: what it takes for its own part, its garbage collection included, counts
 * against the server. The row of the echo tells how much that is on this machine. Keys come faster than anybody
 * types, each run at another end of the file, once the document is indexed.
 */
import { parseArgs } from "node:util";

import { startRawEndpoint } from "./latency/raw-endpoint.ts";
import { startTimes } from "./latency/start.ts";
import { addedLatency, echoTimes, type Added } from "./latency/typing.ts";

interface Row {
  readonly figure: string;
  readonly p50: number;
  readonly p95: number;
  readonly best: number;
  readonly toReach: string;
}

export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { runs: { type: "string", default: "100" } },
    allowPositionals: true,
    strict: false,
  });
  const runs = Math.max(1, Math.trunc(Number(values.runs)) || 100);
  const { bare, server } = await startTimes(Math.max(10, Math.round(runs / 4)));
  const echo = await echoTimes(runs * 3);
  const endpoint = await startRawEndpoint();
  const small = await addedLatency(endpoint, source(5000), runs);
  const large = await addedLatency(endpoint, source(245_000), runs);
  await endpoint.close();

  const rows: Row[] = [
    row("bare `node -e 0`, ms", bare, ""),
    row("spawn to `initialize` answer, ms", server, ""),
    {
      figure: "the same, as a ratio",
      p50: quantile(server, 0.5) / quantile(bare, 0.5),
      p95: quantile(server, 0.95) / quantile(bare, 0.95),
      best: quantile(server, 0) / quantile(bare, 0),
      toReach: "1.7",
    },
    row("bare echo: request to answer, ms", echo, ""),
    ...addedRows("5,000 lines", small, ["3 / 8", "2 / 6", "- / 2"]),
    ...addedRows("10 MB", large, ["6 / 16", "4 / 12", ""]),
  ];
  console.log("| figure | p50 | p95 | best | to reach |\n| --- | --- | --- | --- | --- |");
  for (const { figure, p50, p95, best, toReach } of rows) {
    console.log(
      `| ${figure} | ${p50.toFixed(2)} | ${p95.toFixed(2)} | ${best.toFixed(2)} | ${toReach} |`,
    );
  }
  const memory = [small, large].map(({ residentMiB }) => residentMiB?.toFixed(1) ?? "unknown");
  console.log(
    `\nresident MiB: ${memory[0]} with 5,000 lines open (to reach: 85), ${memory[1]} with 10 MB`,
  );
  console.log(JSON.stringify({ bench: "latency", runs, rows, residentMiB: memory }));
}

function addedRows(
  file: string,
  { toWire, fromWire, typedThrough }: Added,
  [wire = "", answer = "", typed = ""]: readonly string[],
): Row[] {
  return [
    row(`${file}: invoked request to first request byte, ms`, toWire, wire),
    row(`${file}: last answer byte to LSP answer, ms`, fromWire, answer),
    row(`${file}: typed through, ms`, typedThrough, typed),
  ];
}

function row(figure: string, times: readonly number[], toReach: string): Row {
  return {
    figure,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    best: quantile(times, 0),
    toReach,
  };
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** About 41 bytes a line, each a little different. */
function source(lines: number): string {
  return Array.from({ length: lines }, (_, index) =>
    index % 10 === 9
      ? `}\n\nfunction step${index}(left: number) {`
      : `  const value${index} = left * ${index} + offset;`,
  ).join("\n");
}
