/** The session's state in plain data, for `fim.status` and the log: counts, lengths and times, never text. */
import type { CompletionOutcome } from "../engine/outcome.ts";

export interface SessionStatus {
  readonly isEnabled: boolean;
  /** Rest of a snooze; 0: none. */
  readonly snoozeMs: number;
  readonly provider: ProviderStatus | undefined;
  readonly hasWorkspaceModel: boolean;
  readonly lastOutcome: LastOutcome | undefined;
  readonly counters: Counters;
  readonly cache: { readonly entries: number; readonly bytes: number };
  /** Requests to the provider that run now. */
  readonly inFlight: number;
}

export interface ProviderStatus {
  readonly name: string;
  readonly model: string;
  readonly endpoint: string;
  readonly state: ProviderState;
  /** What the last request failed with; `undefined` after a success. */
  readonly lastFailure: string | undefined;
}

export type ProviderState =
  | { readonly kind: "ready" }
  /** The server loads its model; requests wait for it. */
  | { readonly kind: "loading"; readonly message: string }
  | ({ readonly kind: "coolingDown"; readonly forMs: number } & TroubledState)
  | ({ readonly kind: "off" } & TroubledState);

/** Stands in a status line as it is. */
export type Trouble =
  | "key refused"
  | "no credit"
  | "rate limit"
  | "offline"
  | "slow"
  | "in trouble"
  | "refused";

interface TroubledState {
  readonly trouble: Trouble;
  readonly message: string;
}

export interface LastOutcome {
  readonly kind: CompletionOutcome["kind"];
  /** The reason or the message where there is one; for a suggestion where it came from. */
  readonly reason: string | undefined;
  readonly tookMs: number;
}

/** All since the start of the session. */
export interface Counters {
  /** Calls of `suggest`. */
  readonly asked: number;
  /** Requests sent to the provider. */
  readonly requests: number;
  /** Answered by a request that was already running. */
  readonly joined: number;
  readonly fromCache: number;
  readonly typedThrough: number;
  /** Requests to the provider that were aborted. */
  readonly cancelled: number;
  /** Distinct suggestions handed to the client. */
  readonly shown: number;
  readonly accepted: number;
  readonly charactersAccepted: number;
  /** Accepted suggestions that stood unchanged 30 s later, of `judged` ones. */
  readonly retained: number;
  readonly judged: number;
  readonly tokensIn: number;
  readonly cachedTokensIn: number;
  readonly tokensOut: number;
  /** Of `tokensOut`: generated beyond what was kept of the answers. */
  readonly lateTokens: number;
  /** Requests that got nothing because no line of the answer was likely enough. */
  readonly heldBack: number;
  /** Answers that were ended because nothing that followed could be shown. */
  readonly stoppedUnlikely: number;
  /** Texts that look like secrets, replaced in what was sent; again with every prompt that holds them. */
  readonly maskedSecrets: number;
  /** US dollars at the list price of the model; `undefined` where no price is known. */
  readonly estimatedCost: number | undefined;
}
