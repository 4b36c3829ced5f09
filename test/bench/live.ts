/**
 * What suggestions are worth with a real model: holes dug into checkouts, asked for through the built server, beside
 * the model's raw text and the best possible cut of it.
 *
 * `npm run bench -- live --endpoint URL --root CHECKOUT ... [--places N] [--seed N] [--budget TOKENS] [--record FILE]`
 *
 * `--endpoint`: a llama-server with a model that can fill in the middle. `--root`: git checkouts. `--record` adds the
 * answers to a file for `npm run bench -- confidence --more FILE`. Without an endpoint nothing is measured.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";

import type { RecordedAnswer } from "../support/recorded-answers.ts";
import { acceptInlineItem, positionIn } from "../support/apply-item.ts";
import { startServer, type LspClient } from "../support/lsp-client.ts";
import { digHoles, type LiveHole } from "./live/holes.ts";
import { startRelay, type Relay, type WholeAnswer } from "./live/relay.ts";
import { bestCut, scoreOf } from "./recorded/score.ts";
import { seededRandom } from "./workspace-model/random.ts";

interface Subject {
  readonly title: string;
  readonly provider: "llama-cpp" | "mistral";
  readonly isByKey: boolean;
  readonly minConfidence?: string;
}

const subjects: readonly Subject[] = [
  { title: "while typing, 0", provider: "llama-cpp", isByKey: false, minConfidence: "0" },
  { title: "while typing", provider: "llama-cpp", isByKey: false },
  { title: "while typing, not told", provider: "mistral", isByKey: false },
  { title: "while typing, not told, 0", provider: "mistral", isByKey: false, minConfidence: "0" },
  { title: "by key, 0", provider: "llama-cpp", isByKey: true, minConfidence: "0" },
  { title: "by key", provider: "llama-cpp", isByKey: true },
];

interface Shown {
  readonly shown: string;
  readonly gold: string;
  /** Tokens that the model generated for it. */
  readonly tokens: number;
}

export async function bench(argv: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...argv],
    strict: false,
    options: {
      endpoint: { type: "string" },
      root: { type: "string", multiple: true, default: ["."] },
      places: { type: "string", default: "40" },
      seed: { type: "string", default: "1" },
      budget: { type: "string", default: "450" },
      record: { type: "string" },
    },
  });
  if (typeof values.endpoint !== "string") {
    console.log("needs --endpoint URL of a llama-server");
    return;
  }
  const roots = (values.root ?? []).map(String);
  const each = Math.ceil(Number(values.places) / roots.length);
  const random = seededRandom(Number(values.seed));
  const holes = roots.flatMap((root) => digHoles(root, each, random));
  const relay = await startRelay(values.endpoint.replace(/\/+$/, ""));
  const rows = new Map<string, Shown[]>(subjects.map(({ title }) => [title, []]));
  const raw: { readonly hole: LiveHole; readonly answer: WholeAnswer }[] = [];
  const clients: LspClient[] = [];
  for (const subject of subjects) clients.push(await startSubject(subject, relay, values.budget));
  for (const [index, hole] of holes.entries()) {
    for (const [at, subject] of subjects.entries()) {
      relay.forget();
      const client = clients[at];
      const shown = client === undefined ? "" : await ask(client, hole, subject.isByKey);
      rows.get(subject.title)?.push({ shown, gold: hole.gold, tokens: relay.sent });
      const isWhole = subject.isByKey && relay.last !== undefined;
      if (isWhole && raw.at(-1)?.hole !== hole) raw.push({ hole, answer: relay.last });
    }
    console.error(`${index + 1} of ${holes.length}: ${hole.id}`);
  }
  for (const client of clients) {
    client.expectErrors();
    client.takeMessages();
    await client.close();
  }
  await relay.close();
  print(rows, raw);
  if (typeof values.record === "string") record(values.record, raw);
}

function startSubject(subject: Subject, relay: Relay, budget: unknown): Promise<LspClient> {
  const path = subject.provider === "mistral" ? "/v1" : "";
  return startServer({
    kind: "spawned",
    environment: {
      FIM_PROVIDER_NAME: subject.provider,
      FIM_PROVIDER_ENDPOINT: relay.origin + path,
      MISTRAL_API_KEY: "none",
      FIM_PROMPT_TOKEN_BUDGET: String(budget),
      FIM_WORKSPACE_MODEL_ROLE: "off",
      FIM_TRIGGER_DEBOUNCE_MS: "0",
      FIM_TRIGGER_SPECULATION: "off",
      FIM_PROVIDER_FIRST_BYTE_TIMEOUT_MS: "120000",
      FIM_PROVIDER_REQUEST_TIMEOUT_MS: "600000",
      ...(subject.minConfidence !== undefined && {
        FIM_SUGGESTIONS_MIN_CONFIDENCE: subject.minConfidence,
      }),
    },
  });
}

/** What the document holds in the hole's place when the suggestion is accepted. */
async function ask(client: LspClient, hole: LiveHole, isByKey: boolean): Promise<string> {
  const text = hole.prefix + hole.suffix;
  const uri = `file:///workspace/${hole.path}`;
  const { languageId } = hole;
  client.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
  const place = { textDocument: { uri }, position: positionIn(text, hole.prefix.length) };
  const answer = (await client.inline(place, { triggerKind: isByKey ? 1 : 2 })) as
    | { readonly items?: readonly Parameters<typeof acceptInlineItem>[1][] }
    | null
    | undefined;
  client.notify("textDocument/didClose", { textDocument: { uri } });
  const [item] = answer?.items ?? [];
  if (item === undefined) return "";
  const after = acceptInlineItem(text, item);
  return after.slice(hole.prefix.length, after.length - hole.suffix.length);
}

function print(
  rows: ReadonlyMap<string, readonly Shown[]>,
  raw: readonly { readonly hole: LiveHole; readonly answer: WholeAnswer }[],
): void {
  console.log(
    "| per 100 places | shown | right lines | wrong lines | wrong characters | tokens | tokens a shown character |",
  );
  console.log("| --- | --: | --: | --: | --: | --: | --: |");
  const rawRow = (title: string, cut: (text: string, gold: string) => string): void => {
    const shown = raw.map(({ hole, answer }) => ({
      shown: cut(answer.tokens.join(""), hole.gold),
      gold: hole.gold,
      tokens: answer.tokens.length,
    }));
    printRow(title, shown);
  };
  rawRow("model, whole answer", (text) => text);
  rawRow("model, first line", (text) => text.replace(/^\n+/, "").split("\n")[0] ?? "");
  rawRow("model, best cut", bestCut);
  for (const [title, shown] of rows) printRow(title, shown);
}

function printRow(title: string, all: readonly Shown[]): void {
  const scores = all.map(({ shown, gold }) => scoreOf(shown, gold));
  const per100 = (count: number): string => ((100 * count) / Math.max(1, all.length)).toFixed(0);
  const sum = (of: (score: ReturnType<typeof scoreOf>) => number): number =>
    scores.reduce((total, score) => total + of(score), 0);
  const characters = all.reduce((total, { shown }) => total + shown.length, 0);
  const tokens = all.reduce((total, row) => total + row.tokens, 0);
  const cells = [
    per100(all.filter(({ shown }) => shown !== "").length),
    per100(sum(({ rightLines }) => rightLines)),
    per100(sum(({ wrongLines }) => wrongLines)),
    per100(sum(({ wrongCharacters }) => wrongCharacters)),
    per100(tokens),
    (tokens / Math.max(1, characters)).toFixed(3),
  ];
  console.log(`| ${title} | ${cells.join(" | ")} |`);
}

function record(
  file: string,
  raw: readonly { readonly hole: LiveHole; readonly answer: WholeAnswer }[],
): void {
  for (const { hole, answer } of raw) {
    const { id, kind, path, languageId, prefix, gold, suffix } = hole;
    const { tokens, logprobs, finish } = answer;
    const row: RecordedAnswer = {
      id,
      kind,
      path,
      languageId,
      text: prefix + suffix,
      start: prefix.length,
      gold,
      answer: tokens.join(""),
      finish,
      tokens,
      logprobs,
    };
    appendFileSync(file, `${JSON.stringify(row)}\n`);
  }
}
