/**
 * Ollama's `/api/generate`: `suffix` where the model's own template takes one, else raw text from our template.
 * Streams are lines of JSON; an error may come in one of them, under status 200.
 */
import * as z from "zod/mini";

import type { FimRequest } from "../../engine/prompt/prompt.ts";
import { answerValues } from "../answer/answer-values.ts";
import { createAskProbabilities } from "../answer/asking-probabilities.ts";
import { createTextEvents } from "../answer/text-events.ts";
import { tokenProbabilities } from "../answer/token-probabilities.ts";
import { createApiClient } from "../http/api-client.ts";
import { createLearning } from "../server-facts.ts";
import { unexpectedValue } from "../answer/completion-chunk.ts";
import { chooseOllamaModel, ollamaShape, showModel } from "./ollama-models.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import type { FimProvider, ProviderFacts } from "../provider.ts";
import { callFor, outputRoom, stopsOf, unsetOmitted } from "../request-fields.ts";

/** Between thoughts a model that is loaded anew costs seconds; Ollama's own default is 5 minutes. */
const keepAlive = "30m";

const lineSchema = z.object({
  response: z.optional(z.string()),
  done: z.optional(z.boolean()),
  done_reason: z.optional(z.string()),
  // Whatever it is, it must not cost the answer.
  logprobs: z.optional(z.unknown()),
  // Its counts leave out what was cached: they say nothing about the length of the prompt.
});

export function createOllamaProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  let { model } = options;
  let shape = ollamaShape(options, {
    model: model ?? "",
    takesSuffix: false,
    contextLength: undefined,
  });
  const learning = createLearning();
  // Known since 0.12.11, ignored before.
  const askProbabilities = createAskProbabilities({ logprobs: true });
  const client = createApiClient({
    endpoint: options,
    dependencies,
    remedy: (status) =>
      status === 404 && model !== undefined
        ? `The model is not there yet: ollama pull ${model}`
        : undefined,
  });

  const bodyOf = ({ prompt }: FimRequest): object => {
    const { temperature, topP, randomSeed, isStreamed } = options;
    const common = {
      model,
      stream: isStreamed,
      keep_alive: keepAlive,
      options: unsetOmitted({
        num_predict: outputRoom(prompt, shape),
        num_ctx: shape.contextLength,
        temperature,
        top_p: topP,
        seed: randomSeed,
        stop: stopsOf(prompt, shape.maxStops),
      }),
    };
    if (prompt.kind === "rendered") return { ...common, prompt: prompt.text, raw: true };
    if (prompt.kind !== "native")
      throw new Error("bug: the Ollama provider takes native and rendered prompts");
    // An empty text on either side makes Ollama leave its FIM template out.
    return { ...common, prompt: prompt.prompt || "\n", suffix: prompt.suffix || "\n" };
  };

  const learn = async (signal: AbortSignal): Promise<ProviderFacts> => {
    model ??= await chooseOllamaModel(client, signal);
    const facts = await showModel(client, model, signal);
    shape = ollamaShape(options, facts);
    const { contextLength, takesSuffix } = facts;
    const supportsFim = takesSuffix || shape.template !== undefined;
    return { supportsFim, ...(contextLength !== undefined && { contextLength }) };
  };

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
    warmUp: (signal) => learning.run(() => learn(signal)),
    async *complete(request, signal) {
      await learning.finished(() => shape, signal);
      const call = callFor(request, signal);
      const response = await askProbabilities(request.wantsProbabilities === true, (fields) =>
        client.post("/api/generate", { ...bodyOf(request), ...fields }, call),
      );
      const textEvents = createTextEvents();
      for await (const value of answerValues(response, client.url)) {
        const parsed = lineSchema.safeParse(value);
        const { response: text, done, done_reason, logprobs } = parsed.data ?? {};
        if (text === undefined && done === undefined)
          throw unexpectedValue(value, client.url, call.sent);
        yield* textEvents(text ?? "", tokenProbabilities(logprobs));
        if (done !== true) continue;
        response.expectEnd();
        yield { kind: "end", finishReason: done_reason === "length" ? "length" : "stop" };
        return;
      }
      yield { kind: "end", finishReason: "truncated" };
    },
    close: () => client.close(),
  };
}
