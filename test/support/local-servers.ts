/** The smallest server of each provider's kind: its answers to detection and to a completion request. */
import { byPath, json, middle, type Answer } from "./fim-answers.ts";
import { completions, generate, infill } from "./local-answers.ts";

export interface ServerKind {
  readonly name: string;
  /** Behind the origin, for `provider.endpoint`. */
  readonly base: string;
  /** For `provider.model`, where one must be named. */
  readonly model?: string;
  /** For GET; absent: the default list of models. */
  readonly lookUps?: Answer;
  answer(text: string): Answer;
}

export const serverKinds: readonly ServerKind[] = [
  { name: "mistral", base: "/v1", answer: (text) => middle(text) },
  { name: "deepseek", base: "/beta", answer: (text) => completions(text) },
  {
    name: "openai",
    base: "/v1",
    lookUps: json(200, { data: [{ id: "qwen2.5-coder" }] }),
    answer: (text) => completions(text),
  },
  {
    name: "ollama",
    base: "",
    model: "qwen2.5-coder:7b",
    answer: (text) =>
      byPath({
        "/api/show": json(200, { capabilities: ["insert"] }),
        "/api/generate": generate(text),
      }),
  },
  {
    name: "llama-cpp",
    base: "",
    lookUps: byPath({
      "/health": json(200, { status: "ok" }),
      "/props": json(200, { default_generation_settings: { n_ctx: 8192 } }),
    }),
    answer: (text) => infill(text),
  },
];

/** The environment of a language server that asks this server. */
export function environmentFor(kind: ServerKind, origin: string): Record<string, string> {
  return {
    FIM_PROVIDER_NAME: kind.name,
    FIM_PROVIDER_ENDPOINT: origin + kind.base,
    // Only the provider that one belongs to takes it.
    MISTRAL_API_KEY: "key-of-the-test",
    DEEPSEEK_API_KEY: "key-of-the-test",
    FIM_WORKSPACE_MODEL_ROLE: "off",
    ...(kind.model !== undefined && { FIM_PROVIDER_MODEL: kind.model }),
  };
}
