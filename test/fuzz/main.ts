/**
 * `npm run test:all -- fuzz --messages 1000000 --seed 1`: fuzzed sessions of the built server, 5,000 messages each. A run
 * that fails prints the seed of its session; `--seed THAT --messages 5000` plays it again.
 */

import { fuzz } from "./fuzz-run.ts";
import { MutationCounts } from "./mutations.ts";
import { scriptOptions, toNumber } from "../support/script-options.ts";

const sessionMessages = 5000;

const { values } = scriptOptions({
  options: {
    messages: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_000) },
  },
});
const wanted = toNumber("--messages", values.messages);
const firstSeed = toNumber("--seed", values.seed);
const mutations = new MutationCounts();
let seed = firstSeed;
let messages = 0;
let requests = 0;
let audits = 0;
let seen = 0;
for (; messages < wanted && process.exitCode === undefined; seed++) {
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
  mutations.addAll(report.mutations);
  const codes = [...report.errorCodes].map(([code, count]) => `${code}: ${count}`).join(", ");
  process.stdout.write(
    `seed ${seed}: ${report.encoding}, ${report.messages} messages, ${report.requests} requests, ${report.seen}/${report.audits} audits, ${report.repeated} repeated; error answers ${codes || "none"}\n`,
  );
  if (report.faults.length === 0) continue;
  process.stdout.write(`FAILED with seed ${seed}\n${report.faults.join("\n")}\n`);
  process.exitCode = 1;
}
process.stdout.write(
  `${messages} messages from the seeds ${firstSeed} to ${seed - 1}, ${requests} requests answered once, ${seen} of ${audits} audits seen on the wire\n${mutations.summary}\n`,
);
