/**
 * Sends requests to the provider, at most one per document at a time, and records how each one ended. Answers
 * always go to the cache, even if the request that asked for them is gone; failures go to the provider's health.
 */
import type { AbortCause } from "../../base/abort.ts";
import type { Clock } from "../../base/clock.ts";
import { placeAt } from "../../engine/cursor-text.ts";
import type { DocumentSnapshot } from "../../engine/document.ts";
import type { SkipReason } from "../../engine/outcome.ts";
import type { LastEdit } from "../../engine/postprocess/index.ts";
import type { ContextSnippet, Trigger } from "../../engine/prompt/prompt.ts";
import { estimateTokens } from "../../engine/prompt/tokens.ts";
import type { CompletionSite } from "../../engine/site.ts";
import type { FileAccessRules } from "../../files/ignore/file-access.ts";
import type { FimProvider } from "../../providers/provider.ts";
import { defaultSettings, type Settings } from "../../settings/schema.ts";
import type { Ask } from "../request/ask.ts";
import type { Answer, SuggestionCache } from "../request/suggestion-cache.ts";
import type { ProviderNotice } from "../types.ts";
import { InFlightRequest, type RequestPlan, type RequestReport } from "./in-flight-request.ts";
import { Prompter } from "./prompter.ts";
import { demandOf } from "./demand.ts";
import { ProviderHealth } from "./provider-health.ts";
import { RequestRate } from "./request-rate.ts";

/** Where one request a second is allowed, the one after the last key waits for its turn; later ones are skipped. */
const longestTurnMs = 1100;

export interface RequestSenderDependencies {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  readonly cache: SuggestionCache;
  readonly observer: RequestObserver;
  readonly access: Pick<FileAccessRules, "of">;
  /** Excerpts of other files for a prompt. */
  readonly snippetsFor: (site: CompletionSite) => readonly ContextSnippet[];
  /** Of a notebook's cell: what stands in the cells above it. */
  readonly textAbove: (document: DocumentSnapshot) => string;
  /** A document's path as it stands in the prompt. */
  readonly toPath: (uri: string) => string;
  /** In the model of that name. */
  readonly trustOf: (source: string) => number;
  /** The steps of post-processing record what they do. */
  readonly isTraced: boolean;
}

/** Learns of every request to the provider and decides nothing about it. */
export interface RequestObserver {
  /** It is sent; `attempt` counts from 1. */
  onSent(plan: RequestPlan, attempt: number): void;
  /** Called once, before those that wait hear of the end. */
  onEnded(ended: EndedRequest): void;
  /** The provider's state changed. */
  onNotice(notice: ProviderNotice): void;
}

export interface EndedRequest extends RequestReport {
  readonly plan: RequestPlan;
  readonly ask: Ask;
  readonly provider: FimProvider;
  /** In its model. */
  readonly trust: number;
  /** As it went to the cache, if there is one. */
  readonly answer: Answer | undefined;
}

/** What the prompt has to know of the document's last moments. */
export interface AskFacts {
  /** The text before the cursor is a suggestion that was accepted just now. */
  readonly hasJustAccepted: boolean;
  readonly lastEdit: LastEdit | undefined;
  /** Sent for a text that the document does not hold yet. */
  readonly isSpeculative: boolean;
}

export class RequestSender {
  readonly health: ProviderHealth;
  readonly #dependencies: RequestSenderDependencies;
  readonly #rateLimit: RequestRate;
  readonly #prompter = new Prompter();
  /** By document. */
  readonly #inFlight = new Map<string, InFlightRequest>();
  #provider: FimProvider | undefined;
  /** The provider whose model the user has been told to change. */
  #advised: FimProvider | undefined;
  /** Fixed when the provider is set: a local server may report its model later, and the answers stay valid. */
  #source = "";
  #settings: Settings = defaultSettings;
  #warmUp = new AbortController();
  #sent = 0;

  constructor(dependencies: RequestSenderDependencies) {
    const { clock, random, observer } = dependencies;
    this.#dependencies = dependencies;
    this.#rateLimit = new RequestRate(clock);
    const notify = (notice: ProviderNotice): void => observer.onNotice(notice);
    const endpoint = (): string => this.#provider?.endpoint ?? "";
    this.health = new ProviderHealth({ clock, random, endpoint, notify });
  }

  get provider(): FimProvider | undefined {
    return this.#provider;
  }

  /** The provider, its endpoint and model: answers in the cache belong to one source. */
  get source(): string {
    return this.#source;
  }

  /** Requests that run now. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** The document's request in flight. */
  inFlightOf(uri: string): InFlightRequest | undefined {
    return this.#inFlight.get(uri);
  }

  configure(settings: Settings, provider: FimProvider | undefined): void {
    if (provider !== this.#provider) this.abortAll("closed");
    this.#settings = settings;
    this.health.reset();
    this.#rateLimit.configure(settings["provider.maxRequestsPerMinute"]);
    this.#prompter.clear();
    if (provider === this.#provider) return;
    const previous = this.#provider;
    this.#provider = provider;
    this.#source = provider ? `${provider.name} ${provider.endpoint} ${provider.model}` : "";
    this.#warmUp.abort();
    this.#warmUp = new AbortController();
    void previous?.close();
    if (provider !== undefined) void this.#warm(provider, this.#warmUp.signal);
  }

  /** Why the provider is not asked about the document now. */
  whyNot(uri: string, trigger: Trigger): SkipReason | undefined {
    if (!this.#dependencies.access.of(uri).maySend) return "excludedFile";
    return this.#provider === undefined ? "providerOff" : this.health.whyNot(trigger);
  }

  /** Milliseconds until it is the next request's turn; 0: now, or too far off to wait for. */
  turnMs(): number {
    const waitMs = this.#rateLimit.waitMs();
    return waitMs <= longestTurnMs ? waitMs : 0;
  }

  /**
   * Sends what `ask` needs, in the place of the document's older request in flight. `undefined` when the rate
   * allows no request now; a user who asks by key is let through.
   */
  send(ask: Ask, facts: AskFacts): InFlightRequest | undefined {
    const provider = this.#provider;
    if (provider === undefined) return undefined;
    const { uri, trigger } = ask.request;
    if (!this.#rateLimit.take() && trigger === "automatic") return undefined;
    this.abort(uri, "superseded");
    const { clock, observer, access } = this.#dependencies;
    const plan = {
      id: `f${++this.#sent}`,
      uri,
      place: placeAt(ask.at),
      source: this.source,
      trigger,
      isSpeculative: facts.isSpeculative,
    };
    let attempt = 0;
    const inFlightRequest: InFlightRequest = new InFlightRequest(plan, {
      clock,
      provider,
      prepare: () => {
        observer.onSent(plan, ++attempt);
        return this.#prepare(ask, provider, facts);
      },
      mayRetry: () => access.of(uri).maySend,
      onEnded: (report) => {
        if (this.#inFlight.get(uri) === inFlightRequest) this.#inFlight.delete(uri);
        const answer = this.#record(plan, provider, report);
        const trust = this.#dependencies.trustOf(plan.source);
        observer.onEnded({ ...report, plan, ask, provider, trust, answer });
      },
    });
    this.#inFlight.set(uri, inFlightRequest);
    return inFlightRequest;
  }

  abort(uri: string, cause: AbortCause): void {
    this.#inFlight.get(uri)?.abort(cause);
  }

  abortAll(cause: AbortCause): void {
    for (const inFlightRequest of this.#inFlight.values()) inFlightRequest.abort(cause);
  }

  /** The document was closed, or its text replaced by another. */
  forget(uri: string): void {
    this.abort(uri, "closed");
    this.#prompter.forget(uri);
    this.#dependencies.cache.deleteDocument(uri);
  }

  async close(): Promise<void> {
    this.abortAll("closed");
    const provider = this.#provider;
    this.#provider = undefined;
    this.#warmUp.abort();
    await provider?.close();
  }

  async #warm(provider: FimProvider, signal: AbortSignal): Promise<void> {
    const facts = await provider.warmUp(signal);
    if (provider !== this.#provider) return;
    this.#rateLimit.learn(facts);
    this.#rateLimit.learn(provider);
    if (facts.supportsFim === false) this.#adviseModel(provider, "is not known to fill");
  }

  /** Once for a provider: its answers go on being read. */
  #adviseModel(provider: FimProvider, what: string): void {
    if (this.#advised === provider) return;
    this.#advised = provider;
    const message = `${provider.model} ${what} in the middle. Take qwen2.5-coder or codestral, for example.`;
    this.#dependencies.observer.onNotice({ severity: "warning", message });
  }

  #prepare(ask: Ask, provider: FimProvider, { hasJustAccepted, lastEdit }: AskFacts) {
    const { snippetsFor, textAbove, toPath, trustOf, isTraced } = this.#dependencies;
    const wantsSnippets = this.#settings["prompt.snippets"] && provider.shape.snippets !== "none";
    const prepared = this.#prompter.prepare(ask.site, provider, this.#settings, {
      trigger: ask.request.trigger,
      hasJustAccepted,
      lastEdit,
      snippets: wantsSnippets ? snippetsFor(ask.site) : [],
      textAbove: textAbove(ask.snapshot),
      path: toPath(ask.request.uri),
      demand: demandOf(this.#settings, ask.request.trigger),
      trust: trustOf(this.#source),
      isTraced,
    });
    this.#rateLimit.notePrompt(prepared.request.prompt.estimatedTokens);
    return prepared;
  }

  /** Keeps what is learned from the end of a request, and returns the answer where there is one. */
  #record(
    plan: RequestPlan,
    provider: FimProvider,
    { ending, prepared, usage, raw }: RequestReport,
  ): Answer | undefined {
    const { cache, clock } = this.#dependencies;
    const isCurrent = provider === this.#provider;
    if (isCurrent) this.#rateLimit.learn(provider);
    this.#rateLimit.noteTokens(usage?.completionTokens ?? estimateTokens(raw));
    if (ending.kind === "aborted") return undefined;
    if (ending.kind === "failed") {
      if (ending.failure.kind === "rateLimited") this.#rateLimit.noteRefusal();
      if (isCurrent) this.health.noteFailure(ending.failure);
      return undefined;
    }
    if (isCurrent) this.health.noteSuccess();
    if (usage !== undefined) {
      const { site, prompt } = prepared.request;
      this.#prompter.noteUsage(provider, site.document, prompt, usage);
    }
    if (ending.kind === "dropped") {
      if (ending.reason === "chatAnswer" && isCurrent)
        this.#adviseModel(provider, "answers as in a chat and does not fill");
      if (ending.reason !== "finishError") {
        cache.addEmpty(plan.uri, plan.source, plan.place, clock.now());
      }
      return undefined;
    }
    const { insertText, replacedLength, insertOnlyText, rest } = ending.result;
    const known = { place: plan.place, text: insertText, replacedLength, insertOnlyText };
    const streak = { ...known, text: insertText + rest };
    const answer: Answer = {
      id: plan.id,
      uri: plan.uri,
      source: plan.source,
      known,
      streak: rest.trim() === "" ? undefined : streak,
      probability: undefined,
      evidence: ending.evidence,
      isFragment: ending.isFragment,
      isComplete: ending.isComplete,
    };
    cache.add(answer);
    return answer;
  }
}
