/** Runs one answer through the engine as a session does, and returns the result. */
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { toOffset, type DocumentSnapshot } from "../../../server/engine/document.ts";
import {
  answerReader,
  type AnswerReader,
  type AnswerResult,
} from "../../../server/engine/postprocess/index.ts";
import type { FimPrompt, PromptShape } from "../../../server/engine/prompt/prompt.ts";
import { completionSite, type CompletionSite } from "../../../server/engine/site.ts";
import { applyInsertion } from "../../support/notation.ts";
import type { Hole } from "./holes.ts";
import type { SourceText } from "./sources.ts";

export const suffixFirst: PromptShape = {
  kind: "native",
  order: "suffixFirst",
  snippets: "plusHeader",
  maxStops: 4,
};

export interface Verdict {
  readonly kind: "exact" | "tooMuch" | "tooLittle" | "other" | "dropped";
  readonly result: AnswerResult;
  readonly mode: string;
  /** In tokens of `pieces`. */
  readonly generated: number;
  readonly afterDecision: number;
  readonly afterCut: number;
}

/** What was wanted of the document, and what the engine made of it. */
export function judge(hole: Hole, answer: string): Verdict {
  const { site, prompt } = asked(hole);
  const stopped = untilStop(prompt, answer);
  const all = pieces(stopped);
  const reader = answerReader(site, prompt);
  let generated = 0;
  let isEnough = false;
  for (const piece of all) {
    generated++;
    isEnough = reader.push(piece);
    if (isEnough) break;
  }
  const result = reader.finish("stop");
  const decided = isEnough ? decidingLength(hole, reader.raw) : reader.raw.length;
  const afterDecision = tokensBeyond(all, generated, decided);
  const kept = result.kind === "kept" ? result.insertText.length : 0;
  return {
    kind: verdictOf(hole, result),
    result,
    mode: `${prompt.mode} ${prompt.modeReason}`,
    generated,
    afterDecision,
    afterCut: tokensBeyond(all, generated, Math.max(kept, 1)),
  };
}

export function snapshotOf(source: SourceText, text: string): DocumentSnapshot {
  return {
    uri: `file://${source.path}`,
    languageId: source.languageId,
    version: 1,
    revision: 1,
    text,
    anchor: { offset: toOffset(text, 0), byteOffset: 0 },
  };
}

export function siteOf(hole: Hole): CompletionSite {
  const text = hole.prefix + hole.suffix;
  return completionSite(snapshotOf(hole.source, text), toOffset(text, hole.prefix.length));
}

export function asked(hole: Hole): { site: CompletionSite; prompt: FimPrompt } {
  const site = siteOf(hole);
  const decision = completionMode(site, { trigger: "automatic" });
  const { prompt } = buildPrompt(site, {
    shape: suffixFirst,
    decision,
    tokenBudget: 1200,
    prefixShare: 0.7,
    path: hole.source.path,
  });
  return { site, prompt };
}

/** The answer up to the first stop string, as a server ends it. */
export function untilStop(prompt: FimPrompt, answer: string): string {
  const ends = prompt.stops.map((stop) => answer.indexOf(stop)).filter((end) => end >= 0);
  return ends.length === 0 ? answer : answer.slice(0, Math.min(...ends));
}

/** Pieces like a model's tokens: short words with their blank, single marks, line ends with indentation. */
export function pieces(text: string): string[] {
  return text.match(/\n[ \t]*| ?[A-Za-z]{1,6}| ?\d|[ \t]+|[^\sA-Za-z\d]|\s/g) ?? [];
}

/** The shortest beginning of the answer at which a reader that is asked there knows enough. */
function decidingLength(hole: Hole, raw: string): number {
  const { site, prompt } = asked(hole);
  let low = 1;
  let high = raw.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const reader: AnswerReader = answerReader(site, prompt);
    if (reader.push(raw.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How many of the first `count` pieces lie wholly beyond `length` characters. */
function tokensBeyond(all: readonly string[], count: number, length: number): number {
  let position = 0;
  let beyond = 0;
  for (const piece of all.slice(0, count)) {
    if (position >= length) beyond++;
    position += piece.length;
  }
  return beyond;
}

function verdictOf(hole: Hole, result: AnswerResult): Verdict["kind"] {
  if (result.kind === "dropped") return "dropped";
  const text = hole.prefix + hole.suffix;
  const after = applyInsertion({ text, offset: hole.prefix.length }, result);
  const wanted = hole.prefix + hole.gold + hole.suffix;
  if (after === wanted) return "exact";
  const kept = after.slice(hole.prefix.length, after.length - hole.suffix.length);
  if (kept.startsWith(hole.gold)) return "tooMuch";
  return hole.gold.startsWith(kept.trimEnd()) ? "tooLittle" : "other";
}
