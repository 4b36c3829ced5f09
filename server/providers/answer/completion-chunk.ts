/**
 * One object of an answer in the OpenAI family, which includes Mistral's FIM API: a chunk of a stream or a whole
 * answer. Parsed leniently, because every gateway omits or adds something.
 */
import * as z from "zod/mini";

import type { TokenProbability } from "../../engine/confidence/token-track.ts";
import type { TokenCount } from "../../engine/document.ts";
import { readErrorBody } from "../http/error-body.ts";
import { tokenProbabilities } from "./token-probabilities.ts";
import { ProviderError, type FinishReason, type TokenUsage } from "../provider.ts";
import { timingsSchema, type Timings } from "./timings.ts";

export interface CompletionChunk {
  readonly text: string;
  readonly tokens?: readonly TokenProbability[];
  /** Absent until the end of the answer. */
  readonly finishReason?: FinishReason;
  readonly usage?: TokenUsage;
  readonly timings?: Timings;
}

const count = z.optional(z.nullable(z.number()));
const details = z.optional(z.nullable(z.object({ cached_tokens: count })));
/** The content is a text, absent, or a list of parts. Only parts with text belong to the middle. */
const content = z.optional(
  z.nullable(
    z.union([
      z.string(),
      z.array(z.object({ type: z.optional(z.string()), text: z.optional(z.unknown()) })),
    ]),
  ),
);
const message = z.optional(z.nullable(z.object({ content })));

const chunkSchema = z.object({
  choices: z.optional(
    z.array(
      z.object({
        delta: message,
        message,
        text: z.optional(z.nullable(z.string())),
        finish_reason: z.optional(z.unknown()),
        // An unreadable value must not cost the answer.
        logprobs: z.optional(z.unknown()),
      }),
    ),
  ),
  timings: z.optional(timingsSchema),
  usage: z.optional(
    z.nullable(
      z.object({
        prompt_tokens: count,
        completion_tokens: count,
        // The name of this field differs by server and by version of the schema.
        prompt_tokens_details: details,
        prompt_token_details: details,
        num_cached_tokens: count,
        prompt_cache_hit_tokens: count,
      }),
    ),
  ),
});

/** @throws ProviderError: `unavailable` for an error reported in the stream, `malformedStream` for anything else */
export function readChunk(value: unknown, url: string, sent: readonly string[]): CompletionChunk {
  const parsed = chunkSchema.safeParse(value);
  const { choices, usage, timings } = parsed.data ?? {};
  // The last chunk may contain only the usage.
  if (choices === undefined && (usage === undefined || usage === null))
    throw unexpectedValue(value, url, sent);
  const choice = choices?.[0];
  const finishReason = toFinishReason(choice?.finish_reason);
  const billed = usage === undefined || usage === null ? undefined : toUsage(usage);
  const tokens = tokenProbabilities(choice?.logprobs);
  return {
    text: choice?.text ?? textOf(choice?.delta?.content) + textOf(choice?.message?.content),
    ...(tokens !== undefined && { tokens }),
    ...(finishReason !== undefined && { finishReason }),
    ...(billed !== undefined && { usage: billed }),
    ...(timings !== undefined && { timings }),
  };
}

/** An error under status 200: once a stream has begun, a server can report an error only in it. */
export function unexpectedValue(
  value: unknown,
  url: string,
  sent: readonly string[],
): ProviderError {
  const told = readErrorBody(JSON.stringify(value), sent).message;
  return new ProviderError({
    kind: told === "" ? "malformedStream" : "unavailable",
    isRetryable: told !== "",
    ...(told === "" && { remedy: "Check provider.endpoint" }),
    message:
      told === ""
        ? `${url} answered no FIM answer. Check provider.endpoint and provider.name.`
        : `${url} broke off its answer: ${told}`,
  });
}

/** New versions add reasons: an unknown one counts as an ordinary end. Gateways send "" or "null" for none. */
function toFinishReason(reason: unknown): FinishReason | undefined {
  if (typeof reason !== "string") return undefined;
  switch (reason.trim()) {
    case "":
    case "null":
      return undefined;
    case "length":
    case "model_length":
      return "length";
    case "error":
    case "insufficient_system_resource":
      return "error";
    default:
      return "stop";
  }
}

function toUsage(usage: NonNullable<z.infer<typeof chunkSchema>["usage"]>): TokenUsage | undefined {
  const { prompt_tokens, completion_tokens } = usage;
  if (prompt_tokens === undefined || prompt_tokens === null) return undefined;
  const cachedTokens =
    usage.prompt_tokens_details?.cached_tokens ??
    usage.prompt_token_details?.cached_tokens ??
    usage.num_cached_tokens ??
    usage.prompt_cache_hit_tokens;
  return {
    promptTokens: prompt_tokens as TokenCount,
    completionTokens: (completion_tokens ?? 0) as TokenCount,
    ...(cachedTokens !== undefined &&
      cachedTokens !== null && { cachedTokens: cachedTokens as TokenCount }),
  };
}

function textOf(value: z.infer<typeof content>): string {
  if (typeof value === "string") return value;
  const parts = value ?? [];
  return parts
    .map((part) =>
      (part.type ?? "text") === "text" && typeof part.text === "string" ? part.text : "",
    )
    .join("");
}
