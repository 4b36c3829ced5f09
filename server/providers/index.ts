/**
 * The table of providers by name. A new provider is one file and one line here. A provider is loaded when it is
 * chosen.
 */
import { codestralEndpoint, mistralEndpoint } from "./mistral/mistral-hosts.ts";
import type { ProviderDependencies, ProviderOptions } from "./options.ts";
import type { FimProvider } from "./provider.ts";

type ProviderFactory = (
  options: ProviderOptions,
  dependencies: ProviderDependencies,
) => FimProvider;

/** The location of a provider's API if the settings name no endpoint. */
export interface Preset {
  readonly endpoint: string;
  /** The usual variables for keys of this host. None: the host needs no key. */
  readonly keyVariables: readonly string[];
}

interface Entry {
  readonly load: () => Promise<ProviderFactory>;
  /** The first host whose key is found, otherwise the last. */
  readonly presets: readonly [Preset, ...Preset[]];
}

const codestral: Preset = { endpoint: codestralEndpoint, keyVariables: ["CODESTRAL_API_KEY"] };
const mistral: Preset = { endpoint: mistralEndpoint, keyVariables: ["MISTRAL_API_KEY"] };
const deepseek: Preset = {
  endpoint: "https://api.deepseek.com/beta",
  keyVariables: ["DEEPSEEK_API_KEY"],
};

const providers = {
  mistral: entry(
    async () => (await import("./mistral/mistral.ts")).createMistralProvider,
    codestral,
    mistral,
  ),
  deepseek: entry(
    async () => (await import("./openai/deepseek.ts")).createDeepseekProvider,
    deepseek,
  ),
  "llama-cpp": entry(
    async () => (await import("./llama-cpp/llama-cpp.ts")).createLlamaCppProvider,
    at(8012),
  ),
  ollama: entry(async () => (await import("./ollama/ollama.ts")).createOllamaProvider, at(11434)),
  openai: entry(
    async () => (await import("./openai/openai.ts")).createOpenaiProvider,
    at(1234, "/v1"),
  ),
} satisfies Record<string, Entry>;

/** As in the setting `provider.name`, which also has `auto` and `workspace`. */
export type ProviderName = keyof typeof providers;

/** The usual key variables of all providers. */
export function usualKeyVariables(): readonly string[] {
  const presets: readonly Preset[] = Object.values(providers).flatMap((each) => each.presets);
  return [...new Set(presets.flatMap(({ keyVariables }) => keyVariables))];
}

export function presetsOf(name: ProviderName): readonly [Preset, ...Preset[]] {
  return providers[name].presets;
}

/** @throws ProviderError if an option cannot be used, such as an endpoint that is not a URL. Opens no connection. */
export async function createProvider(
  name: ProviderName,
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): Promise<FimProvider> {
  return (await providers[name].load())(options, dependencies);
}

function entry(load: Entry["load"], ...presets: readonly [Preset, ...Preset[]]): Entry {
  return { load, presets };
}

/** A server on this machine. */
function at(port: number, path = ""): Preset {
  return { endpoint: `http://127.0.0.1:${port}${path}`, keyVariables: [] };
}
