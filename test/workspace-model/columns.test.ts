/**
 * The models' columns keep their meaning: a number that is computed for, or written beside, another column changes
 * the golden file. `UPDATE_GOLDEN=1` writes it; the diff is read as a change of behavior.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { systemClock } from "../../server/base/clock.ts";
import { silentLog } from "../../server/base/log.ts";
import { toOffset } from "../../server/engine/document.ts";
import { completionSite } from "../../server/engine/site.ts";
import { createLearnedWorkspace } from "../../server/workspace-model/learned-workspace.ts";
import {
  columns,
  tokenFeatureCount,
  type Model,
} from "../../server/workspace-model/predict/columns.ts";
import { continuationVotes } from "../../server/workspace-model/predict/continuation-votes.ts";
import { fittedWeights } from "../../server/workspace-model/predict/fitted-weights.ts";
import { tokenVotes } from "../../server/workspace-model/predict/mixture.ts";
import type { Query } from "../../server/workspace-model/predict/query.ts";
import { propose } from "../../server/workspace-model/predict/rerank.ts";
import { prefixFeatures } from "../../server/workspace-model/predict/sure-prefix.ts";
import { scoreOf } from "../../server/workspace-model/predict/weights.ts";
import { isUpdating } from "../support/golden.ts";
import { projectRoot } from "../support/source-files.ts";
import { folderWith, snapshotOf } from "./learn.ts";

const goldenPath = join(projectRoot, "test/fixtures/workspace-model/columns.json");

type Rows = Readonly<Record<Model, ArrayLike<number>[]>>;

/** What a model's rows add up to, one number per column, and what the weights make of them. */
interface Fingerprint {
  readonly columns: Readonly<Record<string, number>>;
  readonly score: number;
}

const models = Object.keys(columns) as Model[];

test("each column has the values, and the weight, that belong to its name", async () => {
  const found = fingerprints(await rowsOfAllModels());
  const text = `${JSON.stringify(found, undefined, 2)}\n`;
  if (isUpdating) writeFileSync(goldenPath, text);
  // As text: the order of the columns counts too.
  expect(text).toBe(readFileSync(goldenPath, "utf8"));
});

test("swapping any two columns, or their weights, would show", async () => {
  const rows = await rowsOfAllModels();
  const found = fingerprints(rows);
  const alike = models.flatMap((model) =>
    pairsOf(names(model)).filter(([one, other]) => {
      const { columns: sums, score } = found[model];
      if (sums[one] === sums[other]) return true;
      if (weightOf(model, one) === weightOf(model, other)) return false;
      return scoreSum(rows[model], swap(fittedWeights[model], names(model), one, other)) === score;
    }),
  );
  expect(alike).toEqual([]);
});

function pairsOf(all: readonly string[]): (readonly [string, string])[] {
  return all.flatMap((one, at) => all.slice(at + 1).map((other) => [one, other] as const));
}

function fingerprints(rows: Rows): Readonly<Record<Model, Fingerprint>> {
  return Object.fromEntries(
    models.map((model) => [
      model,
      {
        columns: Object.fromEntries(
          names(model).map((name, at) => [name, weighted(rows[model], (row) => row[at] ?? 0)]),
        ),
        score: scoreSum(rows[model], fittedWeights[model]),
      },
    ]),
  ) as Record<Model, Fingerprint>;
}

/** Columns with equal sums but other values would look the same: so each row counts with a factor of its own. */
function weighted(rows: readonly ArrayLike<number>[], valueOf: (row: ArrayLike<number>) => number) {
  const sum = rows.reduce((total, row, at) => total + valueOf(row) * (1 + Math.sin(at)), 0);
  return Math.round(sum * 1e4) / 1e4;
}

function scoreSum(rows: readonly ArrayLike<number>[], weights: readonly number[]): number {
  return weighted(rows, (row) => scoreOf(weights, row));
}

function names(model: Model): readonly string[] {
  return columns[model];
}

function weightOf(model: Model, name: string): number | undefined {
  return fittedWeights[model][names(model).indexOf(name)];
}

function swap(weights: readonly number[], of: readonly string[], one: string, other: string) {
  const swapped = [...weights];
  swapped[of.indexOf(one)] = weights[of.indexOf(other)] ?? 0;
  swapped[of.indexOf(other)] = weights[of.indexOf(one)] ?? 0;
  return swapped;
}

let known: Promise<Rows> | undefined;

/** Computed once. */
function rowsOfAllModels(): Promise<Rows> {
  known ??= computeRows();
  return known;
}

async function computeRows(): Promise<Rows> {
  const rows: Rows = {
    token: [],
    continuation: [],
    rerank: [],
    prefix: [],
    removedRerank: [],
    removedPrefix: [],
  };
  const folder = folderWith(workspace);
  const model = createLearnedWorkspace({
    clock: systemClock,
    log: silentLog,
    isExcluded: () => Promise.resolve(false),
  });
  model.setFolders([folder]);
  await model.whenIndexed();
  for (const [name, text] of Object.entries(typed)) {
    const path = join(folder, name);
    const ask = (content: string, offset: number): Query | undefined => {
      const document = snapshotOf(path, content);
      model.documentChanged(document);
      return model.query(completionSite(document, toOffset(content, offset)));
    };
    // Lines that are read and then deleted, so that removed lines propose too.
    ask(deleted + text, deleted.length);
    ask(text, 0);
    for (let offset = 1; offset <= text.length; offset += 5) {
      // At every other place the rest of the line is not there yet.
      const rest = text.slice(offset);
      const after = offset % 2 === 0 ? rest : rest.replace(/^.*/, "");
      const query = ask(text.slice(0, offset) + after, offset);
      if (query !== undefined) collect(query, rows);
    }
  }
  model.close();
  return rows;
}

function collect(query: Query, rows: Rows): void {
  const { tokens, features, isWithinWord } = tokenVotes(
    query,
    query.context,
    query.contextLength,
    query.lineWords,
  );
  for (let row = 0; row < tokens.length; row++) {
    const own = features.subarray(row * tokenFeatureCount, (row + 1) * tokenFeatureCount);
    rows.token.push([...own, isWithinWord ? 0 : 1, isWithinWord ? 1 : 0]);
  }
  for (const vote of continuationVotes(query, fittedWeights.continuation)) {
    rows.continuation.push(vote.features);
  }
  const { proposals, beam } = propose(query, fittedWeights);
  for (const { features: own, removed } of proposals) {
    rows.rerank.push(own);
    if (removed !== undefined) rows.removedRerank.push(removed);
  }
  const likeliest = beam.finished[0] ?? beam.unfinished;
  for (let count = 1; count <= (likeliest?.tokens.length ?? 0); count++) {
    if (likeliest === undefined) break;
    const { features: own, removed } = prefixFeatures(
      query,
      likeliest,
      count,
      fittedWeights.prefix,
    );
    rows.prefix.push(own);
    if (removed !== undefined) rows.removedPrefix.push(removed);
  }
}

const workspace = {
  "shop/orders.ts": `import { audit, clock, type Order, type Receipt } from "./audit.ts";

export function openOrder(order: Order, receipt: Receipt): void {
  const total = totalOf(order);
  if (total > order.limit) throw new Error("the order is larger than its limit");
  audit.write(receipt.number, total, clock.today());
  order.lines.forEach((line) => audit.note(line.article, line.price));
}

export function closeOrder(order: Order, receipt: Receipt): void {
  const total = totalOf(order);
  if (total < 0) throw new Error("the order is smaller than nothing");
  audit.write(receipt.number, total, clock.today());
  order.lines.forEach((line) => audit.forget(line.article, line.price));
}

export function totalOf(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
}
`,
  "shop/invoices.ts": `export function openInvoice(invoice: Invoice, receipt: Receipt): void {
  const total = totalOf(invoice);
  if (total > invoice.limit) throw new Error("the invoice is larger than its limit");
  audit.write(receipt.number, total, clock.today());
  invoice.lines.forEach((line) => audit.note(line.article, line.price));
}
`,
  "elsewhere/notes.ts": `// The order is larger than its limit when the receipt has more lines than the order has.
// The receipt is smaller than nothing when the order has fewer lines than the receipt has.
const price = line.price * line.count;
audit.note(line.article, price);
`,
};

const deleted = `  audit.write(receipt.number, totalOf(order), clock.today());
  ledger.append(stamp.number, weightOf(parcel), clock.now());
  const sum = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
`;

/** What is typed beside it, asked about at every fifth place. */
const typed = {
  "shop/offers.ts": `export function openOffer(offer: Offer, receipt: Receipt): void {
  const total = totalOf(offer);
  // The offer is larger than its limit when the receipt has more lines than the offer has.
  if (total > offer.limit) throw new Error("the offer is larger than its limit");
  audit.write(receipt.number, total, clock.today());
  audit.write(receipt.number, totalOf(order), clock.today());
  offer.lines.forEach((line) => audit.note(line.article, line.price));
}

export function closeOffer(offer: Offer, receipt: Receipt): void {
  const total = totalOf(offer);
  audit.write(receipt.number, totalOf(offer), clock.today());
  offer.lines.forEach((line) => audit.forget(line.article, line.price));
}
`,
  "shop/parcels.ts": `export function openParcel(parcel: Parcel, stamp: Stamp): void {
  const weight = weightOf(parcel);
  if (weight > parcel.limit) throw new Error("the parcel is heavier than its limit");
  ledger.append(stamp.number, weight, clock.now());
  ledger.append(stamp.number, weightOf(parcel), clock.now());
  parcel.labels.forEach((label) => ledger.note(label.city, label.street));
}

export function closeParcel(parcel: Parcel, stamp: Stamp): void {
  const weight = weightOf(parcel);
  parcel.labels.forEach((label) => ledger.forget(label.city, label.street));
}
`,
  "elsewhere/sums.ts": `const sum = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
audit.write(receipt.number, sum, clock.today());
const price = line.price * line.count;
`,
};
