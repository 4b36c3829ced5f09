/**
 * The log-probabilities of an answer's tokens, in the forms that servers send. They are useful only if all are
 * right, so a list with an entry that is not a number or not a possible log-probability is rejected.
 */
import * as z from "zod/mini";

import type { TokenProbability } from "../../engine/confidence/token-track.ts";
import { utf8Length } from "../../engine/document.ts";

/** llama.cpp, Ollama, and llama.cpp's OpenAI form: one object for each token. */
const tokenSchema = z.object({
  token: z.optional(z.string()),
  bytes: z.optional(z.nullable(z.array(z.number()))),
  logprob: z.number(),
});

/** The older OpenAI form, as vLLM and DeepSeek send it: one array for each property. */
const arraysSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number()),
});

/** Servers round: a certain token may have a probability slightly above 1. */
const roundingError = 1e-3;

/** `undefined` if `value` contains no usable probabilities. */
export function tokenProbabilities(value: unknown): readonly TokenProbability[] | undefined {
  const list = listOf(value);
  return list === undefined ? fromArrays(value) : fromList(list);
}

function listOf(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value as readonly unknown[];
  const content = (value as { content?: unknown } | null | undefined)?.content;
  return Array.isArray(content) ? (content as readonly unknown[]) : undefined;
}

function fromList(list: readonly unknown[]): readonly TokenProbability[] | undefined {
  const parsed = z.array(tokenSchema).safeParse(list);
  if (!parsed.success || parsed.data.length === 0) return undefined;
  return checked(
    parsed.data.map(({ token, bytes, logprob }) => ({
      bytes: bytes?.length ?? textBytes(token ?? ""),
      logprob,
    })),
  );
}

function fromArrays(value: unknown): readonly TokenProbability[] | undefined {
  const parsed = arraysSchema.safeParse(value);
  if (!parsed.success) return undefined;
  const { tokens, token_logprobs } = parsed.data;
  if (tokens.length === 0 || tokens.length !== token_logprobs.length) return undefined;
  return checked(
    tokens.map((token, index) => ({
      bytes: textBytes(token),
      logprob: token_logprobs[index] ?? Number.NaN,
    })),
  );
}

function checked(tokens: readonly TokenProbability[]): readonly TokenProbability[] | undefined {
  const isPossible = tokens.every(
    ({ logprob }) => Number.isFinite(logprob) && logprob <= roundingError,
  );
  if (!isPossible) return undefined;
  return tokens.map(({ bytes, logprob }) => ({ bytes, logprob: Math.min(0, logprob) }));
}

/** A tokenizer's own spelling has signs for a blank and a line end. `bytes:\xe4` is part of a character. */
function textBytes(token: string): number {
  if (/^bytes:(?:\\x[\da-f]{2})+$/i.test(token)) return (token.length - "bytes:".length) / 4;
  const text = token.replaceAll(/[\u0120\u2581]/g, " ").replaceAll("\u010a", "\n");
  return utf8Length(text, 0, text.length);
}
