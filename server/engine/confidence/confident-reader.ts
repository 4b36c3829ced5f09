/**
 * Reads an answer together with the probabilities of its tokens, and ends it as soon as no further line of it can be
 * likely enough to be shown: each token more costs money and time.
 */
import type { FimPrompt } from "../prompt/prompt.ts";
import type { AnswerEnd, AnswerReader, AnswerResult } from "../postprocess/index.ts";
import type { CompletionSite } from "../site.ts";
import type { AnswerEnding } from "./columns.ts";
import { lineProbabilities, probabilityOfSum, type Evidence } from "./line-probabilities.ts";
import { isLikely, type Demand } from "./likely-text.ts";
import { newWordStarts } from "./new-words.ts";
import { shownTokens } from "./shown-tokens.ts";
import { TokenTrack, type TokenProbability } from "./token-track.ts";

/** `enough`: post-processing has found the end; `unlikely`: nothing that follows can be shown. */
export type Progress = "more" | "enough" | "unlikely";

export interface ReadAnswer {
  readonly result: AnswerResult;
  /** For the text and the rest of a kept result; `undefined` where everything is shown. */
  readonly evidence: Evidence | undefined;
  /** The stream was ended because nothing that followed could be shown. */
  readonly isStopped: boolean;
  /** And that within the first line: none is whole. */
  readonly isFragment: boolean;
}

export interface ConfidentReader {
  push(piece: string, tokens?: readonly TokenProbability[]): Progress;
  /** May be called on a partial answer, and again after more pieces. */
  finish(finishReason: AnswerEnd): ReadAnswer;
  /** The user asks by key for what was asked while typing. */
  needFirstLine(): void;
  readonly raw: string;
}

export interface ReadOptions {
  readonly site: CompletionSite;
  readonly prompt: FimPrompt;
  /** `undefined`: everything is shown. */
  readonly demand: Demand | undefined;
  /** As in `lineProbabilities`. */
  readonly trust?: number;
}

const proseReasons: ReadonlySet<string> = new Set(["prose", "afterComment", "insideComment"]);
/** A filled line and its end. */
const wholeLine = /\S[^\n]*\n/;
/** The first word of the next line: where a model ends its answer, there is none. */
const nextLine = /\S[^\n]*\n\s*\S+$/;

export function confidentReader(reader: AnswerReader, options: ReadOptions): ConfidentReader {
  const { site, prompt, demand, trust = 0 } = options;
  const track = new TokenTrack();
  let needsFirstLine = demand?.needsFirstLine ?? false;
  let isUnlikely = false;
  let isCut = false;
  let pieces = 0;

  const endingBy = (finishReason: AnswerEnd): AnswerEnding => {
    // With a stop string at the line's end, and behind a cut, the model's own end is not seen.
    if (isCut || prompt.mode === "singleLine") return "unknown";
    if (finishReason === "stop") return "byItself";
    return finishReason === "length" ? "atLimit" : "unknown";
  };
  const evidenceFor = (text: string, ending: AnswerEnding): Evidence => ({
    tokens: shownTokens(track, reader.raw, text),
    newWords: newWordStarts(text, site),
    ending,
    isMidLine: site.isMidLine,
    isProse: proseReasons.has(prompt.modeReason),
  });
  /** No line that is still to come can be shown. */
  const isHopeless = ({ bounds }: Demand): boolean => {
    const { raw } = reader;
    if (needsFirstLine && !wholeLine.test(raw)) return false;
    if (track.sum !== undefined) return probabilityOfSum(track.sum, trust) < bounds.told;
    if (!nextLine.test(raw)) return false;
    const result = reader.finish("truncated");
    if (result.kind === "dropped") return false;
    const { insertText } = result;
    const best = evidenceFor(insertText, "byItself");
    const last = lineProbabilities(insertText, best, 0, trust).at(-1);
    return last !== undefined && !isLikely(last, bounds);
  };

  return {
    push(piece, tokens) {
      track.push(piece, tokens);
      isCut = reader.push(piece);
      if (isCut) return "enough";
      pieces += 1;
      // One piece may be all there is, from a server that does not stream: then nothing is left to be saved.
      isUnlikely = demand !== undefined && pieces > 1 && isHopeless(demand);
      return isUnlikely ? "unlikely" : "more";
    },
    finish(finishReason) {
      const result = reader.finish(isUnlikely ? "truncated" : finishReason);
      if (demand === undefined || result.kind === "dropped") {
        return { result, evidence: undefined, isStopped: isUnlikely, isFragment: false };
      }
      const text = result.insertText + result.rest;
      const ending = endingBy(isUnlikely ? "truncated" : finishReason);
      const isFragment = isUnlikely && !wholeLine.test(reader.raw);
      return { result, evidence: evidenceFor(text, ending), isStopped: isUnlikely, isFragment };
    },
    needFirstLine() {
      needsFirstLine = true;
    },
    get raw() {
      return reader.raw;
    },
  };
}
