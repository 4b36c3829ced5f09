/** The bodies of Ollama's `/api/generate`. */
import type { FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { ProviderOptions } from "../options.ts";
import { outputRoom, stopsOf, unsetOmitted } from "../request-fields.ts";
import { contextTokensFor, type OllamaModel } from "./ollama-models.ts";

interface BodyFacts {
  readonly options: ProviderOptions;
  readonly facts: OllamaModel;
  readonly shape: PromptShape;
}

export function completionBody(prompt: FimPrompt, { options, facts, shape }: BodyFacts): object {
  const { temperature, topP, randomSeed, isStreamed } = options;
  const common = unsetOmitted({
    model: facts.model,
    stream: isStreamed,
    keep_alive: keepAlive(options),
    options: unsetOmitted({
      num_predict: outputRoom(prompt, shape),
      num_ctx: contextTokensFor(facts),
      temperature,
      top_p: topP,
      seed: randomSeed,
      stop: stopsOf(prompt, shape.maxStops),
    }),
  });
  if (prompt.kind === "rendered") return { ...common, prompt: prompt.text, raw: true };
  if (prompt.kind !== "native")
    throw new Error("bug: the Ollama provider takes native and rendered prompts");
  // If either side is empty, Ollama does not apply its FIM template.
  return { ...common, prompt: prompt.prompt || "\n", suffix: prompt.suffix || "\n" };
}

/** About 40 tokens. */
const probeText =
  "def area(width, height):\n    return width * height\n\ndef volume(a, b, c):\n    return a * b * ";

/**
 * Loads the model and makes it read a fixed text. Uses the same context as completions; otherwise the model would
 * load again.
 */
export function loadBody(options: ProviderOptions, facts: OllamaModel): object {
  return unsetOmitted({
    model: facts.model,
    prompt: probeText,
    raw: true,
    stream: false,
    keep_alive: keepAlive(options),
    options: unsetOmitted({ num_predict: 1, num_ctx: contextTokensFor(facts) }),
  });
}

/** If the user sets nothing, the server's OLLAMA_KEEP_ALIVE applies. */
function keepAlive({ keepAliveMinutes }: ProviderOptions): string | number | undefined {
  if (keepAliveMinutes === undefined) return undefined;
  return keepAliveMinutes < 0 ? -1 : `${keepAliveMinutes}m`;
}
