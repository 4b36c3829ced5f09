/** Remembers and logs how requests end: what, why and how long; never text, never a path. */
import { isLogged } from "../base/log.ts";
import type { CompletionOutcome } from "../engine/outcome.ts";
import type { SuggestRequest } from "./types.ts";
import type { SessionParts } from "./session-state.ts";
import type { LastOutcome } from "./status.ts";

export class OutcomeLog {
  readonly #parts: SessionParts;
  #last: LastOutcome | undefined;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  get last(): LastOutcome | undefined {
    return this.#last;
  }

  note(request: SuggestRequest, outcome: CompletionOutcome, startedAt: number): void {
    const { counters, dependencies } = this.#parts;
    const { surface, trigger } = request;
    const { clock, log } = dependencies;
    const tookMs = clock.now() - startedAt;
    counters.add("asked");
    this.#last = { kind: outcome.kind, reason: reasonOf(outcome), tookMs };
    if (!isLogged(log, "debug")) return;
    log.write("debug", `${surface} ${trigger}: ${describe(outcome)}, ${tookMs.toFixed(1)} ms`);
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
  const [{ insertText, origin }] = outcome.suggestions;
  return `suggested ${insertText.length} characters (${origin})`;
}
