/**
 * `npm run bench -- NAME [arguments]` runs `test/bench/NAME.ts`; without a name, all of them one after the other.
 * A benchmark exports `bench(argv)`, prints its figures and never judges time.
 */
import { readdirSync } from "node:fs";

type Bench = (argv: readonly string[]) => Promise<void> | void;

const folder = new URL("./", import.meta.url);

/** The benchmarks by name; files beside them that export no `bench` are their parts. */
async function benches(): Promise<Map<string, Bench>> {
  const found = new Map<string, Bench>();
  const names = readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "run.ts")
    .map((file) => file.slice(0, -3))
    .toSorted();
  for (const name of names) {
    const module = (await import(new URL(`${name}.ts`, folder).href)) as { bench?: unknown };
    if (typeof module.bench === "function") found.set(name, module.bench as Bench);
  }
  return found;
}

const [name, ...argv] = process.argv.slice(2);
const known = await benches();
const isAll = name === undefined || name.startsWith("-");
const chosen = isAll ? [...known.keys()] : [name];
const unknown = chosen.filter((each) => !known.has(each));
if (unknown.length > 0) {
  console.error(`no benchmark ${unknown.join(", ")}; there are: ${[...known.keys()].join(", ")}`);
  process.exitCode = 2;
} else {
  for (const each of chosen) {
    console.log(`\n## ${each}\n`);
    await known.get(each)?.(isAll ? process.argv.slice(2) : argv);
  }
}
