/**
 * How well token estimates fit after calibration, without a real tokenizer. The "bill" is what another vocabulary
 * would count: the class weights that the survey fitted to Tekken (mean error 2.5 % per file there), with that
 * error added as noise. The server knows a model's own vocabulary as little as this one.
 */
import { buildPrompt } from "../../../server/engine/prompt/build-prompt.ts";
import { completionMode } from "../../../server/engine/prompt/completion-mode.ts";
import { calibrate } from "../../../server/engine/prompt/tokens.ts";
import { pick, type Random } from "../workspace-model/random.ts";
import { snapshotOf, suffixFirst } from "./run.ts";
import { completionSite } from "../../../server/engine/site.ts";
import { toOffset } from "../../../server/engine/document.ts";
import type { SourceText } from "./sources.ts";

export interface TokenErrors {
  /** Mean absolute relative error of the first estimate in a file, and of the later ones; in percent. */
  readonly first: number;
  readonly calibrated: number;
}

/** Standard deviations that give the mean errors of the survey: 6 % at first, 2.5 % once learnt per file. */
const fileNoise = 0.07;
const promptNoise = 0.027;
const promptsPerFile = 8;

export function measureTokenErrors(sources: readonly SourceText[], random: Random): TokenErrors {
  const first: number[] = [];
  const later: number[] = [];
  for (const source of sources) {
    const ofFile = Math.exp(gaussian(random) * fileNoise);
    let ratio: number | undefined;
    for (let index = 0; index < promptsPerFile; index++) {
      const { text, estimated } = promptIn(source, ratio ?? 1, random);
      const actual = tekkenCount(text) * ofFile * Math.exp(gaussian(random) * promptNoise);
      (index === 0 ? first : later).push(Math.abs(estimated / actual - 1));
      ratio = calibrate(ratio, estimated / (ratio ?? 1), actual);
    }
  }
  return { first: 100 * mean(first), calibrated: 100 * mean(later) };
}

function promptIn(source: SourceText, calibration: number, random: Random) {
  const starts = [...source.text.matchAll(/^/gm)].map(({ index }) => index);
  const offset = toOffset(source.text, pick(random, starts) ?? 0);
  const site = completionSite(snapshotOf(source, source.text), offset);
  const { prompt } = buildPrompt(site, {
    shape: suffixFirst,
    decision: completionMode(site, { trigger: "automatic" }),
    tokenBudget: 1200,
    prefixShare: 0.7,
    path: source.path,
    calibration,
  });
  const text = prompt.kind === "native" ? prompt.suffix + prompt.prompt : "";
  return { text, estimated: prompt.estimatedTokens };
}

/** The survey's weights for Tekken 240718. */
function tekkenCount(text: string): number {
  let total = 8.9;
  let before = "";
  for (const character of text) {
    if (/[a-z]/i.test(character)) {
      const startsWord =
        !/[a-z]/i.test(before) || (/[A-Z]/.test(character) && /[a-z]/.test(before));
      total += 0.044 + (startsWord ? 0.79 : 0);
    } else if (/\d/.test(character)) total += 1.14;
    else if (character === "\n") total += 0.3;
    else if (character === "\t") total += 0.32;
    else if (character === " ") total += before === " " ? 0.66 / 4 : 0;
    else if (character > "\x7f") total += 0.51;
    else total += 1.02 - (/[!-/:-@[-`{-~]/.test(before) ? 0.94 : 0);
    before = character;
  }
  return total;
}

function gaussian(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
