/** The one interface to everything that can fill in a middle, and the one error it throws. */
import type { TokenProbability } from "../engine/confidence/token-track.ts";
import type { TokenCount } from "../engine/document.ts";
import type { CompletionFailure, FailureKind } from "../engine/outcome.ts";
import type { FimRequest, PromptShape } from "../engine/prompt/prompt.ts";

export interface FimProvider {
  /** As in the setting `provider.name`. */
  readonly name: string;
  /** May become known, or better known, by the warm-up. */
  readonly model: string;
  /** For people: origin and path, never credentials. */
  readonly endpoint: string;
  /** Requests cost money or quota: speculation is off by default. */
  readonly isMetered: boolean;
  /** The rate that the headers of its answers told last; read after each of them. */
  readonly requestsPerMinute?: number | undefined;
  /** As told in the same way: of prompts and answers together. */
  readonly tokensPerMinute?: number | undefined;
  /** Read before each prompt; what `warmUp` learns changes it. */
  readonly shape: PromptShape;
  /** Prompt tokens that the server reads in a second, where that was learnt; read before each prompt. */
  readonly readingSpeed?: number | undefined;
  /** A server on this machine was asked a while ago and loads its model, as it seems. */
  readonly isLoading?: boolean;
  /** After `initialized`, in the background: opens the connection, checks key and model. Never throws. */
  warmUp(signal: AbortSignal): Promise<ProviderFacts>;
  /**
   * Streams one completion. Text events concatenate to the middle as the model wrote it; exactly one
   * `end` event follows the last of them. Leaving the loop early, or aborting the signal, stops the work at
   * the server (or lets it finish unseen where stopping would cost more).
   * @throws ProviderError, or the signal's reason once it is aborted.
   */
  complete(request: FimRequest, signal: AbortSignal): AsyncIterable<FimEvent>;
  /** Aborts what runs and closes every socket; resolves when none is left. */
  close(): Promise<void>;
}

export type FimEvent =
  | {
      readonly kind: "text";
      readonly text: string;
      /** Where the request asked for them and the server has them. */
      readonly tokens?: readonly TokenProbability[];
    }
  | { readonly kind: "end"; readonly finishReason: FinishReason; readonly usage?: TokenUsage };

/** `truncated`: the stream ended without saying why. */
export type FinishReason = "stop" | "length" | "error" | "truncated";

export interface TokenUsage {
  readonly promptTokens: TokenCount;
  readonly completionTokens: TokenCount;
  readonly cachedTokens?: TokenCount;
}

/** What a warm-up found out; everything optional, an absent field means "unknown". */
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
  readonly isRetryable: boolean;
  readonly isPermanent?: boolean;
  readonly status?: number;
  readonly retryAfterMs?: number;
  readonly isPromptTooLong?: boolean;

  constructor(failure: CompletionFailure, cause?: unknown) {
    super(failure.message, { cause });
    this.kind = failure.kind;
    this.isRetryable = failure.isRetryable;
    if (failure.isPermanent !== undefined) this.isPermanent = failure.isPermanent;
    if (failure.status !== undefined) this.status = failure.status;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
    if (failure.isPromptTooLong !== undefined) this.isPromptTooLong = failure.isPromptTooLong;
  }
}

/** For `catch`, where what a server refuses is no matter. @throws anything else */
export function onlyServerErrors(error: unknown): undefined {
  if (!(error instanceof ProviderError)) throw error;
  return undefined;
}
