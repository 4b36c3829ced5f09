/** The options of a provider. Providers never see the settings: `session/provider-choice.ts` translates them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { FimTemplate } from "../engine/prompt/templates.ts";

export interface ProviderOptions {
  /** Base URL of the API, as in `https://api.mistral.ai/v1`. Query and credentials are refused. */
  readonly endpoint: string;
  /** `undefined`: the model that a local server has loaded. */
  readonly model: string | undefined;
  /** The fields below are sent only if set. */
  readonly temperature?: number;
  readonly topP?: number;
  readonly minTokens?: number;
  readonly randomSeed?: number;
  readonly keepAliveMinutes?: number;
  readonly isStreamed: boolean;
  readonly usesPromptCacheKey: boolean;
  /** From sending an automatic request to the first byte of its answer's body. */
  readonly firstByteTimeoutMs: number;
  /** From sending a request to the end of its answer. */
  readonly requestTimeoutMs: number;
  /** URL of a proxy. If absent, the environment decides. */
  readonly proxy?: string;
  /** PEM file to trust in addition to the built-in roots. */
  readonly caFile?: string;
  /** Plain http to another machine is refused unless this is set. */
  readonly allowsInsecure: boolean;
  /** Replaces the template chosen by the name of the model. */
  readonly template?: FimTemplate;
}

export interface ProviderDependencies {
  readonly clock: Clock;
  readonly log: Log;
  /** Read only for proxies and extra certificates. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** If absent, no key is sent. */
  readonly apiKey?: ApiKey;
  /** Added to the body of every completion. The doctor uses it to test how a server treats unknown fields. */
  readonly extraFields?: Readonly<Record<string, unknown>>;
}

/** The key for one endpoint. A client sends it only to that endpoint's origin. */
export interface ApiKey {
  /** Trimmed. `undefined` if none is configured. @throws ProviderError (`unauthorized`) if its source failed */
  read(): Promise<string | undefined>;
  /** After a 401: a different key if its source now has one, otherwise `undefined`. */
  renew(): Promise<string | undefined>;
}
