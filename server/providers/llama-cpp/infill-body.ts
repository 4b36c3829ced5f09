/** The body of llama.cpp's `/infill`. */
import type { FimPrompt, PromptShape } from "../../engine/prompt/prompt.ts";
import type { ProviderOptions } from "../options.ts";
import { outputRoom, stopsOf, unsetOmitted } from "../request-fields.ts";
import { responseFields } from "./llama-cpp-events.ts";

export function infillBody(
  prompt: FimPrompt,
  options: ProviderOptions,
  shape: PromptShape,
): object {
  if (prompt.kind !== "infill") throw new Error("bug: the llama.cpp provider takes infill prompts");
  const { model, temperature, topP, randomSeed, isStreamed } = options;
  const extra = prompt.snippets.map(({ path, text }) => ({ filename: path, text: `${text}\n` }));
  return unsetOmitted({
    // A router for several models uses this field. A server with one model ignores it.
    model,
    input_prefix: prompt.prefix,
    // The server appends this to the prefix.
    prompt: prompt.linePrefix,
    input_suffix: prompt.suffix,
    input_extra: extra.length === 0 ? undefined : extra,
    n_predict: outputRoom(prompt, shape),
    temperature,
    top_p: topP,
    seed: randomSeed,
    stop: stopsOf(prompt, shape.maxStops),
    cache_prompt: true,
    // Always uses the same slot, so that its cache stays ours. A chat on the same server uses the other slots.
    id_slot: 0,
    stream: isStreamed,
    // The first event then reports how fast the prompt was read, even if the answer is stopped early.
    timings_per_token: true,
    response_fields: responseFields,
  });
}
