/** A provider's failure in the words of a user: what kind of trouble it is, and one short line with the remedy first. */
import type { CompletionFailure } from "../../engine/outcome.ts";
import type { Trouble } from "../status.ts";

/** A line of a terminal: some editors stop the typing for a longer message. */
export const maxNoticeLength = 79;

export function troubleOf({ kind, status }: CompletionFailure): Trouble {
  switch (kind) {
    case "unauthorized":
      return "key refused";
    case "rateLimited":
      return "rate limit";
    case "unreachable":
      return "offline";
    case "timeout":
      return "slow";
    case "unavailable":
    case "malformedStream":
      return "in trouble";
    case "rejected":
      return status === 402 ? "no credit" : "refused";
  }
}

/** `pauseMs`: how long the provider is left alone. */
export function troubleNotice(
  failure: CompletionFailure,
  endpoint: string,
  pauseMs: number | undefined,
): string {
  const { hostname, host } = URL.canParse(endpoint)
    ? new URL(endpoint)
    : { hostname: endpoint, host: endpoint };
  const { status, remedy } = failure;
  // Without a status nothing was sent.
  const says = status === undefined ? "is not asked" : `answers ${status}`;
  switch (troubleOf(failure)) {
    case "key refused":
      return status === 403
        ? notice("Check provider.model and the key's rights", host, says)
        : notice("Check the key", host, "refuses it");
    case "no credit":
      return notice("Add credit", host, "says that the account has none");
    case "rate limit":
      return notice(`Wait${describePause(pauseMs)}`, host, "limits the requests");
    case "offline":
      return notice(offlineRemedy(failure, hostname), host, "cannot be reached");
    case "slow":
      return notice("Wait, or raise provider.requestTimeoutMs", host, "is slow");
    case "in trouble":
      return notice(
        remedy ?? `Wait${describePause(pauseMs)}`,
        host,
        failure.kind === "malformedStream" ? "sends a malformed answer" : "is in trouble",
      );
    case "refused":
      if (failure.isPermanent === true) {
        return notice("Choose another provider.model", host, "cannot fill in with this one");
      }
      return notice(remedy ?? "Check provider.model and provider.endpoint", host, says);
  }
}

export function recoveryNotice(endpoint: string): string {
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : endpoint;
  return `Suggestions are back${host === "" ? "" : `: ${clip(host, 40)} answers again`}.`;
}

function notice(remedy: string, host: string, what: string): string {
  const room = maxNoticeLength - remedy.length - what.length - 4;
  return `${remedy}: ${clip(host, room)} ${what}.`;
}

function offlineRemedy({ isRetryable }: CompletionFailure, hostname: string): string {
  if (!isRetryable) return "Check the certificate (provider.caFile)";
  const isHere = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
  return isHere ? "Start the model server" : "Check the network and the proxy";
}

function describePause(pauseMs: number | undefined): string {
  if (pauseMs === undefined) return "";
  const seconds = Math.ceil(pauseMs / 1000);
  return seconds <= 120 ? ` ${seconds} s` : ` ${Math.ceil(seconds / 60)} min`;
}

function clip(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}…`;
}
