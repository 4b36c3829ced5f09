/** Runs recorded answers through the engine as a session does while the user types, with and without the gate. */
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { confidentReader } from "../../../server/engine/confidence/confident-reader.ts";
import {
  lineProbabilities,
  type Evidence,
} from "../../../server/engine/confidence/line-probabilities.ts";
import { likelyEnd, type Bounds } from "../../../server/engine/confidence/likely-text.ts";
import { toOffset } from "../../../server/engine/document.ts";
import { answerReader } from "../../../server/engine/postprocess/index.ts";
import { completionSite } from "../../../server/engine/site.ts";
import type { RecordedAnswer } from "../../support/recorded-answers.ts";
import { suffixFirst } from "../answers/run.ts";

/** What the gate is told. */
export interface Setup {
  /** `undefined`: no gate. */
  readonly bounds: Bounds | undefined;
  /** False: as from a server without probabilities. */
  readonly isTold: boolean;
  readonly isByKey?: boolean;
}

export interface Read {
  /** Of the answer after post-processing, all lines; "" where it was dropped. */
  readonly text: string;
  readonly evidence: Evidence | undefined;
  /** What is shown of it in the hole. */
  readonly shown: string;
  /** Tokens that were generated before the stream was ended. */
  readonly tokens: number;
}

export function readWith(answer: RecordedAnswer, setup: Setup): Read {
  const { text, start, languageId, path } = answer;
  const anchor = { offset: toOffset(text, 0), byteOffset: 0 };
  const uri = `file:///workspace/${path}`;
  const document = { uri, languageId, version: 1, revision: 1, text, anchor };
  const site = completionSite(document, toOffset(text, start));
  const trigger = setup.isByKey === true ? "invoked" : "automatic";
  const { prompt } = buildPrompt(site, {
    shape: suffixFirst,
    decision: completionMode(site, { trigger }),
    tokenBudget: 450,
    prefixShare: 0.7,
    path,
  });
  const bounds = setup.bounds ?? { told: 0, plain: 0 };
  const demand = { bounds, needsFirstLine: setup.isByKey === true };
  const reader = confidentReader(answerReader(site, prompt), { site, prompt, demand });
  let tokens = 0;
  let isStopped = false;
  for (const [index, token] of answer.tokens.entries()) {
    tokens += 1;
    const bytes = Buffer.byteLength(token);
    const logprob = Math.min(0, answer.logprobs[index] ?? 0);
    const told = setup.isTold ? [{ bytes, logprob }] : undefined;
    isStopped = reader.push(token, told) !== "more";
    // The server ends the answer at a stop string of the request, as single lines have one.
    isStopped ||= prompt.stops.some((stop) => reader.raw.includes(stop));
    if (isStopped) break;
  }
  const { result, evidence } = reader.finish(isStopped ? "stop" : answer.finish);
  if (result.kind === "dropped") return { text: "", evidence, shown: "", tokens };
  const { insertText, replacedLength } = result;
  const whole = withoutReplaced(insertText, text.slice(start, start + replacedLength));
  const lines = evidence === undefined ? [] : lineProbabilities(insertText, evidence);
  const end = bounds.told === 0 ? whole.length : (likelyEnd(insertText, lines, demand) ?? 0);
  return { text: whole, evidence, shown: whole.slice(0, end), tokens };
}

/** What stands in the hole: without the text right of the cursor that the suggestion repeats. */
function withoutReplaced(text: string, replaced: string): string {
  return replaced !== "" && text.endsWith(replaced) ? text.slice(0, -replaced.length) : text;
}
