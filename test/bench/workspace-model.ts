/**
 * The workspace model's benchmark: how often it is right, how well it knows, what it costs.
 * `--folder DIR` (held-out lines) and `--checkout DIR` (held-out lines and replayed commits) may be repeated; with
 * neither, sources found on this machine serve. `--fit` fits the weights on them instead and writes them.
 */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { CompletionSite } from "../../server/engine/site.ts";
import { silentLog } from "../../server/base/log.ts";
import { systemClock } from "../../server/base/clock.ts";
import { fittedWeights } from "../../server/workspace-model/predict/fitted-weights.ts";
import { createLearnedWorkspace } from "../../server/workspace-model/learned-workspace.ts";
import { createWorkspaceModel } from "../../server/workspace-model/workspace-model.ts";
import { answer, prepare, visit, type Answer } from "./workspace-model/ask.ts";
import { heldOutBatch, replayBatches, type Batch } from "./workspace-model/corpora.ts";
import { measureCosts } from "./workspace-model/costs.ts";
import { calibration, taskFigures, worstBin } from "./workspace-model/figures.ts";
import { fitWeights, queriesOf } from "./workspace-model/fit.ts";
import { seededRandom } from "./workspace-model/random.ts";
import { tasks } from "./workspace-model/samples.ts";
import { writeWeights } from "./workspace-model/weights-file.ts";
import { endWith, expectThere, scriptOptions, toNumber } from "../support/script-options.ts";

interface Corpora {
  readonly folders: readonly string[];
  readonly checkouts: readonly string[];
  /** Sources for measuring the costs: 10 MB of one language are wanted. */
  readonly large: readonly string[];
}

interface Sampling {
  readonly casesPerTask: number;
  readonly commits: number;
  readonly seed: number;
}

const dependencies = {
  clock: systemClock,
  log: silentLog,
  isExcluded: () => Promise.resolve(false),
};
const openModel = () => createWorkspaceModel(dependencies);
const openWorkspace = () => createLearnedWorkspace(dependencies);

export async function bench(args: readonly string[]): Promise<void> {
  const { values } = scriptOptions({
    args: [...args],
    options: {
      folder: { type: "string", multiple: true, default: [] },
      checkout: { type: "string", multiple: true, default: [] },
      fit: { type: "boolean", default: false },
      cases: { type: "string", default: "300" },
      commits: { type: "string", default: "40" },
      seed: { type: "string", default: "1234" },
      json: { type: "string" },
    },
  });
  for (const path of values.folder) expectThere("folder", "--folder", path);
  for (const path of values.checkout) {
    if (!existsSync(join(path, ".git"))) endWith(`--checkout: ${path} is no checkout of git`);
  }
  const given = [...values.folder, ...values.checkout];
  const corpora =
    given.length > 0
      ? { folders: values.folder, checkouts: values.checkout, large: given }
      : corporaOfThisMachine();
  const sampling = {
    casesPerTask: toNumber("--cases", values.cases),
    commits: toNumber("--commits", values.commits),
    seed: toNumber("--seed", values.seed),
  };
  if (values.fit) await fit(corpora, sampling);
  else await measure(corpora, sampling, values.json);
}

async function fit(corpora: Corpora, sampling: Sampling): Promise<void> {
  const forEachQuery = queriesOf(openWorkspace, () => allBatches(corpora, sampling));
  const names = [...corpora.folders, ...corpora.checkouts].map((path) => basename(path));
  writeWeights(await fitWeights(forEachQuery, fittedWeights), names.join(", "));
  console.log(`fitted on ${names.join(", ")}`);
}

async function measure(
  corpora: Corpora,
  sampling: Sampling,
  json: string | undefined,
): Promise<void> {
  const tables: object[] = [];
  const pools = new Map<string, Answer[]>();
  for (const { mode, batches } of runs(corpora, sampling)) {
    const answers = await answersOf(batches);
    const corpus = answers[0]?.corpus ?? "";
    pools.set(mode, [...(pools.get(mode) ?? []), ...answers]);
    tables.push(...figuresByTask(corpus, mode, answers));
  }
  for (const [mode, answers] of pools) tables.push(...figuresByTask("(pooled)", mode, answers));
  console.table(tables);
  const calibrations = [...pools].map(([mode, answers]) => {
    const bins = calibration(answers.filter(({ task }) => task !== "end"));
    console.log(
      `calibration, ${mode}: worst tenth with 100 cases or more is ${worstBin(bins)} points off`,
    );
    console.table(bins);
    return { mode, worst: worstBin(bins), bins };
  });
  const costs = await measureCosts(corpora.large, openModel, openWorkspace);
  console.log("costs:", costs);
  if (json !== undefined) {
    writeFileSync(json, JSON.stringify({ sampling, tables, calibrations, costs }, undefined, 2));
  }
}

function figuresByTask(corpus: string, mode: string, answers: readonly Answer[]): object[] {
  return tasks.map((task) =>
    taskFigures(
      corpus,
      mode,
      task,
      answers.filter((each) => each.task === task),
    ),
  );
}

function* runs(corpora: Corpora, { casesPerTask, commits, seed }: Sampling) {
  for (const [at, folder] of [...corpora.folders, ...corpora.checkouts].entries()) {
    const sizes = { casesPerTask, tasks, random: seededRandom(seed + at) };
    yield { mode: "held out", batches: [heldOutBatch(folder, sizes)] };
  }
  for (const [at, checkout] of corpora.checkouts.entries()) {
    const sizes = { casesPerTask, tasks, commits, random: seededRandom(seed + at) };
    yield { mode: "replay", batches: replayBatches(checkout, sizes) };
  }
}

function* allBatches(corpora: Corpora, sampling: Sampling): Generator<Batch> {
  for (const { batches } of runs(corpora, sampling)) yield* batches;
}

async function answersOf(batches: Iterable<Batch>): Promise<Answer[]> {
  const model = openModel();
  const answers: Answer[] = [];
  for (const batch of batches) {
    await prepare(model, batch);
    const arrive = (site: CompletionSite) =>
      void model.suggest(site, { limit: 1, minProbability: 1 });
    await visit(model, batch, arrive, (sample, site) => {
      answers.push(answer(model, batch.corpus, sample, site));
    });
  }
  model.close();
  return answers;
}

/** Packages with their sources, parts of Python's standard library where there is one, and this project. */
function corporaOfThisMachine(): Corpora {
  const root = fileURLToPath(new URL("../..", import.meta.url));
  const python = pythonLibrary();
  const packages = ["undici/lib", "zod/src", "postcss/lib", "vscode-jsonrpc/lib"].map(
    (name) => `${root}node_modules/${name}`,
  );
  const parts = ["asyncio", "email", "idlelib"].map((name) => `${python}/${name}`);
  return {
    folders: [...packages, ...parts].filter((folder) => existsSync(folder)),
    checkouts: existsSync(`${root}.git`) ? [root.replace(/\/$/, "")] : [],
    large: [python ?? `${root}node_modules`],
  };
}

function pythonLibrary(): string | undefined {
  try {
    const program = "import sysconfig; print(sysconfig.get_paths()['stdlib'])";
    return execFileSync("python3", ["-c", program], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
