/**
 * The suggestion session: fewest requests, nothing stale, every answer kept. The algorithm is in search.ts;
 * here is what the protocol edge and the command line ask for.
 */
import type { CompletionOutcome } from "../engine/outcome.ts";
import type {
  Session,
  SessionConfiguration,
  SessionDependencies,
  SuggestRequest,
} from "./types.ts";
import { DocumentWatch } from "./document-changes.ts";
import type { DocumentStore } from "../documents/document-store.ts";
import { OutcomeLog } from "./outcome-log.ts";
import { createParts, type SessionParts } from "./session-state.ts";
import { Search } from "./suggest/suggest.ts";
import type { PendingRequest } from "./request/request-gate.ts";
import { skipped } from "./suggest/outcomes.ts";
import type { SessionStatus } from "./status.ts";

export type {
  Exchange,
  LocalSource,
  ProviderNotice,
  Session,
  SessionDependencies,
  SessionObserver,
  SuggestRequest,
} from "./types.ts";

export function createSession(dependencies: SessionDependencies): Session {
  return new SuggestionSession(dependencies);
}

class SuggestionSession implements Session {
  readonly documents: DocumentStore;
  readonly #parts: SessionParts;
  readonly #search: Search;
  readonly #watch: DocumentWatch;
  readonly #outcomes: OutcomeLog;
  #isEnabled = true;
  #isConfigured = false;
  #isClosed = false;

  constructor(dependencies: SessionDependencies) {
    this.documents = dependencies.documents;
    this.#parts = createParts(dependencies);
    this.#search = new Search(this.#parts);
    this.#watch = new DocumentWatch(this.#parts);
    this.#outcomes = new OutcomeLog(this.#parts);
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  get isConfigured(): boolean {
    return this.#isConfigured;
  }

  get isAsked(): boolean {
    return this.#parts.gate.size > 0;
  }

  async suggest(request: SuggestRequest, signal: AbortSignal): Promise<CompletionOutcome> {
    const { gate, dependencies } = this.#parts;
    const startedAt = dependencies.clock.now();
    const pending = gate.enter(request, signal);
    if (this.#isClosed) pending.settle(skipped("shuttingDown"));
    else if (!this.#isEnabled) pending.settle(skipped("disabled"));
    else if (this.#isConfigured) this.#search.answer(pending);
    else void this.#limitWait(pending);
    const outcome = await pending.outcome;
    this.#outcomes.note(request, outcome, startedAt);
    return outcome;
  }

  accepted(id: string): void {
    const { documentStates, acceptances, debounce } = this.#parts;
    const offered = acceptances.offered(id);
    if (offered === undefined || acceptances.isCounted(id)) return;
    const documentState = documentStates.of(offered.uri);
    acceptances.note(offered.uri, id, offered.length, documentState.lastChange?.cursor ?? 0);
    documentState.acceptedRevision = this.documents.get(offered.uri)?.revision;
    if (documentState.shown !== undefined) documentState.shown.isOver = true;
    debounce.noteConfirmed();
  }

  configure({ settings, provider, localSource }: SessionConfiguration): void {
    if (this.#isClosed) {
      void provider?.close();
      return;
    }
    const { documentStates, sender, neighbors } = this.#parts;
    if (provider !== sender.provider) {
      this.#parts.speculation.reset();
      for (const documentState of documentStates.all()) {
        documentState.inFlightRequest?.abort("closed");
        documentState.shown = undefined;
      }
    }
    this.#parts.settings = settings;
    this.#parts.localSource = localSource;
    neighbors.clear();
    sender.configure(settings, provider);
    if (this.#isConfigured) return;
    this.#isConfigured = true;
    for (const pending of this.#parts.gate.waiting()) this.#search.answer(pending);
  }

  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    if (!isEnabled) this.#parts.gate.settleAll(skipped("disabled"));
  }

  clearCache(): void {
    this.#parts.cache.clear();
    for (const documentState of this.#parts.documentStates.all()) documentState.shown = undefined;
  }

  exclusionChanged(): void {
    this.clearCache();
    for (const { inFlightRequest } of this.#parts.documentStates.all())
      inFlightRequest?.abort("withdrawn");
  }

  status(): SessionStatus {
    const { sender, cache, counters, localSource } = this.#parts;
    const { provider, health, inFlight } = sender;
    return {
      isEnabled: this.#isEnabled,
      provider: provider && {
        name: provider.name,
        model: provider.model,
        endpoint: provider.endpoint,
        state: health.state,
      },
      hasWorkspaceModel: localSource !== undefined,
      lastOutcome: this.#outcomes.last,
      counters: counters.counters,
      cache: { entries: cache.entries, bytes: cache.bytes },
      inFlight,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { gate, acceptances, documentStates, cache, sender, neighbors } = this.#parts;
    this.#watch.close();
    neighbors.close();
    gate.settleAll(skipped("shuttingDown"));
    acceptances.close();
    for (const { inFlightRequest } of documentStates.all()) inFlightRequest?.abort("closed");
    documentStates.clear();
    cache.clear();
    await sender.close();
  }

  /** A menu's budget holds while the first settings are waited for, too. */
  async #limitWait(pending: PendingRequest): Promise<void> {
    const { gate, settings } = this.#parts;
    if (pending.request.surface !== "menu") return;
    await gate.pause(pending, settings["completion.latencyBudgetMs"]);
    if (!this.#isConfigured) pending.settle(skipped("latencyBudget"));
  }
}
