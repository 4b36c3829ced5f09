/** What a llama.cpp server is like: loading or ready, its context, and where it crops. */
import * as z from "zod/mini";

import type { Clock } from "../../base/clock.ts";
import { sleep } from "../../base/wait.ts";
import type { TokenCount } from "../../engine/document.ts";
import type { FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { ApiClient } from "../http/api-client.ts";
import { ProviderError, type ProviderFacts } from "../provider.ts";

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.number() }),
  model_alias: z.optional(z.string()),
  model_path: z.optional(z.string()),
});

const probeSchema = z.object({ prompt: z.string(), tokens_evaluated: z.number() });

const pollMs = 500;

/** Resolves when the server no longer says that it loads its model. @throws ProviderError when it is not there, the signal's reason when it is aborted */
export async function whenLoaded(
  client: ApiClient,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      await client.get("/health", { signal, isPatient: true });
      return;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.status !== 503) throw error;
    }
    await sleep(clock, pollMs, signal);
    signal.throwIfAborted();
  }
}

export interface ServerLimits {
  readonly shape: Partial<PromptShape>;
  readonly model: string | undefined;
  readonly facts: ProviderFacts;
}

/**
 * Of the suffix the server keeps a quarter of its batch less 2 tokens, of the prefix three quarters. It tells
 * its batch nowhere, but the prompt after cropping in its answer: a suffix of our own that is longer than a
 * batch of 1024 allows shows whether it is smaller than the default of 2048.
 */
export async function learnLimits(client: ApiClient, signal: AbortSignal): Promise<ServerLimits> {
  const call = { signal, isPatient: true };
  const { data: props } = propsSchema.safeParse(await client.get("/props", call));
  const contextLength = props?.default_generation_settings.n_ctx as TokenCount | undefined;
  const model = props?.model_alias ?? props?.model_path?.split(/[/\\]/).at(-1);
  const body = {
    input_prefix: probePrefix,
    input_suffix: probeUnit.repeat(probeCount),
    n_predict: 1,
    id_slot: 0,
    response_fields: ["prompt", "tokens_evaluated"],
  };
  const { data: answer } = probeSchema.safeParse(await client.ask("/infill", body, call));
  const facts = { supportsFim: true, ...(contextLength !== undefined && { contextLength }) };
  if (answer === undefined) return { shape: facts, model, facts };
  const kept = answer.prompt.split(probeUnit).length - 1;
  const suffixLimit =
    kept >= probeCount - 1 ? defaultSuffixLimit : answer.tokens_evaluated - probeOverhead;
  const batch = 4 * (suffixLimit + 2);
  const isSuffixFirst = answer.prompt.indexOf(probeUnit) < answer.prompt.indexOf(probePrefix);
  // Other files get what the context leaves beside a batch; little of it is better left alone.
  const hasRoom = contextLength === undefined || contextLength - batch >= batch / 2;
  return {
    model,
    facts,
    shape: {
      order: isSuffixFirst ? "suffixFirst" : "prefixFirst",
      snippets: hasRoom ? "field" : "none",
      suffixLimit: suffixLimit as TokenCount,
      prefixLimit: ((batch * 3) / 4) as TokenCount,
      ...(contextLength !== undefined && { contextLength }),
    },
  };
}

/** Before the server was asked: what the default batch of 2048 tokens leaves to either side. */
export const usualShape: PromptShape = {
  kind: "infill",
  order: "prefixFirst",
  snippets: "field",
  maxStops: 16,
  prefixLimit: 1536 as TokenCount,
  suffixLimit: 510 as TokenCount,
};

/** Whether `learnt` says anything that `shape` does not. */
export function isNew(learnt: Partial<PromptShape>, shape: PromptShape): boolean {
  return Object.entries(learnt).some(([name, value]) => shape[name as keyof PromptShape] !== value);
}

const probePrefix = "let probe = ";
/** Two tokens or more in every tokenizer. */
const probeUnit = "a;\n";
const probeCount = 130;
const defaultSuffixLimit = 510;
/** The head of an infill prompt, its markers and the probe's own prefix, generously. */
const probeOverhead = 12;

/** How much of a text is looked for. */
const headLength = 80;

/** Smaller limits, when the server's prompt lacks a text's far end but has its near one; else `undefined`. */
export function cropsFound(
  seen: string,
  prompt: FimPrompt,
  shape: PromptShape,
): Partial<PromptShape> | undefined {
  if (prompt.kind !== "infill") return undefined;
  const prefix = prompt.prefix + prompt.linePrefix;
  const { suffix } = prompt;
  const isPrefixCropped =
    seen.includes(prefix.slice(-headLength)) && !seen.includes(prefix.slice(0, headLength));
  const isSuffixCropped =
    seen.includes(suffix.slice(0, headLength)) && !seen.includes(suffix.slice(-headLength));
  if (!isPrefixCropped && !isSuffixCropped) return undefined;
  return {
    ...(isPrefixCropped && { prefixLimit: half(shape.prefixLimit) }),
    ...(isSuffixCropped && { suffixLimit: half(shape.suffixLimit) }),
  };
}

function half(limit: TokenCount | undefined): TokenCount {
  return Math.max(64, Math.floor((limit ?? 1024) / 2)) as TokenCount;
}
