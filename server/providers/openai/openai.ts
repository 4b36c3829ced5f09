/**
 * `/completions` of the OpenAI form: vLLM, LM Studio, TGI, Together, Fireworks, gateways. `suffix` is used where it
 * works, which is probed once with a fixed text. Elsewhere the family's template is rendered.
 */
import type { TokenCount } from "../../engine/document.ts";
import type { FimRequest, PromptShape } from "../../engine/prompt/prompt.ts";
import { templateFor } from "../../engine/prompt/templates.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createApiClient, type ApiCall } from "../http/api-client.ts";
import { createLearning } from "../local/server-facts.ts";
import { createServerPace, type RequestCall } from "../local/server-pace.ts";
import { completionEvents } from "../answer/completion-events.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import {
  onlyServerErrors,
  type FimEvent,
  type FimProvider,
  type ProviderFacts,
} from "../provider.ts";
import { isLoopback } from "../http/proxy.ts";
import { callFor, renderedShape, withLearntContext, withoutPath } from "../request-fields.ts";
import { completionBody, readModels } from "./openai-wire.ts";
import { probeSuffix } from "./suffix-probe.ts";

export function createOpenaiProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  let { model } = options;
  let shape = renderedShape(options.template ?? templateFor(model ?? ""));
  const askProbabilities = createAskProbabilities({ logprobs: 1 });
  const client = createApiClient({
    endpoint: withoutPath(options, /\/(?:chat\/)?completions$/),
    dependencies,
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  const isMetered = !isLoopback(new URL(client.url).hostname);
  /** The response time of a remote service says nothing about the prompt. */
  const pace = isMetered ? undefined : createServerPace(dependencies.clock, { isSerial: false });

  const probe = (call: ApiCall) => probeSuffix(client, model, call);

  const takesSuffix = async (signal: AbortSignal): Promise<boolean> => {
    try {
      const probed = await (pace?.probe(probe, signal) ?? probe({ signal, isPatient: true }));
      pace?.speed.noteTold(probed.timings?.prompt_n, probed.timings?.prompt_ms);
      return probed.takesSuffix;
    } catch (error) {
      onlyServerErrors(error);
      return false;
    }
  };

  const learn = async (signal: AbortSignal): Promise<ProviderFacts> => {
    const list = await readModels(client, signal);
    const found = list.find(({ id }) => model === undefined || id === model);
    model ??= found?.id;
    const isNative = options.template === undefined && (await takesSuffix(signal));
    const contextLength = (found?.max_model_len ?? undefined) as TokenCount | undefined;
    const base: PromptShape = isNative
      ? { kind: "native", order: "prefixFirst", snippets: "none", maxStops: 4 }
      : renderedShape(options.template ?? templateFor(model ?? ""));
    shape = { ...base, ...(contextLength !== undefined && { contextLength }) };
    const supportsFim = isNative || shape.template !== undefined;
    return { supportsFim, ...(contextLength !== undefined && { contextLength }) };
  };

  async function* completion(request: FimRequest, call: RequestCall): AsyncGenerator<FimEvent> {
    const body = completionBody(request.prompt, { options, model, shape });
    const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
      client.post("/completions", { ...body, ...fields }, call),
    );
    yield* completionEvents(response, {
      url: client.url,
      sent: call.sent,
      onTimings: ({ prompt_n, prompt_ms }) => pace?.speed.noteTold(prompt_n, prompt_ms),
    });
  }

  const learning = createLearning(learn, () => [shape, pace?.isSlow]);

  return {
    name: "openai",
    get model() {
      return model ?? "the loaded model";
    },
    endpoint: client.url,
    isMetered,
    get shape() {
      return shape;
    },
    get readingSpeed() {
      return pace?.speed.tokensPerSecond;
    },
    get isLoading() {
      return pace?.isLoading ?? false;
    },
    warmUp: (signal) => learning.run(signal),
    async *complete(request, signal) {
      await learning.finished(signal);
      const ask = (call: RequestCall) => completion(request, call);
      yield* pace?.ask(request, ask, signal) ?? ask(callFor(request, signal));
    },
    close: () => client.close(),
  };
}
