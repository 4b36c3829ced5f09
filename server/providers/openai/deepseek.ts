/** DeepSeek's FIM completion (beta): the OpenAI form with `suffix`, at most 4096 tokens and 16 stops. */
import type { FimRequest, PromptShape } from "../../engine/prompt/prompt.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createApiClient } from "../http/api-client.ts";
import { completionEvents } from "../answer/completion-events.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import { ProviderError, type FimProvider } from "../provider.ts";
import {
  callFor,
  outputRoom,
  samplingFields,
  stopsOf,
  unsetOmitted,
  withLearntContext,
} from "../request-fields.ts";

const maxOutputTokens = 4096;

export function createDeepseekProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  // The name on the price page, which lists FIM for both V4 models. deepseek-chat was turned off on 2026-07-24.
  const { model = "deepseek-flash" } = options;
  let shape: PromptShape = {
    kind: "native",
    order: "prefixFirst",
    // The model was not trained on the form in which Mistral's users pass other files.
    snippets: "none",
    maxStops: 16,
  };
  const askProbabilities = createAskProbabilities({ logprobs: 1 });
  const client = createApiClient({
    endpoint: options,
    dependencies,
    remedy: (status) =>
      status === 402
        ? "The account has no balance: top it up at platform.deepseek.com."
        : undefined,
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  const bodyOf = ({ prompt }: FimRequest): object => {
    if (prompt.kind !== "native")
      throw new Error("bug: the DeepSeek provider takes native prompts");
    return unsetOmitted({
      model,
      prompt: prompt.prompt,
      suffix: prompt.suffix,
      max_tokens: Math.min(outputRoom(prompt, shape), maxOutputTokens),
      ...samplingFields(options),
      // The only sampling field that this API lacks.
      seed: undefined,
      stop: stopsOf(prompt, shape.maxStops),
      stream: options.isStreamed,
    });
  };

  return {
    name: "deepseek",
    model,
    endpoint: client.url,
    isMetered: true,
    get shape() {
      return shape;
    },
    async warmUp(signal) {
      try {
        await client.get("/models", { signal, isPatient: true });
        return {};
      } catch (error) {
        // The beta path may not list models, so only a refused key is meaningful.
        return error instanceof ProviderError && error.kind !== "rejected"
          ? { failure: error }
          : {};
      }
    },
    async *complete(request, signal) {
      const call = callFor(request, signal);
      const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
        client.post("/completions", { ...bodyOf(request), ...fields }, call),
      );
      yield* completionEvents(response, { url: client.url, sent: call.sent });
    },
    close: () => client.close(),
  };
}
