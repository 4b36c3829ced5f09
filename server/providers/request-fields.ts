/** Fields that the request bodies of all providers share. */
import type { TokenCount } from "../engine/document.ts";
import type { FimPrompt, FimRequest, PromptShape } from "../engine/prompt/prompt.ts";
import type { FimTemplate } from "../engine/prompt/templates.ts";
import type { ErrorBody } from "./http/error-body.ts";
import type { ProviderOptions } from "./options.ts";
import { ProviderError } from "./provider.ts";

/** `fields` without those that are `undefined`: strict servers refuse unknown fields and null. */
export function unsetOmitted(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** The OpenAI family's names for the sampling settings. */
export function samplingFields({ temperature, topP, randomSeed }: ProviderOptions): object {
  return { temperature, top_p: topP, seed: randomSeed };
}

/** The document's text in the prompt. No message may repeat it. */
function sentTexts(prompt: FimPrompt): readonly string[] {
  switch (prompt.kind) {
    case "native":
      return [prompt.prompt, prompt.suffix];
    case "infill":
      return [prompt.prefix + prompt.linePrefix, prompt.suffix];
    case "rendered":
      return [prompt.text];
  }
}

/** How to send `request`: with long time limits if the user waits for it. */
export function callFor({ prompt, trigger }: FimRequest, signal: AbortSignal) {
  return { signal, isPatient: trigger === "invoked", sent: sentTexts(prompt) };
}

/** At most `maxStops`; `undefined` if there are none. */
export function stopsOf(prompt: FimPrompt, maxStops: number): readonly string[] | undefined {
  return prompt.stops.length === 0 ? undefined : prompt.stops.slice(0, maxStops);
}

/** The smallest answer worth asking for, in tokens. */
const leastOutputTokens = 8;

/**
 * How many tokens to request, so that prompt and answer fit the context together. @throws ProviderError
 * (`isPromptTooLong`) without sending anything, if no useful number is left
 */
export function outputRoom(prompt: FimPrompt, { contextLength }: PromptShape): number {
  if (contextLength === undefined) return prompt.maxOutputTokens;
  const room = contextLength - prompt.estimatedTokens;
  if (room >= Math.min(leastOutputTokens, prompt.maxOutputTokens)) {
    return Math.min(room, prompt.maxOutputTokens);
  }
  throw new ProviderError({
    kind: "rejected",
    isRetryable: false,
    isPromptTooLong: true,
    remedy: "Lower prompt.tokenBudget",
    message: `The prompt (about ${prompt.estimatedTokens} tokens) does not fit the model's context of ${contextLength}. Lower prompt.tokenBudget.`,
  });
}

/** If no server reported a context length, an overflow halves this guess. */
const guessedContextLength = 32_768;

/** `shape` with the context length that an overflow reports, or half of the assumed one. Otherwise unchanged. */
export function withLearntContext(
  shape: PromptShape,
  { isPromptTooLong, contextLength }: ErrorBody,
): PromptShape {
  if (!isPromptTooLong) return shape;
  const learnt = contextLength ?? Math.floor((shape.contextLength ?? guessedContextLength) / 2);
  return { ...shape, contextLength: learnt as TokenCount };
}

/** OpenAI's own limit, which many servers copy. */
const maxStops = 4;

/** Without a template only the prefix is sent: such a model continues text, it does not fill in. */
export function renderedShape(template: FimTemplate | undefined): PromptShape {
  return {
    kind: "rendered",
    order: template?.order ?? "prefixFirst",
    snippets: template?.snippet === undefined ? "none" : "template",
    maxStops,
    ...(template && { template }),
  };
}

/** The endpoint without what people copy along from another client's settings: the path that is added anyway. */
export function withoutPath(options: ProviderOptions, path: RegExp): ProviderOptions {
  return { ...options, endpoint: options.endpoint.replace(/\/+$/, "").replace(path, "") };
}
