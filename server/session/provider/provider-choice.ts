/**
 * Which provider answers, and why: settings and keys in, a provider out. `auto` takes Mistral where a key is
 * found, else a model server that runs on this machine, else the workspace model, which needs no provider.
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { FimTemplate } from "../../engine/prompt/templates.ts";
import { findLocalServers, usualServers, type LocalServer } from "../../providers/detect.ts";
import {
  createProvider,
  presetsOf,
  type Preset,
  type ProviderName,
} from "../../providers/index.ts";
import type { ApiKey, ProviderOptions } from "../../providers/options.ts";
import { ProviderError, type FimProvider } from "../../providers/provider.ts";
import { isLoopback } from "../../providers/http/proxy.ts";
import type { Environment } from "../../settings/environment.ts";
import { defaultSettings, type Settings } from "../../settings/schema.ts";
import type { ServerConsent } from "./server-consent.ts";
import { createKeyReader, describeKeySource, type KeyReader } from "../../settings/secrets.ts";

export interface LocalServerDependencies {
  /** Where `auto` looks for model servers; by default the usual places. */
  readonly localServers?: readonly LocalServer[] | undefined;
  /** Asked before a server that was found is used; without it none is. */
  readonly serverConsent?: Pick<ServerConsent, "of" | "renew"> | undefined;
}

export interface ProviderChoiceDependencies extends LocalServerDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly environment: Environment;
  /** Gets every key before it is used, for the redactor. */
  readonly onKey?: (key: string) => void;
  /** As in `ProviderDependencies`. */
  readonly extraFields?: Readonly<Record<string, unknown>>;
}

export interface ProviderChoice {
  /** `undefined`: the workspace model answers alone. */
  readonly provider: FimProvider | undefined;
  /** For people: what was chosen and why, without the key. */
  readonly reason: string;
  /** For people: why the configured provider cannot be used; `undefined` when all is well. */
  readonly problem: string | undefined;
  /** `problem` in less than a line of a terminal, with the remedy first. */
  readonly brief?: string;
  /** There is no key that could be used, so the workspace model answers alone. */
  readonly isKeyMissing?: boolean;
  /** The endpoint is on another machine and is asked without a key. */
  readonly lacksKey?: boolean;
  /** While the workspace model answers: a better choice that was found on this machine, if any. */
  readonly search?: () => Promise<ProviderChoice | undefined>;
}

/** Never throws: `problem` says what cannot be used. Reads the key; connects only to this machine. */
export async function chooseProvider(
  settings: Settings,
  dependencies: ProviderChoiceDependencies,
): Promise<ProviderChoice> {
  const configured = settings["provider.name"];
  if (configured === "workspace") return workspace("provider.name is workspace.");
  const name = configured === "auto" ? "mistral" : configured;
  const preset = presetFor(name, settings, dependencies.environment);
  const keys = keyReader(settings, preset, dependencies);
  const found = await keys.read();
  if (configured === "auto" && found.kind === "none") {
    return {
      ...workspace(`${withoutKey(preset)}: the workspace model answers.`),
      isKeyMissing: true,
      search: () => searchLocally(settings, dependencies),
    };
  }
  if (found.kind === "failed") {
    return {
      ...workspace("The key cannot be read."),
      problem: found.message,
      brief: found.brief,
      isKeyMissing: true,
    };
  }
  if (found.kind === "none" && preset.keyVariables.length > 0 && !isOnLoopback(preset.endpoint)) {
    return {
      ...workspace(`provider.name is ${name}, but there is no key.`),
      problem: `No key for ${hostOf(preset.endpoint)}: set ${preset.keyVariables.join(" or ")}, provider.apiKeyCommand or provider.apiKeyFile.`,
      brief: missingKeyNotice(preset),
      isKeyMissing: true,
    };
  }
  const from =
    found.kind === "found" ? `, with the key from ${describeKeySource(found.source)}` : "";
  const choice = await open(name, toOptions(settings, name, preset.endpoint), from, {
    ...dependencies,
    apiKey: toApiKey(keys, dependencies),
  });
  return { ...choice, lacksKey: found.kind === "none" && !isOnLoopback(preset.endpoint) };
}

async function open(
  name: ProviderName,
  options: ProviderOptions,
  why: string,
  dependencies: ProviderChoiceDependencies & { readonly apiKey?: ApiKey },
): Promise<ProviderChoice> {
  try {
    const provider = await createProvider(name, options, dependencies);
    return {
      provider,
      reason: `${provider.name} at ${provider.endpoint}${why}.`,
      problem: undefined,
    };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return {
      ...workspace("The provider's settings cannot be used."),
      problem: error.message,
      brief: `${error.remedy ?? "Check the provider's settings"}: the provider cannot be asked.`,
    };
  }
}

async function searchLocally(
  settings: Settings,
  dependencies: ProviderChoiceDependencies,
): Promise<ProviderChoice | undefined> {
  const { localServers = usualServers, serverConsent } = dependencies;
  if (serverConsent === undefined) return undefined;
  const found = await findLocalServers(localServers, dependencies, new AbortController().signal);
  for (const { name, endpoint } of found) {
    const consent = await serverConsent.of({ name, endpoint });
    if (consent.kind === "open") return undefined;
    if (consent.kind === "no") continue;
    return open(
      name,
      toOptions(settings, name, endpoint),
      ", which runs on this machine and needs no key",
      { ...dependencies, apiKey: consent.guard },
    );
  }
  return undefined;
}

function workspace(reason: string): ProviderChoice {
  return { provider: undefined, reason, problem: undefined };
}

function missingKeyNotice({ keyVariables: [variable = ""], endpoint }: Preset): string {
  return `Set ${variable}: no key was found for ${hostOf(endpoint)}.`;
}

function withoutKey({ endpoint, keyVariables }: Preset): string {
  if (keyVariables.length > 0) return "No key was found";
  return `No key was found for ${hostOf(endpoint)} (the usual variables are for other hosts: set provider.apiKeyEnv)`;
}

/**
 * A key belongs to the host that it was made for, and its variable says which one. The usual variables are
 * looked at for the provider's own hosts and for this machine; any other host gets a key only when the
 * settings name its source.
 */
function presetFor(name: ProviderName, settings: Settings, environment: Environment): Preset {
  const presets = presetsOf(name);
  const endpoint = settings["provider.endpoint"];
  const isSet = (variable: string): boolean => (environment[variable] ?? "").trim() !== "";
  if (endpoint === undefined) {
    return (
      presets.find(({ keyVariables }) => keyVariables.some(isSet)) ?? presets.at(-1) ?? presets[0]
    );
  }
  const host = hostOf(endpoint);
  const isOwn = presets.some((preset) => domainOf(hostOf(preset.endpoint)) === domainOf(host));
  if (!isOwn && !isLoopback(host)) return { endpoint, keyVariables: [] };
  // The key made for this very host first; of the others the most general.
  const rank = (preset: Preset): number => (hostOf(preset.endpoint) === host ? 0 : 1);
  const ranked = presets.toReversed().toSorted((a, b) => rank(a) - rank(b));
  return { endpoint, keyVariables: ranked.flatMap(({ keyVariables }) => keyVariables) };
}

function hostOf(endpoint: string): string {
  return URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
}

/** The last two labels: who owns the host. */
function domainOf(host: string): string {
  return host.split(".").slice(-2).join(".");
}

function isOnLoopback(endpoint: string): boolean {
  return isLoopback(hostOf(endpoint));
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

function toOptions(settings: Settings, name: ProviderName, endpoint: string): ProviderOptions {
  const temperature = settings["provider.temperature"];
  const topP = settings["provider.topP"];
  const minTokens = settings["provider.minTokens"];
  const randomSeed = settings["provider.randomSeed"];
  const keepAliveMinutes = settings["provider.keepAliveMinutes"];
  const proxy = settings["provider.proxy"];
  const caFile = settings["provider.caFile"];
  const template = toTemplate(settings["template.custom"]);
  // The default names Mistral's model: to any other provider it says that none was chosen.
  const isChosen = settings["provider.model"] !== defaultSettings["provider.model"];
  return {
    endpoint,
    model: isChosen || name === "mistral" ? settings["provider.model"] : undefined,
    isStreamed: settings["provider.stream"],
    usesPromptCacheKey: settings["provider.promptCacheKey"],
    firstByteTimeoutMs: settings["provider.firstByteTimeoutMs"],
    requestTimeoutMs: settings["provider.requestTimeoutMs"],
    allowsInsecure: settings["provider.allowInsecure"],
    ...(temperature !== undefined && { temperature }),
    ...(topP !== undefined && { topP }),
    ...(minTokens !== undefined && { minTokens }),
    ...(randomSeed !== undefined && { randomSeed }),
    ...(keepAliveMinutes !== undefined && { keepAliveMinutes }),
    ...(proxy !== undefined && { proxy }),
    ...(caFile !== undefined && { caFile }),
    ...(template !== undefined && { template }),
  };
}

function toTemplate(custom: Settings["template.custom"]): FimTemplate | undefined {
  if (custom === undefined) return undefined;
  const { text, snippet, sentinels, stops } = custom;
  const isSuffixFirst = text.indexOf("{suffix}") < text.indexOf("{prefix}");
  return {
    family: "custom",
    order: isSuffixFirst ? "suffixFirst" : "prefixFirst",
    text,
    ...(snippet !== undefined && { snippet }),
    sentinels,
    stops,
  };
}
