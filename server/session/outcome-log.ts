/** Remembers and logs how requests end: what, why and how long; never text, never a path. */
import { isLogged, type Log } from "../base/log.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";
import type { LastOutcome } from "./status.ts";
import type { SuggestRequest } from "./types.ts";

export class OutcomeLog {
  readonly #log: Log;
  #last: LastOutcome | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  get last(): LastOutcome | undefined {
    return this.#last;
  }

  note({ surface, trigger }: SuggestRequest, outcome: CompletionOutcome, tookMs: number): void {
    this.#last = { kind: outcome.kind, reason: reasonOf(outcome), tookMs };
    if (!isLogged(this.#log, "debug")) return;
    const took = `${tookMs.toFixed(1)} ms`;
    this.#log.write("debug", `${surface} ${trigger}: ${describe(outcome)}, ${took}`);
  }
}

function reasonOf(outcome: CompletionOutcome): string | undefined {
  switch (outcome.kind) {
    case "suggested":
      return outcome.suggestions[0].origin;
    case "skipped":
    case "dropped":
      return outcome.reason;
    case "failed":
      return outcome.failure.message;
    case "superseded":
    case "cancelled":
      return undefined;
  }
}

function describe(outcome: CompletionOutcome): string {
  if (outcome.kind !== "suggested") {
    const reason = reasonOf(outcome);
    return reason === undefined ? outcome.kind : `${outcome.kind} (${reason})`;
  }
  const [{ insertText, origin, probability }] = outcome.suggestions;
  const claim = probability === undefined ? "" : `, probability ${probability.toFixed(2)}`;
  return `suggested ${insertText.length} characters (${origin}${claim})`;
}
