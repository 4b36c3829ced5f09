/** Facts about Ollama's models: which one to use, and what it can do. */
import * as z from "zod/mini";

import type { TokenCount } from "../../engine/document.ts";
import type { PromptShape } from "../../engine/prompt/prompt.ts";
import { templateFor } from "../../engine/prompt/templates.ts";
import type { ApiClient } from "../http/api-client.ts";
import type { ProviderOptions } from "../options.ts";
import { onlyServerErrors, ProviderError } from "../provider.ts";
import { renderedShape } from "../request-fields.ts";

const listSchema = z.object({ models: z.array(z.object({ name: z.string() })) });

const showSchema = z.object({
  capabilities: z.optional(z.array(z.string())),
  template: z.optional(z.string()),
  model_info: z.optional(z.record(z.string(), z.unknown())),
  parameters: z.optional(z.string()),
});

const loadedSchema = z.object({
  models: z.array(z.object({ name: z.string(), context_length: z.optional(z.number()) })),
});

export interface OllamaModel {
  readonly model: string;
  /** The model's own template has a place for a suffix. */
  readonly takesSuffix: boolean;
  /** The context that the model was trained for. Ollama uses less by default. */
  readonly contextLength: TokenCount | undefined;
  /** `num_ctx` from the model's own parameters. It applies if the request names none. */
  readonly ownContext?: TokenCount | undefined;
  /** The context with which the model is currently loaded. */
  readonly loadedContext?: TokenCount | undefined;
}

export function unknownModel(model: string): OllamaModel {
  return { model, takesSuffix: false, contextLength: undefined };
}

/** The loaded model, otherwise the first installed one, among those with a known FIM template. @throws ProviderError */
export async function chooseOllamaModel(client: ApiClient, signal: AbortSignal): Promise<string> {
  const call = { signal, isPatient: true };
  for (const path of ["/api/ps", "/api/tags"]) {
    const { data } = listSchema.safeParse(await client.get(path, call));
    const found = data?.models.find(({ name }) => templateFor(name) !== undefined);
    if (found !== undefined) return found.name;
  }
  throw new ProviderError({
    kind: "rejected",
    isRetryable: false,
    remedy: "Run ollama pull qwen2.5-coder:1.5b-base",
    message: `${client.url} has no model that can fill in the middle. Get one: ollama pull qwen2.5-coder:1.5b-base`,
  });
}

/** @throws ProviderError; a 404 if the model has not been pulled */
export async function showModel(
  client: ApiClient,
  model: string,
  signal: AbortSignal,
): Promise<OllamaModel> {
  const answer = await client.ask("/api/show", { model }, { signal, isPatient: true });
  const { data } = showSchema.safeParse(answer);
  const takesSuffix =
    data?.capabilities?.includes("insert") ?? data?.template?.includes(".Suffix") ?? false;
  const length = Object.entries(data?.model_info ?? {}).find(([key]) =>
    key.endsWith(".context_length"),
  );
  const contextLength = typeof length?.[1] === "number" ? (length[1] as TokenCount) : undefined;
  const named = /^num_ctx\s+(\d+)$/m.exec(data?.parameters ?? "")?.[1];
  const ownContext = named === undefined ? undefined : (Number(named) as TokenCount);
  const loadedContext = await loadedContextOf(client, model, signal);
  return { model, takesSuffix, contextLength, ownContext, loadedContext };
}

async function loadedContextOf(
  client: ApiClient,
  model: string,
  signal: AbortSignal,
): Promise<TokenCount | undefined> {
  const list = await client.get("/api/ps", { signal, isPatient: true }).catch(onlyServerErrors);
  const found = loadedSchema.safeParse(list).data?.models.find(({ name }) => name === model);
  const length = found?.context_length ?? 0;
  return length >= leastContextTokens ? (length as TokenCount) : undefined;
}

/** Constant, because Ollama reloads the model when it changes. Without it, Ollama cuts prompts silently. */
const contextTokens = 8192;
/** A smaller context leaves no room for a prompt and its answer. */
const leastContextTokens = 2048;

/** The context to request: none if the model names its own; the loaded one if another program loaded the model. */
export function contextTokensFor(facts: OllamaModel): TokenCount | undefined {
  return facts.ownContext === undefined ? contextOf(facts) : undefined;
}

function contextOf({ ownContext, loadedContext, contextLength }: OllamaModel): TokenCount {
  const trained = contextLength ?? contextTokens;
  return ownContext ?? loadedContext ?? (Math.min(trained, contextTokens) as TokenCount);
}

/** Native if the model accepts a suffix and the settings name no template. */
export function ollamaShape({ template }: ProviderOptions, facts: OllamaModel): PromptShape {
  const shape: PromptShape =
    facts.takesSuffix && template === undefined
      ? { kind: "native", order: "prefixFirst", snippets: "none", maxStops: 4 }
      : renderedShape(template ?? templateFor(facts.model));
  return { ...shape, contextLength: contextOf(facts) };
}
