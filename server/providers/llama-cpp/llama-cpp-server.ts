/** The state of a llama.cpp server: loading or ready, its context, and where it crops prompts. */
import * as z from "zod/mini";

import type { Clock } from "../../base/clock.ts";
import { sleep } from "../../base/wait.ts";
import type { TokenCount } from "../../engine/document.ts";
import type { FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { ApiCall, ApiClient } from "../http/api-client.ts";
import { onlyServerErrors, ProviderError } from "../provider.ts";
import { timingsSchema, type Timings } from "../answer/timings.ts";

const propsSchema = z.object({
  default_generation_settings: z.object({ n_ctx: z.number() }),
  model_alias: z.optional(z.string()),
  model_path: z.optional(z.string()),
});

const probeSchema = z.object({ prompt: z.string(), timings: z.optional(timingsSchema) });

const pollMs = 500;

/**
 * Resolves when the server no longer reports that it is loading. @throws ProviderError if there is no server, or
 * the signal's reason if it is aborted
 */
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
      if (!(error instanceof ProviderError) || error.status === undefined) throw error;
      if (error.status !== 503) return;
    }
    await sleep(clock, pollMs, signal);
    signal.throwIfAborted();
  }
}

export interface ServerProps {
  readonly model: string | undefined;
  readonly contextLength: TokenCount | undefined;
}

/** Empty if the server does not report it. @throws the signal's reason once it is aborted */
export async function readProps(client: ApiClient, signal: AbortSignal): Promise<ServerProps> {
  const answer = await client.get("/props", { signal, isPatient: true }).catch(onlyServerErrors);
  const { data } = propsSchema.safeParse(answer);
  return {
    model: data?.model_alias ?? data?.model_path?.split(/[/\\]/).at(-1),
    contextLength: data?.default_generation_settings.n_ctx as TokenCount | undefined,
  };
}

export type Probed =
  | {
      readonly kind: "answered";
      readonly order: PromptShape["order"];
      readonly timings: Timings | undefined;
    }
  | { readonly kind: "refused"; readonly isWithoutFim: boolean };

/** A short fixed prompt shows which side the server puts first and how fast it reads. */
export async function probeInfill(client: ApiClient, call: ApiCall): Promise<Probed> {
  const body = {
    input_prefix: probePrefix,
    input_suffix: probeSuffix,
    n_predict: 1,
    id_slot: 0,
    response_fields: ["prompt", "timings"],
  };
  let answer: unknown;
  try {
    answer = await client.ask("/infill", body, call);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { kind: "refused", isWithoutFim: error.status === 501 };
  }
  const { data } = probeSchema.safeParse(answer);
  const prompt = data?.prompt ?? "";
  const suffixAt = prompt.indexOf(probeSuffix);
  const isSuffixFirst = suffixAt >= 0 && suffixAt < prompt.indexOf(probePrefix);
  const order = isSuffixFirst ? "suffixFirst" : "prefixFirst";
  return { kind: "answered", order, timings: data?.timings };
}

/** Other files get the part of the context beyond one batch. A small rest is not used. */
export function snippetsIn(contextLength: TokenCount | undefined): PromptShape["snippets"] {
  const hasRoom = contextLength === undefined || contextLength - usualBatch >= usualBatch / 2;
  return hasRoom ? "field" : "none";
}

/**
 * The limits before the server was asked. It keeps a quarter of its batch, less 2 tokens, of the suffix and three
 * quarters of the prefix. It does not report its batch size; these limits follow from the default of 2048 tokens.
 */
export const usualShape: PromptShape = {
  kind: "infill",
  order: "prefixFirst",
  snippets: "field",
  maxStops: 16,
  prefixLimit: 1536 as TokenCount,
  suffixLimit: 510 as TokenCount,
};

const usualBatch = 2048;

const probePrefix = "let probe = ";
const probeSuffix = "a + b;\nlet other = probe * 2;\n";

/** Length of the piece of text that is searched for. */
const headLength = 80;

/** Smaller limits if the server's prompt contains the near end of a text but not its far end; otherwise `undefined`. */
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
