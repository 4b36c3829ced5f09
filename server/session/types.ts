/** What the protocol edge and the command line ask of a session, and what a session asks of them. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { LineProbability } from "../engine/confidence/line-probabilities.ts";
import type { Offset, OffsetRange } from "../engine/document.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";
import type { AnswerResult } from "../engine/postprocess/index.ts";
import type { FimRequest, Trigger } from "../engine/prompt/prompt.ts";
import type { CompletionSite } from "../engine/site.ts";
import type { FimProvider, TokenUsage } from "../providers/provider.ts";
import type { Settings } from "../settings/schema.ts";
import type { DocumentStore } from "../documents/document-store.ts";
import type { FileAccessRules } from "../files/ignore/file-access.ts";
import type { SessionStatus } from "./status.ts";

export interface SuggestRequest {
  readonly uri: string;
  /** In the document's current snapshot. */
  readonly offset: Offset;
  /** `invoked`: no debounce, no prefilter. */
  readonly trigger: Trigger;
  /** `menu` is bound by the latency budget; `inline` waits for the provider. */
  readonly surface: "inline" | "menu";
  /** The popup's selected item: the suggestion must extend `text` over `range`. */
  readonly selected?: { readonly range: OffsetRange; readonly text: string };
  /** Text is selected in the editor. */
  readonly hasSelection?: boolean;
}

export interface Session {
  /** The documents that `suggest` works on; the owner of the session keeps them current. */
  readonly documents: DocumentStore;
  /** False after `setEnabled(false)`: everything is skipped, nothing is asked. */
  readonly isEnabled: boolean;
  /** False until the first `configure`, which answers what waits for it. */
  readonly isConfigured: boolean;
  /** True while a request waits for its answer. */
  readonly isAsked: boolean;
  /** Exactly one outcome for each call, never a rejection; `signal` is the client's cancellation. */
  suggest(request: SuggestRequest, signal: AbortSignal): Promise<CompletionOutcome>;
  /** The client inserted the suggestion of this id; unknown and repeated ids are ignored. */
  accepted(id: string): void;
  /**
   * Takes the settings and what answers. The session owns the provider from here on: it warms it up in the
   * background, closes it when another one takes its place, and forgets cool-downs and "off" states.
   */
  configure(configuration: SessionConfiguration): void;
  setEnabled(isEnabled: boolean): void;
  /** What is off for a while, in a document or in a language. */
  readonly switches: SessionSwitches;
  /** Forgets every answer; a request in flight goes on. */
  clearCache(): void;
  /**
   * What may be sent has changed: forgets every answer and withdraws the requests in flight, for a prompt may
   * still wait for its turn or a connection, and hold an excerpt of any file. What waits is searched for again.
   */
  exclusionChanged(): void;
  /** Plain data without document text or credentials: what `fim.status` returns. */
  status(): SessionStatus;
  /** Answers what is pending, aborts what runs, closes the provider; later requests are skipped. */
  close(): Promise<void>;
}

/** Each document is by default the one that was asked about last. */
export interface SessionSwitches {
  /** Nothing is suggested while typing for so many minutes; 0 ends it. Returns the minutes. */
  snooze(minutes: number): number;
  /** `undefined` if no such document is open. */
  toggleDocument(uri?: string): Toggled | undefined;
  /** The document's language. */
  toggleLanguage(uri?: string): Toggled | undefined;
}

export interface Toggled {
  /** A document's URI or a language's id. */
  readonly name: string;
  readonly isEnabled: boolean;
}

export interface SessionConfiguration {
  readonly settings: Settings;
  /** `undefined`: nothing to ask; only the workspace model answers. */
  readonly provider: FimProvider | undefined;
  /** The workspace model, where there is one. */
  readonly localSource: LocalSource | undefined;
}

/** What is in force now. It changes in place: read it at each use. */
export type InForce = Pick<SessionConfiguration, "settings" | "localSource">;

export interface SessionDependencies {
  readonly clock: Clock;
  readonly log: Log;
  readonly documents: DocumentStore;
  readonly observer: SessionObserver;
  /** What may be done with each file; asked on every request, so it must be quick. By default everything. */
  readonly access?: FileAccessRules;
  /** A document's path as it stands in a prompt; by default its name alone. */
  readonly toPath?: (uri: string) => string;
  /** What is known of the settings before the first `configure`: the budget of a menu that waits for it. */
  readonly settings?: Settings;
  /** 0 to 1, for the jitter of cool-downs; `Math.random` by default. */
  readonly random?: () => number;
}

export interface SessionObserver {
  /** The state of the provider changed: to be shown to the user once. */
  onNotice(notice: ProviderNotice): void;
  /** What `status` tells may have changed. */
  onStateChange?(): void;
  /** Each request to the provider and what came of it, text included: for `--explain`, never for a log. */
  onExchange?(exchange: Exchange): void;
  /** What was asked, shown and accepted: numbers, for the usage file. */
  onUsage?(event: UsageEvent): void;
}

/** `provider` and `model` name who answered; the workspace model is the provider `workspace`. */
export type UsageEvent = {
  readonly uri: string;
  readonly provider: string;
  readonly model: string;
} & (
  | {
      readonly kind: "request";
      readonly tokensIn: number;
      /** Of `tokensIn`: read from the provider's cache. */
      readonly cachedTokensIn: number;
      readonly tokensOut: number;
      /** Tokens cost money there. */
      readonly isMetered: boolean;
      readonly firstTextMs: number | undefined;
    }
  | { readonly kind: "shown" }
  /** The answer was not shown because no line of it was likely enough. */
  | { readonly kind: "heldBack" }
  | {
      readonly kind: "accepted";
      /** UTF-16 units. */
      readonly length: number;
      /** All that was left of the suggestion. */
      readonly isWhole: boolean;
    }
);

export interface Exchange {
  readonly request: FimRequest;
  /** As the model wrote it. */
  readonly raw: string;
  /** With the trace of every step; `undefined` when the request failed or was aborted. */
  readonly result: AnswerResult | undefined;
  /** How likely each line of a kept result is; empty where nothing is held back. */
  readonly lines: readonly LineProbability[];
  /** The stream was ended because nothing that followed could be shown. */
  readonly isStoppedUnlikely: boolean;
  /** From sending to the first text, and to the end. */
  readonly firstTextMs: number | undefined;
  readonly tookMs: number;
  readonly usage: TokenUsage | undefined;
}

/** One change of the provider's state, for people. */
export interface ProviderNotice {
  /** `error`: nothing comes until the user acts; `warning`: it will be tried again; `info`: it works again. */
  readonly severity: "error" | "warning" | "info";
  /** What to do and what failed, in less than a line of a terminal; no document text, no credentials. */
  readonly message: string;
  /** For the log: the same with all that is known. */
  readonly detail?: string;
}

/** A source that answers within the request itself: the workspace model. */
export interface LocalSource {
  /** Best first, at most `limit`, none below `minProbability`; empty when it knows nothing. */
  suggest(
    site: CompletionSite,
    limits: { readonly limit: number; readonly minProbability: number },
  ): readonly LocalSuggestion[];
}

export interface LocalSuggestion {
  /** To be inserted at the cursor, one line, nothing right of the cursor replaced. */
  readonly insertText: string;
  /** Calibrated: how often such a suggestion is right. */
  readonly probability: number;
}
