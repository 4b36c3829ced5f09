/** The server's state as an editor shows it: a word for a status line, a sentence for its tooltip, a paragraph. */
import type { SessionStatus } from "../../session/status.ts";
import { maxNoticeLength } from "../../session/provider/trouble.ts";

export interface StateFacts {
  readonly session: SessionStatus;
  /** Why the configured provider cannot be used. */
  readonly problem: string | undefined;
  /** No key was found, so only the workspace model answers. */
  readonly isKeyMissing: boolean;
}

/** The parameters of the notification `fim/status`. */
export interface ShownState {
  readonly kind: StateKind;
  /** A few words. */
  readonly text: string;
  /** What it means and what to do. */
  readonly tooltip: string;
}

export type StateKind =
  /** Switched off by the user; `snoozed`: for a while. */
  | "off"
  | "snoozed"
  /** The workspace model answers alone, because there is no key. */
  | "noKey"
  /** Nothing comes from the provider until the user acts; `paused`: for a while. */
  | "error"
  | "paused"
  | "loading"
  | "working"
  | "ready";

export function shownState({ session, problem, isKeyMissing }: StateFacts): ShownState {
  const { isEnabled, snoozeMs, provider, inFlight } = session;
  if (!isEnabled) return state("off", "off", "Suggestions are off. fim.toggle switches them on.");
  if (snoozeMs > 0) {
    const text = `snoozed ${Math.ceil(snoozeMs / 60_000)} min`;
    return state("snoozed", text, "Nothing is suggested while typing. A key still asks.");
  }
  if (provider === undefined) {
    const tooltip =
      problem ?? "Set a key for better suggestions. The workspace model answers alone.";
    if (isKeyMissing) return state("noKey", "no key", tooltip);
    return problem === undefined
      ? state("ready", "workspace", "Ready: the workspace model answers alone.")
      : state("error", "settings", problem);
  }
  const { state: now, model } = provider;
  switch (now.kind) {
    case "off":
      return state("error", now.trouble, now.message);
    case "coolingDown":
      return state("paused", now.trouble, now.message);
    case "loading":
      return state("loading", "loading", now.message);
    case "ready": {
      const name = model === "" ? provider.name : model;
      return inFlight > 0
        ? state("working", "working", `${name} is asked.`)
        : state("ready", "ready", `Ready: ${name} answers.`);
    }
  }
}

function state(kind: StateKind, text: string, tooltip: string): ShownState {
  return { kind, text, tooltip };
}

/** For people, on one line: the log of some editors shows no more. */
export function describeStatus(facts: StateFacts): string {
  const { session } = facts;
  const { provider, lastOutcome, counters } = session;
  const { requests, shown, accepted, tokensIn, tokensOut, estimatedCost } = counters;
  const { tooltip } = shownState(facts);
  const from =
    provider === undefined
      ? undefined
      : `Provider: ${[provider.name, provider.model, provider.endpoint].filter(Boolean).join(" ")}.`;
  const last =
    lastOutcome === undefined
      ? "Nothing was asked yet."
      : `Last: ${[lastOutcome.kind, lastOutcome.reason].filter(Boolean).join(", ")}.`;
  const cost = estimatedCost === undefined ? "" : `, about $${estimatedCost.toFixed(4)}`;
  const counts = `${requests} requests, ${shown} shown, ${accepted} accepted, ${tokensIn} tokens in, ${tokensOut} out${cost}.`;
  return [tooltip.replace(/[^.!?]$/, "$&."), from, last, counts].filter(Boolean).join(" ");
}

/** The same in less than a line of a terminal. */
export function summarizeStatus(facts: StateFacts): string {
  const { text, kind } = shownState(facts);
  const { shown, accepted } = facts.session.counters;
  const model = facts.session.provider?.model ?? "";
  const name = model === "" || text === "workspace" ? "" : ` (${model.slice(0, 24)})`;
  const isWell = kind === "ready" || kind === "working" || kind === "loading";
  const more = isWell ? "" : "; more in the log";
  return `${text}${name}: ${shown} shown, ${accepted} accepted${more}`.slice(0, maxNoticeLength);
}
