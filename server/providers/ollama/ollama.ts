/**
 * Ollama's `/api/generate`: uses `suffix` if the model's own template accepts one, otherwise raw text rendered with
 * our template. Streams are lines of JSON. A line may contain an error, under status 200.
 */
import type { FimRequest } from "../../engine/prompt/prompt.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createApiClient } from "../http/api-client.ts";
import { createLearning } from "../local/server-facts.ts";
import { createServerPace, type RequestCall } from "../local/server-pace.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import {
  onlyServerErrors,
  type FimEvent,
  type FimProvider,
  type ProviderFacts,
} from "../provider.ts";
import { withoutPath } from "../request-fields.ts";
import { generateEvents, noteReading } from "./ollama-events.ts";
import { chooseOllamaModel, ollamaShape, showModel, unknownModel } from "./ollama-models.ts";
import { completionBody, loadBody } from "./ollama-request.ts";

export function createOllamaProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  let { model } = options;
  let facts = unknownModel(model ?? "");
  let shape = ollamaShape(options, facts);
  // Supported since 0.12.11, ignored before.
  const askProbabilities = createAskProbabilities({ logprobs: true });
  const pace = createServerPace(dependencies.clock, { isSerial: false });
  const client = createApiClient({
    endpoint: withoutPath(options, /\/(?:v1|api)(?:\/generate)?$/),
    dependencies,
    remedy: (status, { message }) =>
      status === 404 && model !== undefined && message.includes(model)
        ? `The model is not there yet: ollama pull ${model}`
        : undefined,
  });

  async function* generate(request: FimRequest, call: RequestCall): AsyncGenerator<FimEvent> {
    const body = completionBody(request.prompt, { options, facts, shape });
    const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
      client.post("/api/generate", { ...body, ...fields }, call),
    );
    yield* generateEvents(response, { url: client.url, sent: call.sent }, pace.speed);
  }

  const load = async (signal: AbortSignal): Promise<void> => {
    const body = loadBody(options, facts);
    const answer = await pace.probe((call) => client.ask("/api/generate", body, call), signal);
    noteReading(answer, pace.speed);
  };

  const learn = async (signal: AbortSignal): Promise<ProviderFacts> => {
    model ??= await chooseOllamaModel(client, signal);
    facts = await showModel(client, model, signal);
    shape = ollamaShape(options, facts);
    const { contextLength, takesSuffix } = facts;
    const supportsFim = takesSuffix || shape.template !== undefined;
    await load(signal).catch(onlyServerErrors);
    return { supportsFim, ...(contextLength !== undefined && { contextLength }) };
  };

  const learning = createLearning(learn, () => [shape, pace.isSlow]);

  return {
    name: "ollama",
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
      return pace.isLoading;
    },
    warmUp: (signal) => learning.run(signal),
    async *complete(request, signal) {
      await learning.finished(signal);
      yield* pace.ask(request, (call) => generate(request, call), signal);
    },
    close: () => client.close(),
  };
}
