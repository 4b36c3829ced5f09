/**
 * Pairs of a document and a model's answer, with every document that is right after the answer was offered.
 * `test/fixtures/pairs/` has one golden file a kind; a case without `right` sections expects nothing.
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { buildPrompt } from "../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../server/engine/prompt/completion-mode.ts";
import { toOffset } from "../../server/engine/document.ts";
import { answerReader, type AnswerResult } from "../../server/engine/postprocess/index.ts";
import type { FimPrompt } from "../../server/engine/prompt/prompt.ts";
import { completionSite, type CompletionSite } from "../../server/engine/site.ts";
import { codestralShape } from "./engine-site.ts";
import { readGolden, requireSection, sectionText } from "./golden.ts";
import { applyInsertion, parseInput, parseOutput, type MarkedInput } from "./notation.ts";

export interface AnswerPair {
  readonly id: string;
  /** The golden file's name. */
  readonly kind: string;
  readonly languageId: string;
  readonly input: MarkedInput;
  readonly middle: string;
  /** Documents that are right, LF. */
  readonly right: readonly string[];
  /** Offering nothing is right, too. */
  readonly mayBeNothing: boolean;
  /** Deleted by the last edit. */
  readonly removed: string | undefined;
  /** Another file of the prompt has the same text. */
  readonly hasSnippet: boolean;
  /** The model always answers exactly what is missing, until nothing is offered. */
  readonly isRepeated: boolean;
  /** Rules are tuned on the first half only. */
  readonly half: 0 | 1;
}

export interface PairVerdict {
  readonly isRight: boolean;
  /** The document after the suggestion, LF; `undefined` where nothing is offered. */
  readonly document: string | undefined;
  readonly result: AnswerResult;
}

const folder = fileURLToPath(new URL("../fixtures/pairs/", import.meta.url));

export function readPairs(): readonly AnswerPair[] {
  return readGolden(folder).flatMap(({ name, cases }) =>
    cases.map((golden): AnswerPair => {
      const settings = new Map(
        (sectionText(golden, "settings") ?? "")
          .split("\n")
          .map((line) => line.split(": ") as [string, string]),
      );
      const id = golden.title.slice(0, golden.title.indexOf(": "));
      const marked = requireSection(golden, "document").text;
      const middle = requireSection(golden, "middle").text;
      return {
        id,
        kind: name,
        languageId: settings.get("language") ?? "plaintext",
        input: parseInput(settings.get("eol") === "crlf" ? toCrLf(marked) : marked),
        middle: settings.get("middle eol") === "crlf" ? toCrLf(middle) : middle,
        right: golden.sections
          .filter((section) => section.name === "right")
          .map(({ text }) => {
            const { text: before, offset, insertText, replaced } = parseOutput(text);
            const insertion = { insertText, replacedLength: replaced.length };
            return applyInsertion({ text: before, offset }, insertion);
          }),
        mayBeNothing: golden.sections.some((section) => section.name === "nothing"),
        removed: settings.get("removed"),
        hasSnippet: settings.has("snippet"),
        isRepeated: settings.has("accepted until"),
        half: (createHash("sha256").update(id).digest()[31] ?? 0) % 2 === 0 ? 0 : 1,
      };
    }),
  );
}

/** What becomes of the pair's answer, asked for by key. */
export function judgePair(pair: AnswerPair): PairVerdict {
  return pair.isRepeated ? judgeRepeated(pair) : verdictOn(pair, readAnswer(pair));
}

function verdictOn(pair: AnswerPair, result: AnswerResult): PairVerdict {
  const document = result.kind === "kept" ? toLf(applyInsertion(pair.input, result)) : undefined;
  const isRight = document === undefined ? pair.mayBeNothing : pair.right.includes(document);
  return { isRight, document, result };
}

/** Accepts one suggestion after the other: all of the document has to be reached. */
function judgeRepeated(pair: AnswerPair): PairVerdict {
  const wanted = pair.right[0] ?? "";
  let input = pair.input;
  let verdict: PairVerdict | undefined;
  for (let count = 0; count < 20; count++) {
    const after = input.text.slice(input.offset);
    const end = wanted.endsWith(after) ? wanted.length - after.length : wanted.length;
    const middle = wanted.slice(input.offset, end);
    if (middle === "") break;
    const result = readAnswer({ ...pair, input, middle }, count > 0);
    verdict = verdictOn({ ...pair, input }, result);
    if (result.kind === "dropped" || verdict.document === undefined) break;
    const offset = input.offset + result.insertText.length;
    input = { text: verdict.document, offset };
  }
  if (verdict === undefined) throw new Error(`${pair.id}: nothing is missing`);
  return { ...verdict, document: input.text, isRight: input.text === wanted };
}

/** The engine's answer for `pair`, from a server that ends at the prompt's stop strings. */
export function readAnswer(pair: AnswerPair, hasJustAccepted = false): AnswerResult {
  const site = siteOf(pair);
  const prompt = promptOf(site, pair, hasJustAccepted);
  const { removed } = pair;
  const lastEdit = removed === undefined ? {} : { lastEdit: { removed, inserted: "" } };
  const reader = answerReader(site, prompt, lastEdit);
  for (const piece of untilStop(prompt, pair.middle).match(/\n[ \t]*|\w+|[^\w\n]/g) ?? []) {
    if (reader.push(piece)) break;
  }
  return reader.finish("stop");
}

function siteOf({ input, languageId }: AnswerPair): CompletionSite {
  const { text, offset } = input;
  const anchor = { offset: toOffset(text, 0), byteOffset: 0 };
  const document = {
    uri: "file:///workspace/a",
    languageId,
    version: 1,
    revision: 1,
    text,
    anchor,
  };
  return completionSite(document, toOffset(text, offset));
}

function promptOf(site: CompletionSite, pair: AnswerPair, hasJustAccepted: boolean): FimPrompt {
  const snippet = { path: "other", text: pair.middle, score: 1, origin: "recentEdit" } as const;
  return buildPrompt(site, {
    shape: codestralShape,
    decision: completionMode(site, { trigger: "invoked", hasJustAccepted }),
    tokenBudget: 1200,
    prefixShare: 0.7,
    path: "a",
    snippets: pair.hasSnippet ? [snippet] : [],
  }).prompt;
}

/** The answer up to the first stop string, as a server ends it. */
export function untilStop(prompt: FimPrompt, answer: string): string {
  const ends = prompt.stops.map((stop) => answer.indexOf(stop)).filter((end) => end >= 0);
  return ends.length === 0 ? answer : answer.slice(0, Math.min(...ends));
}

function toCrLf(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

function toLf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
