/**
 * Mistral's FIM API (`POST /fim/completions`), hosted or self-hosted. Its request schema forbids unknown fields, so
 * only documented fields are sent, only if set, and never as null.
 */
import type { PromptShape } from "../../engine/prompt/prompt.ts";
import { createApiClient } from "../http/api-client.ts";
import { isAzure, otherHost, routeOf } from "./mistral-hosts.ts";
import { modelFacts } from "./mistral-models.ts";
import { completionEvents } from "../answer/completion-events.ts";
import { createBodies } from "./mistral-request.ts";
import { callFor, withLearntContext, withoutPath } from "../request-fields.ts";
import type { ProviderDependencies, ProviderOptions } from "../options.ts";
import { ProviderError, type FimProvider, type ProviderFacts } from "../provider.ts";

export function createMistralProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): FimProvider {
  const bodyOf = createBodies(options);
  const route = routeOf(options);
  let shape: PromptShape = {
    kind: "native",
    order: "suffixFirst",
    snippets: route.knowsPlusHeaders ? "plusHeader" : "none",
    maxStops: 16,
  };
  let requestsPerMinute: number | undefined;
  let tokensPerMinute: number | undefined;
  let isDeprecationTold = false;
  const client = createApiClient({
    endpoint: withoutPath(options, /\/fim\/completions$/),
    dependencies,
    ...(isAzure(options.endpoint) && { keyHeader: (key: string) => ({ "api-key": key }) }),
    remedy: (status, { isWithoutFim }) =>
      isWithoutFim
        ? `${route.model} cannot fill in the middle: set provider.model to codestral-latest.`
        : status === 401
          ? otherHost(options.endpoint)
          : undefined,
    onHeaders(header) {
      const limitOf = (name: string): number => Number(header(`x-ratelimit-limit-${name}`) ?? 0);
      if (limitOf("req-minute") > 0) requestsPerMinute = limitOf("req-minute");
      if (limitOf("tokens-minute") > 0) tokensPerMinute = limitOf("tokens-minute");
      const goesOn = header("x-model-deprecation-timestamp");
      if (goesOn === undefined || isDeprecationTold) return;
      isDeprecationTold = true;
      dependencies.log.write(
        "warn",
        `the model ${route.model} will be removed (${goesOn.slice(0, 40)})`,
      );
    },
    onRefusal(_status, body) {
      shape = withLearntContext(shape, body);
    },
  });

  return {
    name: "mistral",
    model: route.model,
    endpoint: client.url,
    isMetered: true,
    get requestsPerMinute() {
      return requestsPerMinute;
    },
    get tokensPerMinute() {
      return tokensPerMinute;
    },
    get shape() {
      return shape;
    },
    async warmUp(signal): Promise<ProviderFacts> {
      if (!route.hasModelList) return {};
      try {
        const list = await client.get("/models", { signal, isPatient: true });
        const facts = modelFacts(list, route.model);
        const { contextLength } = facts;
        if (contextLength !== undefined) shape = { ...shape, contextLength };
        return { ...facts, ...(requestsPerMinute !== undefined && { requestsPerMinute }) };
      } catch (error) {
        // A key of the Codestral host may not be allowed to list models, so only a refused key is meaningful.
        const isTelling =
          error instanceof ProviderError && error.kind !== "rejected" && error.status !== 403;
        return isTelling ? { failure: error } : {};
      }
    },
    async *complete(request, signal) {
      const call = callFor(request, signal);
      const response = await client.post(route.path, bodyOf(request, shape), call);
      yield* completionEvents(response, { url: client.url, sent: call.sent });
    },
    close: () => client.close(),
  };
}
