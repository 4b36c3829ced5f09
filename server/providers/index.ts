/**
 * Every provider by name: a new one is its file and one line in this table. A provider is loaded when it is
 * chosen, not before.
 */
import { codestralEndpoint, mistralEndpoint } from "./mistral-hosts.ts";
import type { ProviderDependencies, ProviderName, ProviderOptions } from "./options.ts";
import type { FimProvider } from "./provider.ts";

type ProviderFactory = (
  options: ProviderOptions,
  dependencies: ProviderDependencies,
) => FimProvider;

/** Where a provider's API is found when the settings name no endpoint. */
export interface Preset {
  readonly endpoint: string;
  /** The usual variables of the keys of this host; none: it needs no key. */
  readonly keyVariables: readonly string[];
}

interface Entry {
  readonly load: () => Promise<ProviderFactory>;
  /** The first whose key is there is taken, else the last. */
  readonly presets: readonly [Preset, ...Preset[]];
}

const codestral: Preset = { endpoint: codestralEndpoint, keyVariables: ["CODESTRAL_API_KEY"] };
const mistral: Preset = { endpoint: mistralEndpoint, keyVariables: ["MISTRAL_API_KEY"] };
const deepseek: Preset = {
  endpoint: "https://api.deepseek.com/beta",
  keyVariables: ["DEEPSEEK_API_KEY"],
};

function local(endpoint: string): [Preset] {
  return [{ endpoint, keyVariables: [] }];
}

const providers: Readonly<Record<ProviderName, Entry>> = {
  mistral: {
    load: async () => (await import("./mistral.ts")).createMistralProvider,
    presets: [codestral, mistral],
  },
  deepseek: {
    load: async () => (await import("./deepseek.ts")).createDeepseekProvider,
    presets: [deepseek],
  },
  "llama-cpp": {
    load: async () => (await import("./llama-cpp.ts")).createLlamaCppProvider,
    presets: local("http://127.0.0.1:8012"),
  },
  ollama: {
    load: async () => (await import("./ollama.ts")).createOllamaProvider,
    presets: local("http://127.0.0.1:11434"),
  },
  openai: {
    load: async () => (await import("./openai.ts")).createOpenaiProvider,
    presets: local("http://127.0.0.1:1234/v1"),
  },
};

export function presetsOf(name: ProviderName): readonly [Preset, ...Preset[]] {
  return providers[name].presets;
}

/** @throws ProviderError when an option cannot be used, as an endpoint that is no URL. Opens no connection. */
export async function createProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): Promise<FimProvider> {
  return (await providers[options.name].load())(options, dependencies);
}
