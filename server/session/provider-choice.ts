/**
 * Which provider answers, and why: settings and keys in, a provider out. `auto` takes Mistral where a key is
 * found and else the workspace model, which needs no provider at all.
 */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { createProvider } from "../providers/index.ts";
import type { ApiKey, ProviderName, ProviderOptions } from "../providers/options.ts";
import { ProviderError, type FimProvider } from "../providers/provider.ts";
import { isLoopback } from "../providers/proxy.ts";
import type { Environment } from "../settings/environment.ts";
import type { Settings } from "../settings/schema.ts";
import { createKeyReader, describeKeySource, type KeyReader } from "../settings/secrets.ts";

export interface ProviderChoiceDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly environment: Environment;
  /** Told of every key before it is used, for the redactor. */
  readonly onKey?: (key: string) => void;
}

export interface ProviderChoice {
  /** `undefined`: the workspace model answers alone. */
  readonly provider: FimProvider | undefined;
  /** For people: what was chosen and why, without the key. */
  readonly reason: string;
  /** For people: why the configured provider cannot be used; `undefined` when all is well. */
  readonly problem: string | undefined;
}

interface Preset {
  readonly name: ProviderName;
  readonly endpoint: string;
  /** Looked at when no other source of a key is configured, best first. */
  readonly keyVariables: readonly string[];
}

const codestral: Preset = {
  name: "mistral",
  endpoint: "https://codestral.mistral.ai/v1",
  keyVariables: ["CODESTRAL_API_KEY"],
};
const mistral: Preset = {
  name: "mistral",
  endpoint: "https://api.mistral.ai/v1",
  keyVariables: ["MISTRAL_API_KEY"],
};

/** Never throws: what cannot be used is told in `problem`. Reads the key, opens no connection. */
export async function chooseProvider(
  settings: Settings,
  dependencies: ProviderChoiceDependencies,
): Promise<ProviderChoice> {
  const name = settings["provider.name"];
  if (name === "workspace") return workspace("provider.name is workspace.");
  const preset = presetFor(settings, dependencies.environment);
  const keys = keyReader(settings, preset, dependencies);
  const found = await keys.read();
  if (name === "auto" && found.kind === "none") {
    return workspace("No key was found: the workspace model answers.");
  }
  if (found.kind === "failed")
    return { ...workspace("The key cannot be read."), problem: found.message };
  if (found.kind === "none" && needsKey(preset)) {
    return {
      ...workspace(`provider.name is ${name}, but there is no key.`),
      problem: `No key was found for ${preset.endpoint}. Set the variable ${preset.keyVariables.join(" or ")}, provider.apiKeyCommand or provider.apiKeyFile.`,
    };
  }
  const from =
    found.kind === "found" ? `, with the key from ${describeKeySource(found.source)}` : "";
  try {
    const provider = await createProvider(toOptions(settings, preset), {
      ...dependencies,
      apiKey: toApiKey(keys, dependencies),
    });
    return {
      provider,
      reason: `${provider.name} at ${provider.endpoint}${from}.`,
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { ...workspace("The provider's settings cannot be used."), problem: error.message };
  }
}

function workspace(reason: string): ProviderChoice {
  return { provider: undefined, reason, problem: undefined };
}

/**
 * A key belongs to the host that it was made for, and its variable says which one. The usual variables are
 * looked at for Mistral's own hosts and for this machine; any other host gets a key only when the settings
 * name its source.
 */
function presetFor(settings: Settings, environment: Environment): Preset {
  const endpoint = settings["provider.endpoint"];
  if (endpoint === undefined) {
    const isSet = (variable: string): boolean => (environment[variable] ?? "").trim() !== "";
    return codestral.keyVariables.some(isSet) ? codestral : mistral;
  }
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  const usual =
    host === "codestral.mistral.ai"
      ? [codestral, mistral]
      : host.endsWith(".mistral.ai") || isLoopback(host)
        ? [mistral, codestral]
        : [];
  return {
    name: "mistral",
    endpoint,
    keyVariables: usual.flatMap(({ keyVariables }) => keyVariables),
  };
}

function needsKey({ endpoint }: Preset): boolean {
  return URL.canParse(endpoint) && new URL(endpoint).hostname.endsWith(".mistral.ai");
}

function keyReader(
  settings: Settings,
  { keyVariables }: Preset,
  { environment, clock }: ProviderChoiceDependencies,
): KeyReader {
  return createKeyReader({ settings, environment, usualVariables: keyVariables, clock });
}

function toApiKey(keys: KeyReader, { onKey }: ProviderChoiceDependencies): ApiKey {
  return {
    async read() {
      const result = await keys.read();
      if (result.kind === "none") return undefined;
      if (result.kind === "found") {
        onKey?.(result.key);
        return result.key;
      }
      const { message } = result;
      throw new ProviderError({ kind: "unauthorized", isRetryable: false, message });
    },
    async renew() {
      const key = await keys.renew();
      if (key !== undefined) onKey?.(key);
      return key;
    },
  };
}

function toOptions(settings: Settings, { name, endpoint }: Preset): ProviderOptions {
  const temperature = settings["provider.temperature"];
  const topP = settings["provider.topP"];
  const minTokens = settings["provider.minTokens"];
  const randomSeed = settings["provider.randomSeed"];
  const proxy = settings["provider.proxy"];
  const caFile = settings["provider.caFile"];
  return {
    name,
    endpoint,
    model: settings["provider.model"],
    isStreamed: settings["provider.stream"],
    usesPromptCacheKey: settings["provider.promptCacheKey"],
    firstByteTimeoutMs: settings["provider.firstByteTimeoutMs"],
    requestTimeoutMs: settings["provider.requestTimeoutMs"],
    allowsInsecure: settings["provider.allowInsecure"],
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(minTokens !== undefined && { minTokens }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(proxy !== undefined && { proxy }),
    ...(caFile !== undefined && { caFile }),
  };
}
