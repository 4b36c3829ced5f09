/**
 * The requests that wait for an answer. Invariant 1 is kept here: a request is settled exactly once, at once
 * when a newer one of its document and surface comes, when the client cancels it, or when all is closed.
 */
import type { Clock } from "../../base/clock.ts";
import { sleep } from "../../base/wait.ts";
import type { CompletionOutcome } from "../../engine/outcome.ts";
import type { SuggestRequest } from "../types.ts";

export interface PendingRequest {
  readonly request: SuggestRequest;
  readonly outcome: Promise<CompletionOutcome>;
  readonly isSettled: boolean;
  /** Aborted once the request is settled: what is done for it alone can stop. */
  readonly settled: AbortSignal;
  /** No client waits for it: it fetches an answer for the next request. */
  readonly isUnseen: boolean;
  /** `Clock.now`. */
  readonly enteredAt: number;
  /** The first call decides; later ones do nothing. */
  settle(outcome: CompletionOutcome): void;
}

export class PendingRequests {
  readonly #clock: Clock;
  /** At most one per document and surface. */
  readonly #pending = new Map<string, PendingRequest>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Registers `request`; the older one of its document and surface is answered `superseded` now. */
  enter(request: SuggestRequest, signal: AbortSignal): PendingRequest {
    this.dropUnseen(request.uri);
    const pending = this.#register(request, request.surface);
    const cancel = (): void => pending.settle({ kind: "cancelled" });
    signal.addEventListener("abort", cancel, { once: true, signal: pending.settled });
    if (signal.aborted) cancel();
    return pending;
  }

  /** A search that goes on without its request. It ends with the next request or change of the document. */
  enterUnseen(request: SuggestRequest): PendingRequest {
    return this.#register(request, "unseen");
  }

  /** All that wait now. */
  waiting(): readonly PendingRequest[] {
    return [...this.#pending.values()];
  }

  dropUnseen(uri: string): void {
    this.#pending.get(keyOf(uri, "unseen"))?.settle({ kind: "superseded" });
  }

  /** What waits in the document: none, one or, with two surfaces, two. */
  waitingIn(uri: string): readonly PendingRequest[] {
    const inline = this.#pending.get(keyOf(uri, "inline"));
    const menu = this.#pending.get(keyOf(uri, "menu"));
    return [inline, menu].filter((pending) => pending !== undefined);
  }

  /** Answers everything that waits in the document now. */
  supersede(uri: string): void {
    for (const pending of this.waitingIn(uri)) pending.settle({ kind: "superseded" });
    this.dropUnseen(uri);
  }

  /** Resolves after `delayMs`, or as soon as `pending` is settled. */
  pause(pending: PendingRequest, delayMs: number): Promise<void> {
    return sleep(this.#clock, delayMs, pending.settled);
  }

  settleAll(outcome: CompletionOutcome): void {
    for (const pending of this.#pending.values()) pending.settle(outcome);
  }

  #register(request: SuggestRequest, surface: Surface): PendingRequest {
    const key = keyOf(request.uri, surface);
    this.#pending.get(key)?.settle({ kind: "superseded" });
    const pending = createPending(request, surface === "unseen", this.#clock.now());
    this.#pending.set(key, pending);
    const forget = (): void => {
      if (this.#pending.get(key) === pending) this.#pending.delete(key);
    };
    pending.settled.addEventListener("abort", forget, { once: true });
    return pending;
  }
}

type Surface = SuggestRequest["surface"] | "unseen";

function keyOf(uri: string, surface: Surface): string {
  return `${surface} ${uri}`;
}

function createPending(
  request: SuggestRequest,
  isUnseen: boolean,
  enteredAt: number,
): PendingRequest {
  const controller = new AbortController();
  const settled = controller.signal;
  let resolve: ((outcome: CompletionOutcome) => void) | undefined;
  const outcome = new Promise<CompletionOutcome>((settle) => {
    resolve = settle;
  });
  return {
    request,
    outcome,
    settled,
    isUnseen,
    enteredAt,
    get isSettled() {
      return settled.aborted;
    },
    settle(decided) {
      if (settled.aborted) return;
      resolve?.(decided);
      controller.abort("settled");
    },
  };
}
