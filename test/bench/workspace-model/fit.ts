/**
 * Fits all weights on the given corpora, in the order in which they build on each other: whole continuations,
 * the token mixture, the re-ranker over both, the sure prefix, and both of these for what removed lines propose.
 */
import type { CompletionSite } from "../../../server/engine/site.ts";
import { continuationVotes } from "../../../server/workspace-model/predict/continuation-votes.ts";
import type { Hypothesis } from "../../../server/workspace-model/predict/beam.ts";
import { insertTextOf } from "../../../server/workspace-model/predict/insert-text.ts";
import type { LearnedWorkspace } from "../../../server/workspace-model/learned-workspace.ts";
import { positions, tokenFeatureCount } from "../../../server/workspace-model/predict/columns.ts";
import { tokenVotes } from "../../../server/workspace-model/predict/mixture.ts";
import type { Query } from "../../../server/workspace-model/predict/query.ts";
import { propose } from "../../../server/workspace-model/predict/rerank.ts";
import { prefixFeatures } from "../../../server/workspace-model/predict/sure-prefix.ts";
import { TokenBuffer, tokenize, wordOf } from "../../../server/workspace-model/tokens/tokenizer.ts";
import type { Weights } from "../../../server/workspace-model/predict/weights.ts";
import { prepare, visit } from "./ask.ts";
import type { Batch } from "./corpora.ts";
import { fitMixture, type TokenCase } from "./fit-mixture.ts";
import { fitChoice, likeliestOf, longestOf, type Choice } from "./fit-choice.ts";
import { fitLogistic } from "./regression.ts";
import type { Sample } from "./samples.ts";

/** Calls back for every sample, each with its query; may be run again, and gives the same samples then. */
export type ForEachQuery = (use: (sample: Sample, query: Query) => void) => Promise<void>;

/** How much a complete line counts beside a line that goes on: users pause at both. */
const endWeight = 0.35;
/** Where the features of the re-ranker and of the sure prefix tell of a word being typed. */
const withinWordRerankFeature = positions("rerank").isWithinWord;
const withinWordPrefixFeature = positions("prefix").isWithinWord;
/** Those for removed lines have none. */
const noFeature = -1;

export async function fitWeights(forEachQuery: ForEachQuery, start: Weights): Promise<Weights> {
  const votes: LabelledRows = { rows: [], labels: [], weights: [] };
  const cases: TokenCase[] = [];
  await forEachQuery((sample, query) => {
    collectVotes(sample, query, start, votes);
    collectTokenCases(sample, query, cases);
  });
  const continuation = fitLogistic(votes.rows, votes.labels, {
    iterations: 300,
    weightOf: (row) => votes.weights[row] ?? 0,
  });
  const token = fitMixture(cases, start.token);
  let fitted = { ...start, continuation, token };
  const plain = await collectChoices(forEachQuery, fitted, false);
  fitted = {
    ...fitted,
    rerank: fitChoice(plain.proposals, likeliestOf, withinWordRerankFeature),
    prefix: fitChoice(plain.prefixes, longestOf, withinWordPrefixFeature),
  };
  const removed = await collectChoices(forEachQuery, fitted, true);
  return {
    ...fitted,
    removedRerank: fitChoice(removed.proposals, likeliestOf, noFeature),
    removedPrefix: fitChoice(removed.prefixes, longestOf, noFeature),
  };
}

/** What is proposed with these weights: by removed lines, or without them. */
async function collectChoices(
  forEachQuery: ForEachQuery,
  weights: Weights,
  isRemoved: boolean,
): Promise<{ readonly proposals: readonly Choice[]; readonly prefixes: readonly Choice[] }> {
  const proposals: Choice[] = [];
  const prefixes: Choice[] = [];
  await forEachQuery((sample, query) => {
    const { proposals: proposed, beam } = propose(query, weights);
    const place = {
      weight: sample.task === "end" ? endWeight : 1,
      isWithinWord: query.partial !== "",
    };
    const wanted = proposed.filter(({ removed }) => (removed !== undefined) === isRemoved);
    proposals.push({
      ...place,
      rows: wanted.map(({ features, removed }) => removed ?? features),
      labels: wanted.map(({ insertText }) => isTruth(insertText, sample)),
    });
    const likeliest = beam.finished[0] ?? beam.unfinished;
    if (likeliest === undefined || likeliest.removedTokens > 0 !== isRemoved) return;
    prefixes.push({ ...place, ...prefixRows(sample, query, likeliest, weights) });
  });
  return { proposals, prefixes };
}

function prefixRows(
  sample: Sample,
  query: Query,
  likeliest: Hypothesis,
  weights: Weights,
): Pick<Choice, "rows" | "labels"> {
  const rows: Float64Array[] = [];
  const labels: boolean[] = [];
  for (let count = 1; count <= likeliest.tokens.length; count++) {
    const insertText = insertTextOf(query, likeliest.tokens.slice(0, count));
    if (insertText.trim().length < 2) continue;
    const { features, removed } = prefixFeatures(query, likeliest, count, weights.prefix);
    rows.push(removed ?? features);
    labels.push(sample.truth.startsWith(insertText.trimEnd()));
  }
  return { rows, labels };
}

/** A `ForEachQuery` over batches that `makeBatches` makes again, the same, for each pass. */
export function queriesOf(
  openWorkspace: () => LearnedWorkspace,
  makeBatches: () => Iterable<Batch>,
): ForEachQuery {
  return async (use) => {
    let workspace: LearnedWorkspace | undefined;
    for (const batch of makeBatches()) {
      if (workspace === undefined || batch.changed === undefined) {
        workspace?.close();
        workspace = openWorkspace();
      }
      const current = workspace;
      await prepare(current, batch);
      const arrive = (site: CompletionSite) => void current.query(site);
      await visit(current, batch, arrive, (sample, site) => {
        const query = current.query(site);
        if (query !== undefined) use(sample, query);
      });
    }
    workspace?.close();
  };
}

interface LabelledRows {
  readonly rows: Float64Array[];
  readonly labels: boolean[];
  readonly weights: number[];
}

function add(to: LabelledRows, row: Float64Array, label: boolean, weight: number): void {
  to.rows.push(row);
  to.labels.push(label);
  to.weights.push(weight);
}

function isTruth(insertText: string, sample: Sample): boolean {
  return insertText.trimEnd() === sample.truth;
}

function collectVotes(sample: Sample, query: Query, start: Weights, into: LabelledRows): void {
  if (sample.task === "end") return;
  const votes = continuationVotes(query, start.continuation);
  const weight = 1 / Math.sqrt(Math.max(1, votes.length));
  for (const { tokens, features } of votes) {
    const isRight = isTruth(insertTextOf(query, tokens), sample);
    add(into, features, isRight, weight);
  }
}

const mostTokens = 24;

/** One case per token of the truth and one for its end; the votes see the true tokens before it. */
function collectTokenCases(sample: Sample, query: Query, into: TokenCase[]): void {
  const { vocabulary, contextLength, lineWords, partial, stopWord } = query;
  const buffer = new TokenBuffer();
  const text = partial + sample.truth;
  tokenize(vocabulary, text, 0, text.length, buffer);
  const truth = Array.from(buffer.tokens.subarray(0, buffer.length), wordOf);
  truth.push(stopWord);
  const words = query.context.slice();
  const step = truth.length > 10 ? 2 : 1;
  for (let at = 0; at < Math.min(truth.length, mostTokens); at += step) {
    for (let before = 0; before < at; before++) words[contextLength + before] = truth[before] ?? 0;
    const votes = tokenVotes(query, words, contextLength + at, lineWords + at);
    if (votes.tokens.length === 0) continue;
    into.push({
      features: Float32Array.from(
        votes.features.subarray(0, votes.tokens.length * tokenFeatureCount),
      ),
      isRight: votes.tokens.map((token) => wordOf(token) === truth[at]),
      isWithinWord: votes.isWithinWord,
    });
  }
}
