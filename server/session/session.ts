/**
 * The suggestion session: fewest requests, nothing stale, every answer kept. The algorithm is in
 * `suggest/suggest.ts`; here is what the protocol edge and the command line ask for.
 */
import type { Clock } from "../base/clock.ts";
import type { DocumentSnapshot } from "../engine/document.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";
import type { DocumentStore } from "../documents/document-store.ts";
import { noRules } from "../files/ignore/file-access.ts";
import { pathInWorkspace } from "../files/uri-path.ts";
import { defaultSettings } from "../settings/schema.ts";
import { CellsAbove } from "./context/cells-above.ts";
import { createNeighbors, type Neighbors } from "./context/neighbors.ts";
import { CounterBoard } from "./counters.ts";
import { followChanges } from "./document-changes.ts";
import { OutcomeLog } from "./outcome-log.ts";
import { ModelTrust } from "./provider/model-trust.ts";
import { RequestSender } from "./provider/request-sender.ts";
import { PendingRequests, type PendingRequest } from "./request/pending-requests.ts";
import { SuggestionCache } from "./request/suggestion-cache.ts";
import { createRequestListener } from "./request-listener.ts";
import type { SessionStatus } from "./status.ts";
import { AskAhead } from "./suggest/ask-ahead.ts";
import { Eligibility } from "./suggest/eligibility.ts";
import { Offers, type Offered } from "./suggest/offers.ts";
import { skipped } from "./suggest/outcomes.ts";
import { Search } from "./suggest/suggest.ts";
import { Switches } from "./suggest/switches.ts";
import { Waits } from "./suggest/wait-before-asking.ts";
import type {
  InForce,
  Session,
  SessionConfiguration,
  SessionDependencies,
  SessionObserver,
  SuggestRequest,
} from "./types.ts";
import { Typing } from "./typing/typing.ts";

export type {
  Exchange,
  LocalSource,
  ProviderNotice,
  Session,
  SessionDependencies,
  SessionObserver,
  SuggestRequest,
  Toggled,
} from "./types.ts";

export function createSession(dependencies: SessionDependencies): Session {
  return new SuggestionSession(dependencies);
}

class SuggestionSession implements Session {
  readonly documents: DocumentStore;
  readonly switches: Switches;
  readonly #clock: Clock;
  readonly #inForce: Mutable<InForce>;
  readonly #counters = new CounterBoard();
  readonly #cache = new SuggestionCache();
  readonly #gate: PendingRequests;
  readonly #typing: Typing;
  readonly #neighbors: Neighbors;
  readonly #sender: RequestSender;
  readonly #search: Search;
  readonly #askAhead: AskAhead;
  readonly #outcomes: OutcomeLog;
  readonly #onUsage: SessionObserver["onUsage"];
  readonly #onStateChange: () => void;
  readonly #stopFollowing: () => void;
  #isEnabled = true;
  #isConfigured = false;
  #isClosed = false;

  constructor(dependencies: SessionDependencies) {
    const { clock, documents, log, observer, random = Math.random } = dependencies;
    const { settings = defaultSettings, access = noRules } = dependencies;
    const { toPath: pathOfFile = (uri: string) => pathInWorkspace(uri, []) } = dependencies;
    const cells = new CellsAbove({ documents, access });
    const toPath = (uri: string): string => cells.sourcePath(uri, pathOfFile(uri));
    const textAbove = (document: DocumentSnapshot): string => cells.textAbove(document);
    const inForce = { settings, localSource: undefined };
    const gate = new PendingRequests(clock);
    const cache = this.#cache;
    const trust = new ModelTrust();
    const typing = new Typing(clock, this.#counters, {
      onJudged: (source, judged) => trust.note(source, judged),
      onAccepted: ({ uri, source, length, isWhole }) =>
        observer.onUsage?.({ kind: "accepted", uri, ...answererOf(source), length, isWhole }),
    });
    const neighbors = createNeighbors({ clock, documents, access, toPath });
    const sender = new RequestSender({
      clock,
      random,
      cache,
      toPath,
      textAbove,
      observer: createRequestListener(this.#counters, typing, observer),
      access,
      snippetsFor: (site) => neighbors.snippetsFor(site),
      trustOf: (source) => trust.of(source),
      isTraced: observer.onExchange !== undefined,
    });
    const switches = new Switches({ clock, documents, inForce, onChange: () => this.#switched() });
    const eligibility = new Eligibility({
      documents,
      typing,
      inForce,
      access,
      textAbove,
      switches,
    });
    const waits = new Waits({ clock, typing, sender, inForce });
    const onOffered = (offered: Offered): void => this.#noteOffered(offered);
    const offers = new Offers({ documents, cache, sender, typing, trust, inForce, onOffered });
    this.documents = documents;
    this.switches = switches;
    this.#clock = clock;
    this.#inForce = inForce;
    this.#gate = gate;
    this.#typing = typing;
    this.#neighbors = neighbors;
    this.#sender = sender;
    this.#search = new Search({
      clock,
      documents,
      gate,
      cache,
      sender,
      typing,
      eligibility,
      offers,
      waits,
      inForce,
    });
    this.#askAhead = new AskAhead({ gate, sender, cache, typing, inForce });
    this.#outcomes = new OutcomeLog(log);
    this.#onStateChange = () => observer.onStateChange?.();
    this.#onUsage = (event) => observer.onUsage?.(event);
    this.#stopFollowing = followChanges({ documents, typing, gate, sender });
  }

  get isEnabled(): boolean {
    return this.#isEnabled;
  }

  get isConfigured(): boolean {
    return this.#isConfigured;
  }

  get isAsked(): boolean {
    return this.#gate.size > 0;
  }

  async suggest(request: SuggestRequest, signal: AbortSignal): Promise<CompletionOutcome> {
    const startedAt = this.#clock.now();
    const pending = this.#gate.enter(request, signal);
    this.switches.noteAsked(request.uri);
    if (this.#isClosed) pending.settle(skipped("shuttingDown"));
    else if (!this.#isEnabled) pending.settle(skipped("disabled"));
    else if (this.#isConfigured) this.#search.answer(pending);
    else void this.#limitWait(pending);
    const outcome = await pending.outcome;
    this.#counters.add("asked");
    if (outcome.kind === "dropped" && outcome.reason === "unlikely")
      this.#noteHeldBack(request.uri);
    this.#outcomes.note(request, outcome, this.#clock.now() - startedAt);
    return outcome;
  }

  accepted(id: string): void {
    this.#typing.accepted(id, (uri) => this.documents.get(uri)?.revision);
  }

  configure({ settings, provider, localSource }: SessionConfiguration): void {
    if (this.#isClosed) {
      void provider?.close();
      return;
    }
    if (provider !== this.#sender.provider) {
      this.#askAhead.reset();
      this.#typing.forgetShown();
    }
    this.#inForce.settings = settings;
    this.#inForce.localSource = localSource;
    this.#neighbors.clear();
    this.#sender.configure(settings, provider);
    this.#onStateChange();
    if (this.#isConfigured) return;
    this.#isConfigured = true;
    for (const pending of this.#gate.waiting()) this.#search.answer(pending);
  }

  setEnabled(isEnabled: boolean): void {
    this.#isEnabled = isEnabled;
    if (!isEnabled) this.#gate.settleAll(skipped("disabled"));
    else if (this.switches.snoozeMs > 0) this.switches.snooze(0);
    this.#onStateChange();
  }

  clearCache(): void {
    this.#cache.clear();
    this.#typing.forgetShown();
  }

  exclusionChanged(): void {
    this.clearCache();
    this.#sender.abortAll("withdrawn");
  }

  status(): SessionStatus {
    const { provider, health, inFlight } = this.#sender;
    return {
      isEnabled: this.#isEnabled,
      snoozeMs: this.switches.snoozeMs,
      provider: provider && {
        name: provider.name,
        model: provider.model,
        endpoint: provider.endpoint,
        state:
          provider.isLoading === true && health.state.kind === "ready"
            ? { kind: "loading", message: `loading ${provider.model}` }
            : health.state,
        lastFailure: health.lastFailure?.message,
      },
      hasWorkspaceModel: this.#inForce.localSource !== undefined,
      lastOutcome: this.#outcomes.last,
      counters: this.#counters.counters,
      cache: { entries: this.#cache.entries, bytes: this.#cache.bytes },
      inFlight,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopFollowing();
    this.#neighbors.close();
    this.switches.close();
    this.#gate.settleAll(skipped("shuttingDown"));
    const closing = this.#sender.close();
    this.#typing.close();
    this.#cache.clear();
    await closing;
  }

  /** Requests that wait are answered by what is on and off now. */
  #switched(): void {
    for (const pending of this.#gate.waiting()) {
      const { uri, trigger } = pending.request;
      const document = trigger === "automatic" ? this.documents.get(uri) : undefined;
      const reason = document && this.switches.whyNot(document);
      if (reason !== undefined) pending.settle(skipped(reason));
    }
    this.#onStateChange();
  }

  #noteOffered(offered: Offered): void {
    const { ask, offer, suggestions, isNew, isUnseen } = offered;
    if (!isUnseen) {
      if (isNew) this.#noteShown(ask.request.uri, offer.answer.source);
      this.#counters.addOrigin(suggestions[0].origin);
    }
    for (const { id, insertText } of suggestions.toReversed()) {
      const { source } = offer.answer;
      this.#typing.acceptances.noteOffered(id, {
        uri: ask.request.uri,
        length: insertText.length,
        source,
      });
    }
    this.#askAhead.noteOffered(offered);
  }

  #noteShown(uri: string, source: string): void {
    this.#counters.add("shown");
    this.#onUsage?.({ kind: "shown", uri, ...answererOf(source) });
  }

  #noteHeldBack(uri: string): void {
    this.#counters.add("heldBack");
    this.#onUsage?.({ kind: "heldBack", uri, ...answererOf(this.#sender.source) });
  }

  /** A menu's budget holds while the first settings are waited for, too. */
  async #limitWait(pending: PendingRequest): Promise<void> {
    if (pending.request.surface !== "menu") return;
    await this.#gate.pause(pending, this.#inForce.settings["completion.latencyBudgetMs"]);
    if (!this.#isConfigured) pending.settle(skipped("latencyBudget"));
  }
}

/** Who answered, from the name of an answer's source. */
function answererOf(source: string): { readonly provider: string; readonly model: string } {
  const [provider = "", , ...model] = source.split(" ");
  return { provider, model: model.join(" ") };
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
