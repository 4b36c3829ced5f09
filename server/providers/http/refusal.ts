/** Turns an HTTP status other than success into a `ProviderError` with a remedy. */
import type { Clock } from "../../base/clock.ts";
import type { FailureKind } from "../../engine/outcome.ts";
import { readErrorBody, type ErrorBody } from "./error-body.ts";
import { ProviderError } from "../provider.ts";

export interface Refusal {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** At most 64 KiB of the body. */
  readonly body: string;
}

export interface RefusalContext {
  /** For people: where the request went. */
  readonly url: string;
  readonly clock: Clock;
  /** Prompt, suffix and key: never repeated in a message. */
  readonly sent: readonly string[];
  /** The provider's own advice for this status, added after the general text. */
  readonly remedy?: (status: number, body: ErrorBody) => string | undefined;
}

export interface ExplainedRefusal {
  readonly error: ProviderError;
  readonly body: ErrorBody;
}

/** A longer time is reduced to this: the server's clock or header may be far off. */
const maxRetryAfterMs = 24 * 3_600_000;

export function explainRefusal(refusal: Refusal, context: RefusalContext): ExplainedRefusal {
  const { status } = refusal;
  const body = readErrorBody(refusal.body, context.sent);
  const remedy = context.remedy?.(status, body) ?? generalRemedy(status, body, refusal);
  const said = body.message === "" ? "" : `: ${body.message.replace(/[.\s]+$/, "")}`;
  const retryAfterMs = retryAfter(refusal, context.clock);
  const message = `${context.url} answered ${status}${said}. ${remedy}`.trimEnd();
  return {
    body,
    error: new ProviderError({
      kind: kindOf(status),
      status,
      isRetryable: status === 429 || status === 408 || status >= 500,
      message,
      ...(body.isPromptTooLong && { isPromptTooLong: true }),
      ...(body.isWithoutFim && kindOf(status) === "rejected" && { isPermanent: true }),
      ...(retryAfterMs !== undefined && { retryAfterMs }),
    }),
  };
}

function kindOf(status: number): FailureKind {
  if (status === 401 || status === 403) return "unauthorized";
  if (status === 429) return "rateLimited";
  if (status === 408 || status >= 500) return "unavailable";
  return "rejected";
}

function generalRemedy(status: number, body: ErrorBody, refusal: Refusal): string {
  if (body.isPromptTooLong)
    return "The prompt was longer than the model's context; it is cut from now on.";
  if (body.isWithoutFim)
    return "This model cannot fill in the middle: choose another one by provider.model.";
  if (status >= 300 && status < 400) {
    const target = originOf(refusal.header("location"));
    return `Redirects are not followed: check provider.endpoint${target}.`;
  }
  switch (status) {
    case 400:
    case 422:
      return "Check provider.model and the other provider settings.";
    case 401:
      return "Check the key, and that provider.endpoint is the host that it belongs to.";
    case 402:
      return "The account has no balance left.";
    case 403:
      return "The key may not use this model. Check provider.model and the rights of the key.";
    case 404:
      return "Check provider.endpoint and provider.model.";
    case 429:
      return "The rate limit is used up; automatic requests pause.";
    default:
      return status >= 500 ? "The service is in trouble; automatic requests pause." : "";
  }
}

/**
 * `Retry-After` in seconds or as a date. Otherwise derived from the limit headers that Mistral sends: if nothing is
 * left of the month, retry in an hour; if nothing is left of the minute, in a minute.
 */
function retryAfter({ status, header }: Refusal, clock: Clock): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const told = header("retry-after")?.trim();
  if (told !== undefined && told !== "") {
    const ms = /^\d+(?:\.\d+)?$/.test(told)
      ? Number(told) * 1000
      : Date.parse(told) - sentAt(header, clock);
    if (!Number.isNaN(ms)) return Math.min(Math.max(0, ms), maxRetryAfterMs);
  }
  if (header("x-ratelimit-remaining-tokens-month") === "0") return 3_600_000;
  const reset = Number(header("ratelimitbysize-reset") ?? Number.NaN);
  if (reset > 0) return Math.min(reset * 1000, maxRetryAfterMs);
  const minute = ["req-minute", "tokens-minute"].map((name) =>
    header(`x-ratelimit-remaining-${name}`),
  );
  return minute.includes("0") ? 60_000 : undefined;
}

/** By the clock that wrote the other date, where it says so: this machine's may be wrong by hours. */
function sentAt(header: Refusal["header"], clock: Clock): number {
  const told = Date.parse(header("date") ?? "");
  return Number.isNaN(told) ? clock.wallTime() : told;
}

function originOf(location: string | undefined): string {
  if (location === undefined || !URL.canParse(location)) return "";
  const { origin } = new URL(location);
  return origin.length > 60 ? "" : ` (sent to ${origin})`;
}
