/**
 * What `fim-language-server serve` costs and saves: `npm run bench -- endpoint [--requests N]`. Client and provider
 * run on the loopback interface. Each request is for another place, so none is answered from the cache.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

import { startEndpoint } from "../http/running-endpoint.ts";
import { middle } from "../support/fim-answers.ts";

export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    options: { requests: { type: "string", default: "10000" } },
    allowPositionals: true,
    strict: false,
  });
  const requests = Math.max(200, Math.trunc(Number(values.requests)) || 10_000);
  const endpoint = await startEndpoint();
  const { upstream } = endpoint;
  const waits: number[] = [];
  let askedAt = 0;
  upstream.answer = (exchange) => {
    waits.push(performance.now() - askedAt);
    return middle("compute(first, second)")(exchange);
  };
  const resident: number[] = [];
  for (let at = 0; at < requests; at++) {
    askedAt = performance.now();
    const response = await endpoint.post("/v1/completions", {
      prompt: `def place_${at}(first, second):\n    value_${at} = `,
      suffix: "\n    return first\n",
    });
    await response.arrayBuffer();
    (upstream.requests as unknown[]).length = 0;
    if ((at + 1) % (requests / 4) === 0) resident.push(residentMiB(endpoint.processId));
  }
  const sorted = waits.toSorted((a, b) => a - b);
  const quantile = (q: number): string => (sorted[Math.floor(sorted.length * q)] ?? 0).toFixed(2);
  console.log(
    `request to its first byte upstream, ms: p50 ${quantile(0.5)}, p95 ${quantile(0.95)}`,
  );
  console.log(`${requests} requests, sockets upstream ${upstream.socketCount}`);
  console.log(
    `resident MiB after each quarter: ${resident.map((each) => each.toFixed(1)).join(", ")}`,
  );
  await endpoint.close();
}

/** NaN where there is no /proc. */
function residentMiB(processId: number): number {
  try {
    const status = readFileSync(`/proc/${processId}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
