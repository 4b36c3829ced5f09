/**
 * `npm run fuzz -- --messages 1000000 --seed 1`: fuzzed sessions of the built server, 5,000 messages each. A run
 * that fails prints the seed of its session; `--seed THAT --messages 5000` plays it again.
 */
import { parseArgs } from "node:util";

import { fuzz } from "./fuzz-run.ts";

const sessionMessages = 5000;

const { values } = parseArgs({
  options: {
    messages: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const wanted = Number(values.messages);
const firstSeed = Number(values.seed);
let messages = 0;
let requests = 0;
let audits = 0;
let seen = 0;
for (let seed = firstSeed; messages < wanted; seed++) {
  const isLarge = seed % 4 === 0;
  const report = await fuzz({
    seed,
    messages: Math.min(sessionMessages, wanted - messages),
    isLarge,
  });
  messages += report.messages;
  requests += report.requests;
  audits += report.audits;
  seen += report.seen;
  const codes = [...report.errorCodes].map(([code, count]) => `${code}: ${count}`).join(", ");
  process.stdout.write(
    `seed ${seed}: ${report.messages} messages, ${report.requests} requests, ${report.seen}/${report.audits} audits, ${report.storms} storms; error answers ${codes || "none"}\n`,
  );
  if (report.faults.length > 0) {
    process.stdout.write(`FAILED with seed ${seed}\n${report.faults.join("\n")}\n`);
    process.exitCode = 1;
    break;
  }
}
process.stdout.write(
  `${messages} messages from seed ${firstSeed}, ${requests} requests answered once, ${seen} of ${audits} audits seen on the wire\n`,
);
