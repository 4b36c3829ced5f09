/**
 * `/completions` of the OpenAI form: vLLM, LM Studio, TGI, Together, Fireworks, gateways. Where `suffix` works it
 * is used, which is probed once with text of our own; elsewhere the family's template is rendered.
 */
import * as z from "zod/mini";

import type { TokenCount } from "../../engine/document.ts";
import type { FimRequest, PromptShape } from "../../engine/prompt/prompt.ts";
import { templateFor } from "../../engine/prompt/templates.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createApiClient } from "../http/api-client.ts";
import { createLearning } from "../server-facts.ts";
import { completionEvents } from "../answer/completion-events.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import type { FimProvider, ProviderFacts } from "../provider.ts";
import { isLoopback } from "../http/proxy.ts";
import {
  callFor,
  outputRoom,
  renderedShape,
  samplingFields,
  stopsOf,
  unsetOmitted,
  withLearntContext,
} from "../request-fields.ts";
import { takesSuffix } from "./suffix-probe.ts";

const modelsSchema = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.optional(z.nullable(z.number())) })),
});

export function createOpenaiProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  let { model } = options;
  let shape = renderedShape(options.template ?? templateFor(model ?? ""));
  const learning = createLearning();
  const askProbabilities = createAskProbabilities({ logprobs: 1 });
  const client = createApiClient({
    endpoint: options,
    dependencies,
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  const learn = async (signal: AbortSignal): Promise<ProviderFacts> => {
    const list = modelsSchema.safeParse(await client.get("/models", { signal, isPatient: true }));
    const found = list.data?.data.find(({ id }) => model === undefined || id === model);
    model ??= found?.id;
    const isNative = options.template === undefined && (await takesSuffix(client, model, signal));
    const contextLength = (found?.max_model_len ?? undefined) as TokenCount | undefined;
    const base: PromptShape = isNative
      ? { kind: "native", order: "prefixFirst", snippets: "none", maxStops: 4 }
      : renderedShape(options.template ?? templateFor(model ?? ""));
    shape = { ...base, ...(contextLength !== undefined && { contextLength }) };
    const supportsFim = isNative || shape.template !== undefined;
    return { supportsFim, ...(contextLength !== undefined && { contextLength }) };
  };

  const bodyOf = ({ prompt }: FimRequest): object => {
    if (prompt.kind !== "native" && prompt.kind !== "rendered") {
      throw new Error("bug: the OpenAI provider takes native and rendered prompts");
    }
    const texts =
      prompt.kind === "native"
        ? { prompt: prompt.prompt, suffix: prompt.suffix }
        : { prompt: prompt.text };
    return unsetOmitted({
      model,
      ...texts,
      max_tokens: outputRoom(prompt, shape),
      ...samplingFields(options),
      stop: stopsOf(prompt, shape.maxStops),
      stream: options.isStreamed,
    });
  };

  return {
    name: "openai",
    get model() {
      return model ?? "the loaded model";
    },
    endpoint: client.url,
    isMetered: !isLoopback(new URL(client.url).hostname),
    get shape() {
      return shape;
    },
    async warmUp(signal) {
      const facts = await learning.run(() => learn(signal));
      // Not every such server lists its models.
      return facts.failure?.kind === "rejected" ? {} : facts;
    },
    async *complete(request, signal) {
      await learning.finished(() => shape, signal);
      const call = callFor(request, signal);
      const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
        client.post("/completions", { ...bodyOf(request), ...fields }, call),
      );
      yield* completionEvents(response, { url: client.url, sent: call.sent });
    },
    close: () => client.close(),
  };
}
