/** The one interface to everything that can fill in a middle, and the one error type that it throws. */
import type { TokenProbability } from "../engine/confidence/token-track.ts";
import type { TokenCount } from "../engine/document.ts";
import type { CompletionFailure, FailureKind } from "../engine/outcome.ts";
import type { FimRequest, PromptShape } from "../engine/prompt/prompt.ts";

export interface FimProvider {
  /** As in the setting `provider.name`. */
  readonly name: string;
  /** May become known or more precise during the warm-up. */
  readonly model: string;
  /** For people: origin and path, never credentials. */
  readonly endpoint: string;
  /** Requests cost money or quota, so speculative requests are off by default. */
  readonly isMetered: boolean;
  /** The rate limit from the headers of the last answer. Read after each answer. */
  readonly requestsPerMinute?: number | undefined;
  /** From the same headers: the limit for the tokens of prompts and answers together. */
  readonly tokensPerMinute?: number | undefined;
  /** Read before each prompt, because `warmUp` may change it. */
  readonly shape: PromptShape;
  /** Prompt tokens that the server reads per second, if known. Read before each prompt. */
  readonly readingSpeed?: number | undefined;
  /** A server on this machine was asked a while ago and seems to be loading its model. */
  readonly isLoading?: boolean;
  /** Runs in the background after `initialized`: opens the connection, checks key and model. Never throws. */
  warmUp(signal: AbortSignal): Promise<ProviderFacts>;
  /**
   * Streams one completion. The text events together are the middle as the model wrote it. Exactly one `end` event
   * follows the last of them. Leaving the loop early or aborting the signal stops the work at the server, or lets
   * it finish unseen if stopping would cost more. @throws ProviderError, or the signal's reason once it is aborted.
   */
  complete(request: FimRequest, signal: AbortSignal): AsyncIterable<FimEvent>;
  /** Aborts all requests and closes every socket. Resolves when none is left. */
  close(): Promise<void>;
}

export type FimEvent =
  | {
      readonly kind: "text";
      readonly text: string;
      /** If the request asked for them and the server provides them. */
      readonly tokens?: readonly TokenProbability[];
    }
  | { readonly kind: "end"; readonly finishReason: FinishReason; readonly usage?: TokenUsage };

/** `truncated`: the stream ended without a reason. */
export type FinishReason = "stop" | "length" | "error" | "truncated";

export interface TokenUsage {
  readonly promptTokens: TokenCount;
  readonly completionTokens: TokenCount;
  readonly cachedTokens?: TokenCount;
}

/** The results of a warm-up. An absent field means "unknown". */
export interface ProviderFacts {
  readonly failure?: CompletionFailure;
  readonly contextLength?: TokenCount;
  readonly supportsFim?: boolean;
  readonly deprecatedOn?: string;
  readonly requestsPerMinute?: number;
}

export class ProviderError extends Error implements CompletionFailure {
  override readonly name = "ProviderError";
  readonly kind: FailureKind;
  readonly remedy?: string;
  readonly isRetryable: boolean;
  readonly isPermanent?: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly isPromptTooLong?: boolean;

  constructor(failure: CompletionFailure, cause?: unknown) {
    super(failure.message, { cause });
    this.kind = failure.kind;
    if (failure.remedy !== undefined) this.remedy = failure.remedy;
    this.isRetryable = failure.isRetryable;
    if (failure.isPermanent !== undefined) this.isPermanent = failure.isPermanent;
    if (failure.status !== undefined) this.status = failure.status;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
    if (failure.isPromptTooLong !== undefined) this.isPromptTooLong = failure.isPromptTooLong;
  }
}

/** For `catch`, when a refusal by the server does not matter. @throws anything else */
export function onlyServerErrors(error: unknown): undefined {
  if (!(error instanceof ProviderError)) throw error;
  return undefined;
}
