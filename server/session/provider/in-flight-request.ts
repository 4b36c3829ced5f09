/**
 * One request to the provider, from its start to its end. It goes on while its answer can still agree with the
 * text, even if the client has cancelled: editors cancel on every key and ask again a moment later. It ends
 * exactly once, at the latest when it is aborted.
 */
import { Aborted, type AbortCause } from "../../base/abort.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { sleep } from "../../base/wait.ts";
import { follow, isAt, type KnownText } from "../../engine/advance.ts";
import type { ConfidentReader, ReadAnswer } from "../../engine/confidence/confident-reader.ts";
import type { Evidence } from "../../engine/confidence/line-probabilities.ts";
import type { CursorText, Place } from "../../engine/cursor-text.ts";
import type { CompletionFailure } from "../../engine/outcome.ts";
import type { AnswerResult } from "../../engine/postprocess/index.ts";
import type { FimRequest, Trigger } from "../../engine/prompt/prompt.ts";
import {
  ProviderError,
  type FimProvider,
  type FinishReason,
  type TokenUsage,
} from "../../providers/provider.ts";

/** How a request in flight ended. */
export type RequestEnding =
  | {
      readonly kind: "kept";
      readonly result: Extract<AnswerResult, { kind: "kept" }>;
      /** The model came to an end by itself, or the reader had enough. */
      readonly isComplete: boolean;
      readonly evidence: Evidence | undefined;
      readonly isFragment: boolean;
    }
  | Extract<AnswerResult, { kind: "dropped" }>
  | { readonly kind: "failed"; readonly failure: CompletionFailure }
  | { readonly kind: "aborted"; readonly cause: AbortCause };

/** What a waiting request hears. */
export type InFlightNews = "ended" | "diverged" | "left";

/** What goes out, and the reader of what comes back. A second try has its own. */
export interface PreparedRequest {
  readonly request: FimRequest;
  readonly reader: ConfidentReader;
}

/** What the session learns from a request in flight, for health, rate and counters. */
export interface RequestReport {
  readonly ending: RequestEnding;
  /** The stream was ended because nothing that followed could be shown. */
  readonly isStoppedUnlikely: boolean;
  readonly prepared: PreparedRequest;
  readonly raw: string;
  /** From sending to the first text, and to the end. */
  readonly firstTextMs: number | undefined;
  readonly tookMs: number;
  readonly usage: TokenUsage | undefined;
}

export interface InFlightDependencies {
  readonly clock: Clock;
  readonly provider: FimProvider;
  /** Called before every try. */
  readonly prepare: () => PreparedRequest;
  /** Asked before a second try. */
  readonly mayRetry: () => boolean;
  /** Called once, before the requests that wait for it go on. */
  readonly onEnded: (report: RequestReport) => void;
}

export interface RequestPlan {
  readonly id: string;
  readonly uri: string;
  readonly place: Place;
  /** Provider, endpoint and model. */
  readonly source: string;
  readonly trigger: Trigger;
  /** Sent for a text that the document does not hold yet: no client waits for it. */
  readonly isSpeculative: boolean;
}

/** A request that no client has waited for during this time is given up. */
const interestMs = 1000;
/** A key press may wait this long for one more try. */
const longestRetryMs = 2000;
const retryAfterMs = 300;
/** Text right of the cursor that an answer may turn out to replace; known only when it is read. */
const assumedReplacedLength = 64;

export class InFlightRequest {
  readonly plan: RequestPlan;
  readonly #dependencies: InFlightDependencies;
  readonly #controller = new AbortController();
  readonly #startedAt: number;
  readonly #waiting = new Set<Waiting>();
  #prepared: PreparedRequest;
  #ending: RequestEnding | undefined;
  #firstTextMs: number | undefined;
  #usage: TokenUsage | undefined;
  #needsFirstLine = false;
  #isStoppedUnlikely = false;
  #interest: Timer | undefined;

  /** Sends at once. */
  constructor(plan: RequestPlan, dependencies: InFlightDependencies) {
    this.plan = plan;
    this.#dependencies = dependencies;
    this.#startedAt = dependencies.clock.now();
    this.#prepared = dependencies.prepare();
    this.#watchInterest();
    void this.#run();
  }

  get ending(): RequestEnding | undefined {
    return this.#ending;
  }

  /** The answer as far as it has come; for a latency budget that is over. */
  preview(): ReadAnswer & { readonly raw: string } {
    const { reader } = this.#prepared;
    return { raw: reader.raw, ...reader.finish("truncated") };
  }

  /** A user asks by key for what was asked while typing: the first line is read to its end. */
  needFirstLine(): void {
    this.#needsFirstLine = true;
    this.#prepared.reader.needFirstLine();
  }

  /** True when the answer, or what will come of it, may still fit the cursor's text. */
  agrees(at: CursorText): boolean {
    const { raw } = this.#prepared.reader;
    const text = raw.replaceAll("\r\n", "\n");
    return this.#isFollowed(text, at) || this.#isFollowed(text.trimStart(), at);
  }

  /** Waits until the request ends, until its answer disagrees with `at`, or until `left` is aborted. */
  wait(at: CursorText, left: AbortSignal): Promise<InFlightNews> {
    if (this.#ending !== undefined) return Promise.resolve("ended");
    if (left.aborted) return Promise.resolve("left");
    this.#interest?.cancel();
    return new Promise((resolve) => {
      const end = (news: InFlightNews): void => {
        left.removeEventListener("abort", leave);
        this.#waiting.delete(waiting);
        this.#watchInterest();
        resolve(news);
      };
      const leave = (): void => end("left");
      left.addEventListener("abort", leave, { once: true });
      const waiting: Waiting = { at, hasMoved: !isAt(this.plan.place, at), end };
      this.#waiting.add(waiting);
    });
  }

  abort(cause: AbortCause): void {
    if (this.#ending !== undefined) return;
    this.#end({ kind: "aborted", cause });
    this.#controller.abort(new Aborted(cause));
  }

  async #run(): Promise<void> {
    const { clock } = this.#dependencies;
    for (let attempt = 1; this.#ending === undefined; attempt++) {
      const ending = await this.#send();
      const pauseMs = this.#retryPause(ending, attempt);
      if (pauseMs === undefined) return this.#end(ending);
      await sleep(clock, Math.min(pauseMs, longestRetryMs), this.#controller.signal);
      if (this.#ending !== undefined) return;
      if (!this.#dependencies.mayRetry()) return this.#end(ending);
      this.#prepared = this.#dependencies.prepare();
      if (this.#needsFirstLine) this.#prepared.reader.needFirstLine();
    }
  }

  async #send(): Promise<RequestEnding> {
    const { provider, clock } = this.#dependencies;
    const { request, reader } = this.#prepared;
    const { signal } = this.#controller;
    try {
      for await (const event of provider.complete(request, signal)) {
        if (this.#ending !== undefined) break;
        if (event.kind === "end") {
          this.#usage = event.usage;
          this.#end(endingOf(reader, event.finishReason));
          break;
        }
        this.#firstTextMs ??= clock.now() - this.#startedAt;
        const progress = reader.push(event.text, event.tokens);
        if (progress !== "more") {
          this.#isStoppedUnlikely = progress === "unlikely";
          // Ends before leaving the loop, which waits until the connection is closed.
          this.#end(endingOf(reader, "stop"));
          break;
        }
        this.#releaseDiverged();
      }
      return this.#ending ?? endingOf(reader, "truncated");
    } catch (error) {
      if (signal.aborted) return { kind: "aborted", cause: "cancelled" };
      return { kind: "failed", failure: toFailure(error) };
    }
  }

  /** How long to wait before trying once more; `undefined`: the end stands. */
  #retryPause(ending: RequestEnding, attempt: number): number | undefined {
    if (ending.kind !== "failed" || attempt > 1) return undefined;
    const { failure } = ending;
    if (failure.isPromptTooLong === true) return 0;
    if (this.plan.trigger !== "invoked") return undefined;
    if (failure.kind === "unavailable") return failure.retryAfterMs ?? retryAfterMs;
    const isShort = (failure.retryAfterMs ?? Number.POSITIVE_INFINITY) <= longestRetryMs;
    return failure.kind === "rateLimited" && isShort ? failure.retryAfterMs : undefined;
  }

  #end(ending: RequestEnding): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#interest?.cancel();
    const { clock, onEnded } = this.#dependencies;
    onEnded({
      ending,
      isStoppedUnlikely: this.#isStoppedUnlikely,
      prepared: this.#prepared,
      raw: this.#prepared.reader.raw,
      firstTextMs: this.#firstTextMs,
      tookMs: clock.now() - this.#startedAt,
      usage: this.#usage,
    });
    for (const { end } of this.#waiting) end("ended");
  }

  #releaseDiverged(): void {
    for (const { at, hasMoved, end } of this.#waiting) {
      if (hasMoved && !this.agrees(at)) end("diverged");
    }
  }

  #isFollowed(text: string, at: CursorText): boolean {
    const known: KnownText = {
      place: this.plan.place,
      text,
      replacedLength: assumedReplacedLength,
      insertOnlyText: undefined,
    };
    const followed = follow(known, at);
    return followed !== undefined && this.#mayContain(followed.typed);
  }

  /** A single-line answer cannot lead past its line. */
  #mayContain(typed: string): boolean {
    const { mode, mayPromote } = this.#prepared.request.prompt;
    return mode === "multiLine" || mayPromote || !typed.includes("\n");
  }

  #watchInterest(): void {
    this.#interest?.cancel();
    if (this.#ending !== undefined || this.#waiting.size > 0 || this.plan.isSpeculative) return;
    const { clock } = this.#dependencies;
    this.#interest = clock.setTimer(() => this.abort("stale"), interestMs);
  }
}

interface Waiting {
  readonly at: CursorText;
  /** The text has changed since the request was sent: the answer may disagree with it. */
  readonly hasMoved: boolean;
  readonly end: (news: InFlightNews) => void;
}

function endingOf(reader: ConfidentReader, finishReason: FinishReason): RequestEnding {
  const { result, evidence, isFragment, isStopped } = reader.finish(finishReason);
  const isComplete = finishReason === "stop" && !isStopped;
  return result.kind === "kept"
    ? { kind: "kept", result, isComplete, evidence, isFragment }
    : result;
}

function toFailure(error: unknown): CompletionFailure {
  if (error instanceof ProviderError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "unavailable", isRetryable: true, message: `The provider failed: ${message}` };
}
