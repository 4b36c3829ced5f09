/**
 * When the provider may be asked. After a failure it is left alone for a while, or until the configuration
 * changes where only that can help; the user is told once per change of state (invariant 8). Requests
 * never queue up behind a cool-down: they are answered empty.
 */
import type { Clock } from "../../base/clock.ts";
import type { CompletionFailure, SkipReason } from "../../engine/outcome.ts";
import type { Trigger } from "../../engine/prompt/prompt.ts";
import type { ProviderNotice } from "../types.ts";
import type { ProviderState } from "../status.ts";
import { recoveryNotice, troubleNotice, troubleOf } from "./trouble.ts";

export interface HealthDependencies {
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** Base URL of the provider in force, for people. */
  readonly endpoint: () => string;
  readonly notify: (notice: ProviderNotice) => void;
}

/** First pause and longest one; it doubles with every failure in a row. */
interface CoolDown {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Spread over zero to the whole, so that many clients do not come back together. */
  readonly isJittered: boolean;
}

const unreachable: CoolDown = { firstMs: 2000, maxMs: 60_000, isJittered: false };
const rateLimited: CoolDown = { firstMs: 2000, maxMs: 60_000, isJittered: true };
const unavailable: CoolDown = { firstMs: 1000, maxMs: 30_000, isJittered: false };
/** A deadline that passes now and then is no reason to stop asking; three in a row are. */
const timeoutsBeforeCoolDown = 3;
/** A provider that keeps failing and recovering is reported at most once in this time. */
const repeatNoticeAfterMs = 600_000;

type State =
  | { readonly kind: "ready" }
  | { readonly kind: "coolingDown"; readonly until: number; readonly failure: CompletionFailure }
  | { readonly kind: "off"; readonly failure: CompletionFailure };

export class ProviderHealth {
  readonly #dependencies: HealthDependencies;
  #state: State = { kind: "ready" };
  /** Failures since the last success. */
  #failures = 0;
  #timeouts = 0;
  #noticedAt = new Map<CompletionFailure["kind"], number>();
  /** The user has seen a notice of a failure that has not ended yet. */
  #isFailureTold = false;
  #lastFailure: CompletionFailure | undefined;

  constructor(dependencies: HealthDependencies) {
    this.#dependencies = dependencies;
  }

  get state(): ProviderState {
    const state = this.#state;
    if (state.kind === "ready") return state;
    const { failure } = state;
    const cause = { trouble: troubleOf(failure), message: failure.message };
    if (state.kind === "off") return { kind: "off", ...cause };
    const forMs = state.until - this.#dependencies.clock.now();
    if (forMs <= 0) return { kind: "ready" };
    return { kind: "coolingDown", forMs: Math.ceil(forMs), ...cause };
  }

  /** Of the last request, where it failed. */
  get lastFailure(): CompletionFailure | undefined {
    return this.#lastFailure;
  }

  /** The failure that keeps the provider off until it is configured again. */
  get offFailure(): CompletionFailure | undefined {
    return this.#state.kind === "off" ? this.#state.failure : undefined;
  }

  /** Why it is not asked now. A request by key is allowed during a cool-down. */
  whyNot(trigger: Trigger): SkipReason | undefined {
    const { kind } = this.state;
    if (kind === "off") return "providerOff";
    return kind === "coolingDown" && trigger === "automatic" ? "coolingDown" : undefined;
  }

  /** The configuration changed: all is forgiven. */
  reset(): void {
    this.#state = { kind: "ready" };
    this.#failures = 0;
    this.#timeouts = 0;
    this.#noticedAt.clear();
    this.#isFailureTold = false;
    this.#lastFailure = undefined;
  }

  noteSuccess(): void {
    this.#lastFailure = undefined;
    this.#failures = 0;
    this.#timeouts = 0;
    this.#state = { kind: "ready" };
    if (!this.#isFailureTold) return;
    this.#isFailureTold = false;
    const { notify, endpoint } = this.#dependencies;
    notify({ severity: "info", message: recoveryNotice(endpoint()) });
  }

  noteFailure(failure: CompletionFailure): void {
    this.#lastFailure = failure;
    if (failure.kind === "timeout" && ++this.#timeouts < timeoutsBeforeCoolDown) return;
    this.#failures += 1;
    const pauseMs = this.#pauseMs(failure);
    if (pauseMs === undefined) {
      const wasOff = this.#state.kind === "off";
      this.#state = { kind: "off", failure };
      if (!wasOff) this.#tell("error", failure, undefined);
      return;
    }
    const until = this.#dependencies.clock.now() + pauseMs;
    this.#state = { kind: "coolingDown", until, failure };
    this.#tell("warning", failure, pauseMs);
  }

  /** How long to leave the provider alone; `undefined`: until it is configured again. */
  #pauseMs(failure: CompletionFailure): number | undefined {
    switch (failure.kind) {
      case "unauthorized":
        return undefined;
      case "rejected":
        // A 400 may lie in one prompt; the other refusals lie in the configuration.
        if (failure.isPermanent === true) return undefined;
        return failure.status === 400 || failure.isRetryable
          ? this.#growing(unreachable)
          : undefined;
      case "rateLimited":
        return failure.retryAfterMs ?? this.#growing(rateLimited);
      case "unreachable":
        return this.#growing(unreachable);
      case "timeout":
      case "unavailable":
      case "malformedStream":
        return Math.max(failure.retryAfterMs ?? 0, this.#growing(unavailable));
    }
  }

  #growing({ firstMs, maxMs, isJittered }: CoolDown): number {
    const whole = Math.min(maxMs, firstMs * 2 ** Math.min(this.#failures - 1, 16));
    // Full jitter, but never at once: the provider has just said that it was too much.
    return isJittered ? Math.max(firstMs / 2, whole * this.#dependencies.random()) : whole;
  }

  #tell(
    severity: "error" | "warning",
    failure: CompletionFailure,
    pauseMs: number | undefined,
  ): void {
    if (this.#isFailureTold && severity === "warning") return;
    const { clock, notify, endpoint } = this.#dependencies;
    const now = clock.now();
    const last = this.#noticedAt.get(failure.kind);
    if (last !== undefined && now - last < repeatNoticeAfterMs) return;
    this.#noticedAt.set(failure.kind, now);
    this.#isFailureTold = true;
    const message = troubleNotice(failure, endpoint(), pauseMs);
    notify({ severity, message, detail: failure.message });
  }
}
