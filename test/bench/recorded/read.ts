/** Runs one recorded answer through the engine, as for a request by key, with nothing held back. */
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { toOffset } from "../../../server/engine/document.ts";
import { answerReader, type AnswerResult } from "../../../server/engine/postprocess/index.ts";
import { completionSite } from "../../../server/engine/site.ts";
import { applyInsertion } from "../../support/notation.ts";
import type { RecordedAnswer } from "../../support/recorded-answers.ts";
import { pieces, suffixFirst, untilStop } from "../answers/run.ts";

export interface ReadAnswer {
  /** What the document holds in the hole's place, LF; "" where nothing is offered. */
  readonly shown: string;
  readonly result: AnswerResult;
  readonly mode: string;
}

export function readRecorded({
  text,
  start,
  languageId,
  path,
  ...recorded
}: RecordedAnswer): ReadAnswer {
  const anchor = { offset: toOffset(text, 0), byteOffset: 0 };
  const uri = `file:///workspace/${path}`;
  const document = { uri, languageId, version: 1, revision: 1, text, anchor };
  const site = completionSite(document, toOffset(text, start));
  const { prompt } = buildPrompt(site, {
    shape: suffixFirst,
    decision: completionMode(site, { trigger: "invoked" }),
    tokenBudget: 450,
    prefixShare: 0.7,
    path,
  });
  const answer = untilStop(prompt, recorded.answer);
  const reader = answerReader(site, prompt);
  let isEnough = false;
  for (const piece of pieces(answer)) {
    isEnough = reader.push(piece);
    if (isEnough) break;
  }
  const isStopped = isEnough || answer !== recorded.answer;
  const result = reader.finish(isStopped ? "stop" : recorded.finish);
  const mode = `${prompt.mode} ${prompt.modeReason}`;
  if (result.kind === "dropped") return { shown: "", result, mode };
  const after = applyInsertion({ text, offset: start }, result);
  const end = after.length - (text.length - start);
  return { shown: after.slice(start, end).replaceAll("\r\n", "\n"), result, mode };
}
