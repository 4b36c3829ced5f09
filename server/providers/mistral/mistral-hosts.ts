/** The hosts that serve Mistral's FIM API, and how each is addressed. */
import type { ProviderOptions } from "../options.ts";

/** The endpoints for the two kinds of key. Keys are not interchangeable. */
export const codestralEndpoint = "https://codestral.mistral.ai/v1";
export const mistralEndpoint = "https://api.mistral.ai/v1";

const defaultModel = "codestral-latest";

const inceptionModel = "mercury-edit-2";

const mistralsOwn = { knowsPlusHeaders: true, takesOwnFields: true };

const noUrl = { hostname: "", pathname: "" };

export interface Route {
  /** Path after the endpoint. */
  readonly path: string;
  readonly model: string;
  readonly hasModelList: boolean;
  /** The model was trained on the form in which Mistral's users pass other files. */
  readonly knowsPlusHeaders: boolean;
  /** Accepts the fields that only Mistral's API has. */
  readonly takesOwnFields: boolean;
}

/**
 * Vertex serves the same body under its own path, which contains the model:
 * `.../publishers/mistralai/models/codestral@2405`. Its key is a token printed by a command.
 */
export function routeOf({ endpoint, model, isStreamed }: ProviderOptions): Route {
  // The client refuses an invalid URL and names the setting.
  const { hostname, pathname } = URL.canParse(endpoint) ? new URL(endpoint) : noUrl;
  if (hostname.endsWith("aiplatform.googleapis.com")) {
    const path = isStreamed ? ":streamRawPredict" : ":rawPredict";
    const named = /\/models\/([^/@]+)/.exec(pathname)?.[1];
    return { ...mistralsOwn, path, model: named ?? model ?? defaultModel, hasModelList: false };
  }
  if (hostname.endsWith("inceptionlabs.ai")) {
    // Its FIM API has the same path, `prompt` and `suffix` (docs.inceptionlabs.ai). No model of it is Mistral's.
    const chosen = model === undefined || model === defaultModel ? inceptionModel : model;
    const fields = { knowsPlusHeaders: false, takesOwnFields: false };
    return { path: "/fim/completions", model: chosen, hasModelList: false, ...fields };
  }
  return {
    ...mistralsOwn,
    path: "/fim/completions",
    model: model ?? defaultModel,
    hasModelList: !isAzure(endpoint),
  };
}

export function isAzure(endpoint: string): boolean {
  return URL.canParse(endpoint) && new URL(endpoint).hostname.endsWith(".azure.com");
}

/** Each host refuses keys of the other. */
export function otherHost(endpoint: string): string | undefined {
  const { hostname } = new URL(endpoint);
  const other = { "codestral.mistral.ai": mistralEndpoint, "api.mistral.ai": codestralEndpoint }[
    hostname
  ];
  if (other === undefined) return undefined;
  return `Check the key; one for ${other} needs that as provider.endpoint.`;
}
