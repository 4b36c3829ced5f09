/**
 * Request economy: the same keys through three policies on a virtual clock; 120 steady keys; what is there
 * before it is asked for; memory.
 *
 * `npm run bench -- typing [--seed N] [--characters N] [--rereads] [--independent] [--json FILE]`
 *
 * `--characters`: about how many are typed in each language. `--rereads`: the user reads a suggestion again
 * after every key. `--independent`: the models draw every place independently. Both are harder on a policy that keeps
 * what it has. `--keys N`: keys of the memory run, 0 for none. `--stdio SECONDS`:
 * instead, in real time through the built server; needs a build.
 */
import { writeFileSync } from "node:fs";

import { scriptOptions, toNumber } from "../support/script-options.ts";
import { nextLineRows } from "./typing/ahead.ts";
import { measureReuse, reuseRows } from "./typing/joined.ts";
import { measureMemory } from "./typing/memory.ts";
import { modelNames, type Draws, type Model } from "./typing/model.ts";
import { policyNames } from "./typing/policy.ts";
import { replay, replayThroughServer } from "./typing/replay.ts";
import { printFigures, printRuns, printTable, type Run } from "./typing/report.ts";
import { scriptOf } from "./typing/script.ts";
import { findSources, pickStretches } from "./typing/sources.ts";
import { steadyKeys } from "./typing/steady.ts";
import { seededRandom } from "./workspace-model/random.ts";

const latenciesMs = [150, 300, 600];

export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = scriptOptions({
    args: [...argv],
    options: {
      seed: { type: "string", default: "1" },
      characters: { type: "string", default: "2500" },
      keys: { type: "string", default: "100000" },
      stdio: { type: "string", default: "0" },
      independent: { type: "boolean", default: false },
      rereads: { type: "boolean", default: false },
      json: { type: "string" },
    },
  });
  const seed = toNumber("--seed", values.seed);
  const characters = toNumber("--characters", values.characters);
  const keys = toNumber("--keys", values.keys);
  const seconds = toNumber("--stdio", values.stdio);
  const draws: Draws = values.independent ? "independent" : "consistent";
  const { rereads, json } = values;
  const given: Arguments = { seed, characters, draws, rereads };

  if (seconds > 0) return replayInRealTime(given, seconds);
  const runs = await replayAll(given);
  printRuns(runs);
  console.log("\nours against cancel-and-resend at 75 ms\n");
  printFigures(runs);

  console.log("\n120 steady keys at 12/s, each request cancelled by the next, from a cold start\n");
  const steady = [80, 300].map((ms) => ({ ms, requests: steadyKeys(ms) }));
  const rows = await Promise.all(
    steady.map(async ({ ms, requests }) => [`${ms} ms`, `${await requests} requests (<= 6)`]),
  );
  printTable(rows);

  console.log("\nline after line accepted, Enter after each\n");
  printTable(await nextLineRows());

  if (keys > 0) await measureMemory(keys, seed);
  if (json !== undefined) writeFileSync(json, JSON.stringify(runs, undefined, 2));
}

interface Arguments {
  readonly seed: number;
  readonly characters: number;
  readonly draws: Draws;
  readonly rereads: boolean;
}

async function replayInRealTime(given: Arguments, seconds: number): Promise<void> {
  const { scripts } = sample(given);
  const runs: Run[] = [];
  tell(`${latenciesMs.length} times ${seconds} s in real time, then a minute of reuse`);
  for (const latencyMs of latenciesMs) {
    const model: Model = { name: "good", draws: given.draws, latencyMs };
    const tally = await replayThroughServer({ policy: "ours", model, scripts, ...given }, seconds);
    runs.push({ model, policy: "ours", tally });
    tell(`${latencyMs} ms: ${tally.typed} characters, ${tally.requests} requests`);
  }
  printRuns(runs);
  console.log("");
  printTable(reuseRows(await measureReuse(200)));
}

function sample({ seed, characters }: Arguments) {
  const sources = findSources();
  const random = seededRandom(seed);
  const stretches = [...sources.values()].flatMap((files) =>
    pickStretches(files, characters, random),
  );
  return {
    scripts: stretches.map((stretch, index) => scriptOf(stretch, index, seed)),
    languages: [...sources.keys()].join(", "),
  };
}

async function replayAll(given: Arguments): Promise<Run[]> {
  const { seed, draws, rereads } = given;
  const { scripts, languages } = sample(given);
  console.log(
    `${languages}; seed ${seed}; answers ${draws}; reading ${rereads ? "again after every key" : "goes on"}`,
  );
  console.log(
    "per 100 typed characters; disagree, changes: in all; wait: ms from the last key to visible\n",
  );
  const runs: Run[] = [];
  for (const name of modelNames) {
    for (const latencyMs of latenciesMs) {
      const model: Model = { name, draws, latencyMs };
      for (const policy of policyNames) {
        const tally = await replay({ policy, model, scripts, rereads });
        runs.push({ model, policy, tally });
        tell(`${name} model, ${latencyMs} ms, ${policy}: ${tally.typed} characters`);
      }
    }
  }
  return runs;
}

/** How far it is: the tables come at the end. */
function tell(progress: string): void {
  console.error(progress);
}
