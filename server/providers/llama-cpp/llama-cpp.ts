/**
 * llama.cpp's `/infill`. The server crops what is too long without a word, computes one prompt at a time, and
 * notices an abort late while it reads a prompt: windows are fitted to what it takes, requests follow each
 * other, and one that is aborted before its first token is let be until then, which fills the cache.
 */
import type { FimRequest } from "../../engine/prompt/prompt.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createApiClient } from "../http/api-client.ts";
import { createLearning } from "../server-facts.ts";
import { infillEvents, responseFields } from "./llama-cpp-events.ts";
import { cropsFound, isNew, learnLimits, usualShape, whenLoaded } from "./llama-cpp-server.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import { ProviderError, type FimEvent, type FimProvider, type ProviderFacts } from "../provider.ts";
import {
  callFor,
  outputRoom,
  stopsOf,
  unsetOmitted,
  withLearntContext,
} from "../request-fields.ts";
import { createOneAtATime } from "./one-at-a-time.ts";

export function createLlamaCppProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  const { clock, log } = dependencies;
  let { model } = options;
  let shape = usualShape;
  const oneAtATime = createOneAtATime();
  const askProbabilities = createAskProbabilities({ n_probs: 1 });
  const learning = createLearning();
  const client = createApiClient({
    endpoint: options,
    dependencies,
    remedy: (status) =>
      status === 501 ? "Load a model that was trained to fill in the middle." : undefined,
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  const bodyOf = ({ prompt }: FimRequest): object => {
    if (prompt.kind !== "infill")
      throw new Error("bug: the llama.cpp provider takes infill prompts");
    const { temperature, topP, randomSeed, isStreamed } = options;
    const extra = prompt.snippets.map(({ path, text }) => ({ filename: path, text: `${text}\n` }));
    return unsetOmitted({
      input_prefix: prompt.prefix,
      // Put at the end of the prefix by the server.
      prompt: prompt.linePrefix,
      input_suffix: prompt.suffix,
      input_extra: extra.length === 0 ? undefined : extra,
      n_predict: outputRoom(prompt, shape),
      temperature,
      top_p: topP,
      seed: randomSeed,
      stop: stopsOf(prompt, shape.maxStops),
      cache_prompt: true,
      // One slot is ours, so that its cache is; a chat on the same server has the others.
      id_slot: 0,
      stream: isStreamed,
      response_fields: responseFields,
    });
  };

  async function* ask(request: FimRequest, signal: AbortSignal): AsyncGenerator<FimEvent> {
    const call = callFor(request, signal);
    const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
      client.post("/infill", { ...bodyOf(request), ...fields }, call),
    );
    yield* infillEvents(response, { url: client.url, sent: call.sent }, (seen) => {
      const crops = cropsFound(seen, request.prompt, shape);
      if (crops === undefined) return;
      shape = { ...shape, ...crops };
      log.write("info", "llama.cpp cropped a prompt: windows are smaller from now on");
    });
  }

  const learn = async (signal: AbortSignal): Promise<ProviderFacts> => {
    await whenLoaded(client, clock, signal);
    const limits = await oneAtATime.run((work) => learnLimits(client, work), signal);
    if (isNew(limits.shape, shape)) shape = { ...shape, ...limits.shape };
    model ??= limits.model;
    return limits.facts;
  };

  return {
    name: "llama-cpp",
    get model() {
      return model ?? "the loaded model";
    },
    endpoint: client.url,
    isMetered: false,
    get shape() {
      return shape;
    },
    warmUp: (signal) => learning.run(() => learn(signal)),
    async *complete(request, signal) {
      await learning.finished(() => shape, signal);
      try {
        yield* oneAtATime.stream((work) => ask(request, work), signal);
      } catch (error) {
        const isLoading = error instanceof ProviderError && error.status === 503;
        if (!isLoading) throw error;
        // Loading a model is no failure: the request waits for it, as long as nobody gives it up.
        await whenLoaded(client, clock, signal);
        yield* oneAtATime.stream((work) => ask(request, work), signal);
      }
    },
    close: () => client.close(),
  };
}
