/**
 * Sends requests to the provider and keeps book of how they end: answers go to the cache, whoever still wants
 * them; failures to the provider's health; times to the debounce; tokens to the counters.
 */
import { follow } from "../../engine/advance.ts";
import { placeAt } from "../../engine/cursor-text.ts";
import type { SkipReason } from "../../engine/outcome.ts";
import type { LastEdit } from "../../engine/postprocess/index.ts";
import type { ContextSnippet } from "../../engine/prompt/prompt.ts";
import type { CompletionSite } from "../../engine/site.ts";
import { estimateTokens } from "../../engine/prompt/tokens.ts";
import type { FimProvider } from "../../providers/provider.ts";
import { defaultSettings, type Settings } from "../../settings/schema.ts";
import type { Ask } from "../request/ask.ts";
import type { Exchange, SessionDependencies } from "../types.ts";
import type { CounterBoard } from "../counters.ts";
import { noteContradiction, type Debounce } from "../typing/debounce.ts";
import type { DocumentState } from "../typing/document-state.ts";
import { InFlightRequest, type RequestReport } from "./in-flight-request.ts";
import type { Neighbors } from "../context/neighbors.ts";
import { Prompter } from "./prompter.ts";
import { ProviderHealth } from "./provider-health.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Answer, SuggestionCache } from "../request/suggestion-cache.ts";

type Trigger = "automatic" | "invoked";

/** Where one request a second is allowed, the one after the last key waits for its turn; later ones are skipped. */
const longestTurnMs = 1100;

export interface RequestSenderParts {
  readonly dependencies: SessionDependencies;
  readonly cache: SuggestionCache;
  readonly counters: CounterBoard;
  readonly debounce: Debounce;
  readonly neighbors: Neighbors;
  /** A document's path as the model is told it. */
  readonly toPath: (uri: string) => string;
}

export class RequestSender {
  readonly health: ProviderHealth;
  readonly #parts: RequestSenderParts;
  readonly #bucket: RateLimit;
  readonly #prompter = new Prompter();
  #provider: FimProvider | undefined;
  /** As it was when the provider came: a local server tells its model only later, which changes nothing. */
  #source = "";
  #settings: Settings = defaultSettings;
  #warmUp = new AbortController();
  #inFlight = 0;
  #flights = 0;

  constructor(parts: RequestSenderParts) {
    const { clock, random = Math.random, observer } = parts.dependencies;
    this.#parts = parts;
    this.#bucket = new RateLimit(clock);
    this.health = new ProviderHealth({
      clock,
      random,
      notify: (notice) => observer.onNotice(notice),
    });
  }

  get provider(): FimProvider | undefined {
    return this.#provider;
  }

  /** Names who answers, for the cache. */
  get source(): string {
    return this.#source;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  configure(settings: Settings, provider: FimProvider | undefined): void {
    this.#settings = settings;
    this.health.reset();
    this.#bucket.configure(settings["provider.maxRequestsPerMinute"]);
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

  /** Excerpts of other files, where they are wanted at all. */
  #snippetsFor(site: CompletionSite, { shape }: FimProvider): readonly ContextSnippet[] {
    const isWanted = this.#settings["prompt.snippets"] && shape.snippets !== "none";
    return isWanted ? this.#parts.neighbors.snippetsFor(site) : [];
  }

  /** Why the provider is not asked about the document now. */
  whyNot(uri: string, trigger: Trigger): SkipReason | undefined {
    if (!this.mayLeave(uri)) return "excludedFile";
    return this.#provider === undefined ? "providerOff" : this.health.whyNot(trigger);
  }

  /** False for a file that is excluded, or may be for all that is known. */
  mayLeave(uri: string): boolean {
    return this.#parts.dependencies.isExcluded?.(uri) !== true;
  }

  /** Milliseconds until it is the next request's turn; 0: now, or too far off to wait for. */
  turnMs(): number {
    const waitMs = this.#bucket.waitMs();
    return waitMs <= longestTurnMs ? waitMs : 0;
  }

  /**
   * Sends what `ask` needs; the document's older request in flight, which agrees no longer, is given up for it.
   * `undefined` when the rate allows no request now; a user who asks by key is let through.
   */
  send(documentState: DocumentState, ask: Ask, isSpeculative = false): InFlightRequest | undefined {
    const provider = this.#provider;
    if (provider === undefined) return undefined;
    if (!this.#bucket.take() && ask.request.trigger === "automatic") return undefined;
    documentState.inFlightRequest?.abort("superseded");
    documentState.changesSinceContradiction = 0;
    const { trigger } = ask.request;
    const departedAfter = documentState.lastChange;
    const plan = {
      id: `f${++this.#flights}`,
      uri: documentState.uri,
      place: placeAt(ask.at),
      source: this.source,
      trigger,
      isSpeculative,
    };
    const inFlightRequest: InFlightRequest = new InFlightRequest(plan, {
      clock: this.#parts.dependencies.clock,
      provider,
      prepare: () => {
        this.#parts.counters.add("requests");
        const prepared = this.#prompter.prepare(ask.site, provider, this.#settings, {
          trigger,
          hasJustAccepted:
            isSpeculative || documentState.acceptedRevision === ask.snapshot.revision,
          lastEdit: lastEditOf(documentState),
          snippets: this.#snippetsFor(ask.site, provider),
          path: this.#parts.toPath(documentState.uri),
          isTraced: this.#parts.dependencies.observer.onExchange !== undefined,
        });
        this.#bucket.notePrompt(prepared.request.prompt.estimatedTokens);
        return prepared;
      },
      mayRetry: () => this.mayLeave(documentState.uri),
      onEnded: (report) => {
        this.#inFlight -= 1;
        if (documentState.inFlightRequest === inFlightRequest)
          documentState.inFlightRequest = undefined;
        const answer = this.#keepBook(inFlightRequest, provider, report);
        const isElsewhere = isSpeculative || ask.lead !== "";
        if (answer === undefined || isElsewhere || documentState.lastChange === departedAfter)
          return;
        const followed = follow(answer.known, documentState.lastChange?.text ?? ask.at);
        if (followed === undefined) noteContradiction(documentState, this.#parts.debounce);
      },
    });
    this.#inFlight += 1;
    documentState.inFlightRequest = inFlightRequest;
    return inFlightRequest;
  }

  forget(uri: string): void {
    this.#prompter.forget(uri);
  }

  async close(): Promise<void> {
    const provider = this.#provider;
    this.#provider = undefined;
    this.#warmUp.abort();
    await provider?.close();
  }

  async #warm(provider: FimProvider, signal: AbortSignal): Promise<void> {
    const facts = await provider.warmUp(signal);
    if (provider !== this.#provider) return;
    this.#bucket.learn(facts);
    this.#bucket.learn(provider);
    if (facts.failure !== undefined && !signal.aborted) this.health.noteFailure(facts.failure);
  }

  /** The answer where there is one, whoever still wants it. */
  #keepBook(
    inFlightRequest: InFlightRequest,
    provider: FimProvider,
    report: RequestReport,
  ): Answer | undefined {
    const { cache, counters, debounce, dependencies } = this.#parts;
    const { plan } = inFlightRequest;
    const { ending, prepared, usage } = report;
    dependencies.observer.onExchange?.(toExchange(report));
    counters.addInFlightRequest(report, provider.model, provider.isMetered);
    if (provider === this.#provider) this.#bucket.learn(provider);
    this.#bucket.noteTokens(usage?.completionTokens ?? estimateTokens(report.raw));
    if (ending.kind === "aborted") {
      counters.add("cancelled");
      return undefined;
    }
    if (ending.kind === "failed") {
      if (ending.failure.kind === "rateLimited") this.#bucket.noteRefusal();
      if (provider === this.#provider) this.health.noteFailure(ending.failure);
      return undefined;
    }
    if (provider === this.#provider) this.health.noteSuccess();
    debounce.noteLatency(report.tookMs);
    const { request } = prepared;
    if (usage !== undefined) {
      this.#prompter.noteUsage(provider, request.site.document, request.prompt, usage);
    }
    if (ending.kind === "dropped") {
      const now = dependencies.clock.now();
      if (ending.reason !== "finishError") cache.addEmpty(plan.uri, plan.source, plan.place, now);
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
      isComplete: ending.isComplete,
    };
    cache.add(answer);
    return answer;
  }
}

function toExchange({ prepared, ending, ...report }: RequestReport): Exchange {
  const result =
    ending.kind === "kept" ? ending.result : ending.kind === "dropped" ? ending : undefined;
  return { ...report, request: prepared.request, result };
}

function lastEditOf({ lastChange }: DocumentState): LastEdit | undefined {
  if (lastChange === undefined) return undefined;
  return { removed: lastChange.removed, inserted: lastChange.inserted };
}
