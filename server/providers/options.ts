/** What a provider is made from. Providers never see the settings: `session/provider-choice.ts` translates. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { FimTemplate } from "../engine/prompt/templates.ts";

export interface ProviderOptions {
  /** Base URL of the API, as in `https://api.mistral.ai/v1`; query and credentials are refused. */
  readonly endpoint: string;
  /** `undefined`: the one that a local server has loaded. */
  readonly model: string | undefined;
  /** Fields below are sent only when set. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly minTokens?: number;
  readonly randomSeed?: number;
  readonly keepAliveMinutes?: number;
  readonly isStreamed: boolean;
  readonly usesPromptCacheKey: boolean;
  /** From the sending of an automatic request to the first byte of its answer's body. */
  readonly firstByteTimeoutMs: number;
  /** From the sending of a request to the end of its answer. */
  readonly requestTimeoutMs: number;
  /** URL of a proxy; absent: the environment decides. */
  readonly proxy?: string;
  /** PEM file, trusted beside the built-in roots. */
  readonly caFile?: string;
  /** Plain http to another machine is refused unless this is set. */
  readonly allowsInsecure: boolean;
  /** Instead of the one chosen by the model's name. */
  readonly template?: FimTemplate;
}

export interface ProviderDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Read for proxies and extra certificates only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absent: no key is sent. */
  readonly apiKey?: ApiKey;
  /** Added to the body of every completion: how the doctor asks what a server makes of unknown fields. */
  readonly extraFields?: Readonly<Record<string, unknown>>;
}

/** Made for one endpoint; a client sends it to that endpoint's origin and nowhere else. */
export interface ApiKey {
  /** Trimmed; `undefined` when none is configured. @throws ProviderError (`unauthorized`) when its source failed */
  read(): Promise<string | undefined>;
  /** After a 401: a different key if its source has one now, else `undefined`. */
  renew(): Promise<string | undefined>;
}
