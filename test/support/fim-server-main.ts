/**
 * The loopback FIM server as a process of its own, for editors and hand-made checks:
 *
 *   npx tsx test/support/fim-server-main.ts [--middle TEXT] [--gold FILE]... [--protocol h1|h1-tls|h2] [--log FILE]
 *
 * Prints one line `{"endpoint": ..., "origin": ...}` when it listens. `--middle` is answered always;
 * `--gold` answers what stands in FILE between the prompt and the suffix. `--log` takes one JSON line for
 * each request. Ends with its standard input.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { gold, middle } from "./fim-answers.ts";
import { startFimServer, type FimServerProtocol } from "./fim-server.ts";

const { values } = parseArgs({
  options: {
    middle: { type: "string" },
    gold: { type: "string", multiple: true },
    protocol: { type: "string", default: "h1" },
    port: { type: "string", default: "0" },
    log: { type: "string" },
  },
});

const server = await startFimServer({
  protocol: values.protocol as FimServerProtocol,
  port: Number(values.port),
});
const originals = (values.gold ?? []).map((file) => readFileSync(file, "utf8"));
const text = originals.length > 0 ? gold(...originals) : (values.middle ?? "");
const answer = middle(text);
server.answer = async (exchange) => {
  const { path, headers, json } = exchange;
  if (values.log !== undefined) {
    appendFileSync(values.log, `${JSON.stringify({ path, headers, json })}\n`);
  }
  await answer(exchange);
};
process.stdout.write(
  `${JSON.stringify({ endpoint: server.endpoint, origin: server.origin, ca: server.ca })}\n`,
);
process.stdin.on("end", () => void server.close().then(() => process.exit(0)));
process.stdin.resume();
