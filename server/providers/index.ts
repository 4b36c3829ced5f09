/** Every provider by name: a new one is its file and one line here. Loaded when it is chosen, not before. */
import type { ProviderDependencies, ProviderName, ProviderOptions } from "./options.ts";
import type { FimProvider } from "./provider.ts";

type ProviderFactory = (
  options: ProviderOptions,
  dependencies: ProviderDependencies,
) => FimProvider;

const factories: Readonly<Partial<Record<ProviderName, () => Promise<ProviderFactory>>>> = {
  mistral: async () => (await import("./mistral.ts")).createMistralProvider,
};

/** @throws ProviderError when an option cannot be used, as an endpoint that is no URL. Opens no connection. */
export async function createProvider(
  options: ProviderOptions,
  dependencies: ProviderDependencies,
): Promise<FimProvider> {
  const load = factories[options.name];
  if (load === undefined) throw new Error(`bug: no provider is called ${options.name}`);
  return (await load())(options, dependencies);
}
