/**
 * One request to the provider, from its start to its landing. It is kept while its answer can still agree with
 * the text, whoever asked for it: editors cancel on every key and ask again a moment later. Whatever
 * happens it lands exactly once, at the latest when it is aborted.
 */
import { Aborted, type AbortCause } from "../../base/abort.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { follow, type KnownText } from "../../engine/advance.ts";
import type { CursorText, Place } from "../../engine/cursor-text.ts";
import type { CompletionFailure } from "../../engine/outcome.ts";
import type { AnswerReader, AnswerResult } from "../../engine/postprocess/index.ts";
import type { FimRequest } from "../../engine/prompt/prompt.ts";
import {
  ProviderError,
  type FimProvider,
  type FinishReason,
  type TokenUsage,
} from "../../providers/provider.ts";
import type { PendingRequest } from "../request/request-gate.ts";
import { isAt } from "../request/suggestion-cache.ts";

/** How a flight ended. */
export type Landing =
  | {
      readonly kind: "kept";
      readonly result: Extract<AnswerResult, { kind: "kept" }>;
      /** The model came to an end by itself, or the reader had enough. */
      readonly isComplete: boolean;
    }
  | Extract<AnswerResult, { kind: "dropped" }>
  | { readonly kind: "failed"; readonly failure: CompletionFailure }
  | { readonly kind: "aborted"; readonly cause: AbortCause };

/** What a waiting request hears. */
export type FlightNews = "landed" | "diverged" | "left";

/** What goes out, and the reader of what comes back; made anew when the prompt has to shrink. */
export interface Departure {
  readonly request: FimRequest;
  readonly reader: AnswerReader;
}

/** What the session learns from a flight, for health, rate and counters. */
export interface FlightReport {
  readonly landing: Landing;
  readonly departure: Departure;
  readonly raw: string;
  /** From sending to the first text, and to the landing. */
  readonly firstTextMs: number | undefined;
  readonly tookMs: number;
  readonly usage: TokenUsage | undefined;
}

export interface FlightDependencies {
  readonly clock: Clock;
  readonly provider: FimProvider;
  /** Called before every request that goes out: counts it. */
  readonly prepare: () => Departure;
  /** Asked before a second try. */
  readonly mayRetry: () => boolean;
  /** Called once, before those who wait hear of the landing. */
  readonly onLanded: (report: FlightReport) => void;
}

export interface FlightPlan {
  readonly id: string;
  readonly uri: string;
  readonly place: Place;
  /** Provider, endpoint and model. */
  readonly source: string;
  readonly trigger: "automatic" | "invoked";
  /** Asked ahead of a state that is not there yet: nobody waits for it. */
  readonly isSpeculative: boolean;
}

/** A flight that nobody has asked for during this time is given up. */
const interestMs = 1000;
/** A key press may wait this long for one more try. */
const longestRetryMs = 2000;
const retryAfterMs = 300;
/** Text right of the cursor that an answer may turn out to replace; known only when it is read. */
const assumedReplacedLength = 64;

export class Flight {
  readonly plan: FlightPlan;
  readonly #dependencies: FlightDependencies;
  readonly #controller = new AbortController();
  readonly #startedAt: number;
  readonly #waiting = new Set<Waiting>();
  #departure: Departure;
  #landing: Landing | undefined;
  #firstTextMs: number | undefined;
  #usage: TokenUsage | undefined;
  #interest: Timer | undefined;

  /** Sends at once. */
  constructor(plan: FlightPlan, dependencies: FlightDependencies) {
    this.plan = plan;
    this.#dependencies = dependencies;
    this.#startedAt = dependencies.clock.now();
    this.#departure = dependencies.prepare();
    this.#watchInterest();
    void this.#run();
  }

  get landing(): Landing | undefined {
    return this.#landing;
  }

  /** The answer as far as it has come; for a latency budget that is over. */
  preview(): { readonly raw: string; readonly result: AnswerResult } {
    const { reader } = this.#departure;
    return { raw: reader.raw, result: reader.finish("truncated") };
  }

  /** True when the answer, or what will come of it, may still fit the cursor's text. */
  agrees(at: CursorText): boolean {
    const { raw } = this.#departure.reader;
    const text = raw.replaceAll("\r\n", "\n");
    return this.#isFollowed(text, at) || this.#isFollowed(text.trimStart(), at);
  }

  /** Waits until the flight lands, has diverged from `at`, or `pending` is settled. */
  wait(at: CursorText, pending: PendingRequest): Promise<FlightNews> {
    if (this.#landing !== undefined) return Promise.resolve("landed");
    if (pending.isSettled) return Promise.resolve("left");
    this.#interest?.cancel();
    return new Promise((resolve) => {
      const end = (news: FlightNews): void => {
        forget();
        this.#waiting.delete(waiting);
        this.#watchInterest();
        resolve(news);
      };
      const forget = pending.onSettled(() => end("left"));
      const waiting: Waiting = { at, hasMoved: !isAt(this.plan.place, at), end };
      this.#waiting.add(waiting);
    });
  }

  abort(cause: AbortCause): void {
    if (this.#landing !== undefined) return;
    this.#land({ kind: "aborted", cause });
    this.#controller.abort(new Aborted(cause));
  }

  async #run(): Promise<void> {
    for (let attempt = 1; this.#landing === undefined; attempt++) {
      const landing = await this.#fly();
      const pauseMs = this.#retryPause(landing, attempt);
      if (pauseMs === undefined) return this.#land(landing);
      await this.#pause(pauseMs);
      if (this.#landing !== undefined) return;
      if (!this.#dependencies.mayRetry()) return this.#land(landing);
      this.#departure = this.#dependencies.prepare();
    }
  }

  async #fly(): Promise<Landing> {
    const { provider, clock } = this.#dependencies;
    const { request, reader } = this.#departure;
    const { signal } = this.#controller;
    try {
      for await (const event of provider.complete(request, signal)) {
        if (this.#landing !== undefined) break;
        if (event.kind === "end") {
          this.#usage = event.usage;
          this.#land(landingOf(reader, event.finishReason));
          break;
        }
        this.#firstTextMs ??= clock.now() - this.#startedAt;
        if (reader.push(event.text)) {
          // Landing comes before leaving the loop, which waits until the far side is told.
          this.#land(landingOf(reader, "stop"));
          break;
        }
        this.#releaseDiverged();
      }
      return this.#landing ?? landingOf(reader, "truncated");
    } catch (error) {
      if (signal.aborted) return { kind: "aborted", cause: "cancelled" };
      return { kind: "failed", failure: toFailure(error) };
    }
  }

  /** How long to wait before trying once more; `undefined`: the landing stands. */
  #retryPause(landing: Landing, attempt: number): number | undefined {
    if (landing.kind !== "failed" || attempt > 1) return undefined;
    const { failure } = landing;
    if (failure.isPromptTooLong === true) return 0;
    if (this.plan.trigger !== "invoked") return undefined;
    if (failure.kind === "unavailable") return failure.retryAfterMs ?? retryAfterMs;
    const isShort = (failure.retryAfterMs ?? Number.POSITIVE_INFINITY) <= longestRetryMs;
    return failure.kind === "rateLimited" && isShort ? failure.retryAfterMs : undefined;
  }

  #pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#dependencies.clock.setTimer(resolve, Math.min(ms, longestRetryMs));
      this.#controller.signal.addEventListener(
        "abort",
        () => {
          timer.cancel();
          resolve();
        },
        { once: true },
      );
    });
  }

  #land(landing: Landing): void {
    if (this.#landing !== undefined) return;
    this.#landing = landing;
    this.#interest?.cancel();
    const { clock, onLanded } = this.#dependencies;
    onLanded({
      landing,
      departure: this.#departure,
      raw: this.#departure.reader.raw,
      firstTextMs: this.#firstTextMs,
      tookMs: clock.now() - this.#startedAt,
      usage: this.#usage,
    });
    for (const { end } of this.#waiting) end("landed");
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
    const { mode, mayPromote } = this.#departure.request.prompt;
    return mode === "multiLine" || mayPromote || !typed.includes("\n");
  }

  #watchInterest(): void {
    this.#interest?.cancel();
    if (this.#landing !== undefined || this.#waiting.size > 0 || this.plan.isSpeculative) return;
    const { clock } = this.#dependencies;
    this.#interest = clock.setTimer(() => this.abort("stale"), interestMs);
  }
}

interface Waiting {
  readonly at: CursorText;
  /** Elsewhere than where it was asked: there every answer agrees. */
  readonly hasMoved: boolean;
  readonly end: (news: FlightNews) => void;
}

function landingOf(reader: AnswerReader, finishReason: FinishReason): Landing {
  const result = reader.finish(finishReason);
  const isComplete = finishReason === "stop";
  return result.kind === "kept" ? { kind: "kept", result, isComplete } : result;
}

function toFailure(error: unknown): CompletionFailure {
  if (error instanceof ProviderError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return { kind: "unavailable", isRetryable: true, message: `The provider failed: ${message}` };
}
