/**
 * llama.cpp's `/infill`. The server crops long prompts silently, computes one prompt at a time, and notices an
 * abort late while it reads a prompt. Windows are therefore fitted to its limits and requests run one after
 * another. A request that is aborted before its first token continues until then, which fills the cache.
 */
import type { FimRequest } from "../../engine/prompt/prompt.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createApiClient } from "../http/api-client.ts";
import { createLearning } from "../local/server-facts.ts";
import { createServerPace, type RequestCall } from "../local/server-pace.ts";
import { infillEvents } from "./llama-cpp-events.ts";
import { infillBody } from "./infill-body.ts";
import {
  cropsFound,
  probeInfill,
  readProps,
  snippetsIn,
  usualShape,
  whenLoaded,
} from "./llama-cpp-server.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import { ProviderError, type FimEvent, type FimProvider, type ProviderFacts } from "../provider.ts";
import { withLearntContext, withoutPath } from "../request-fields.ts";

export function createLlamaCppProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  const { clock, log } = dependencies;
  let { model } = options;
  let shape = usualShape;
  const askProbabilities = createAskProbabilities({ n_probs: 1 });
  const pace = createServerPace(clock, { isSerial: true });
  let waitingForLoad = 0;
  const client = createApiClient({
    endpoint: withoutPath(options, /\/(?:v1|infill|completions?|v1\/completions)$/),
    dependencies,
    remedy: (status) =>
      status === 501 ? "Load a model that was trained to fill in the middle." : undefined,
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  async function* infill(request: FimRequest, call: RequestCall): AsyncGenerator<FimEvent> {
    const body = infillBody(request.prompt, options, shape);
    const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
      client.post("/infill", { ...body, ...fields }, call),
    );
    yield* infillEvents(
      response,
      { url: client.url, sent: call.sent },
      {
        onTimings: ({ prompt_n, prompt_ms }) => pace.speed.noteTold(prompt_n, prompt_ms),
        onPrompt(seen) {
          const crops = cropsFound(seen, request.prompt, shape);
          if (crops === undefined) return;
          shape = { ...shape, ...crops };
          log.write("info", "llama.cpp cropped a prompt: windows are smaller from now on");
        },
      },
    );
  }

  const loaded = async (signal: AbortSignal): Promise<void> => {
    waitingForLoad += 1;
    await whenLoaded(client, clock, signal).finally(() => (waitingForLoad -= 1));
  };

  const learn = async (signal: AbortSignal): Promise<ProviderFacts> => {
    await loaded(signal);
    const { contextLength, model: loadedModel } = await readProps(client, signal);
    model ??= loadedModel;
    if (contextLength !== undefined)
      shape = { ...shape, contextLength, snippets: snippetsIn(contextLength) };
    const facts = contextLength === undefined ? {} : { contextLength };
    const probed = await pace.probe((call) => probeInfill(client, call), signal);
    if (probed.kind === "refused")
      return probed.isWithoutFim ? { ...facts, supportsFim: false } : facts;
    const { order, timings } = probed;
    pace.speed.noteTold(timings?.prompt_n, timings?.prompt_ms);
    if (order !== shape.order) shape = { ...shape, order };
    return { ...facts, supportsFim: true };
  };

  const learning = createLearning(learn, () => [shape, pace.isSlow]);

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
    get readingSpeed() {
      return pace.speed.tokensPerSecond;
    },
    get isLoading() {
      return waitingForLoad > 0 || pace.isLoading;
    },
    warmUp: (signal) => learning.run(signal),
    async *complete(request, signal) {
      await learning.finished(signal);
      const ask = () => pace.ask(request, (call) => infill(request, call), signal);
      try {
        yield* ask();
      } catch (error) {
        if (!(error instanceof ProviderError) || error.status !== 503) throw error;
        // A loading model is not a failure: the request waits for it until the request is given up.
        await loaded(signal);
        yield* ask();
      }
    },
    close: () => client.close(),
  };
}
