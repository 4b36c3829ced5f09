/**
 * A trace of how a person types and what came of it, for `log.recordTyping` and the typing benchmark: times,
 * offsets, lengths and outcomes. No text, no paths, no names; documents are numbers.
 */
import type { SessionDependencies, SuggestRequest } from "../types.ts";
import type { CompletionOutcome } from "../../engine/outcome.ts";
import type { DocumentEvent } from "../../documents/document-store.ts";

/** Begins each line of a trace in the log; the rest of the line is one `TraceRecord` as JSON. */
export const tracePrefix = "typing ";

/** `t`: milliseconds since the trace began; `d`: the document's number. */
export type TraceRecord = { readonly t: number; readonly d: number } & (
  | { readonly kind: "open"; readonly length: number }
  | {
      readonly kind: "edit";
      readonly at: number;
      readonly removed: number;
      readonly inserted: number;
      /** Line ends in what was inserted. */
      readonly lines: number;
    }
  | {
      readonly kind: "answer";
      readonly surface: SuggestRequest["surface"];
      readonly trigger: SuggestRequest["trigger"];
      readonly outcome: CompletionOutcome["kind"];
      readonly reason?: string;
      /** Of what was suggested. */
      readonly length?: number;
      readonly tookMs: number;
    }
);

/** Documents told apart; more than a person has open. */
const maxDocuments = 1000;

export class TypingTrace {
  isOn = false;
  readonly #dependencies: Pick<SessionDependencies, "clock" | "log">;
  readonly #startedAt: number;
  readonly #numbers = new Map<string, number>();

  constructor(dependencies: Pick<SessionDependencies, "clock" | "log">) {
    this.#dependencies = dependencies;
    this.#startedAt = dependencies.clock.now();
  }

  noteChange({ uri, after, edits }: DocumentEvent): void {
    if (!this.isOn || after === undefined) return;
    if (edits.length === 0) {
      this.#write({ ...this.#head(uri), kind: "open", length: after.text.length });
    }
    for (const { range, text } of edits) {
      this.#write({
        ...this.#head(uri),
        kind: "edit",
        at: range.start,
        removed: range.end - range.start,
        inserted: text.length,
        lines: text.split("\n").length - 1,
      });
    }
  }

  noteOutcome(request: SuggestRequest, outcome: CompletionOutcome, tookMs: number): void {
    if (!this.isOn) return;
    const { surface, trigger } = request;
    this.#write({
      ...this.#head(request.uri),
      kind: "answer",
      surface,
      trigger,
      outcome: outcome.kind,
      ...details(outcome),
      tookMs: rounded(tookMs),
    });
  }

  #head(uri: string): { readonly t: number; readonly d: number } {
    let d = this.#numbers.get(uri);
    if (d === undefined) {
      if (this.#numbers.size >= maxDocuments) this.#numbers.clear();
      d = this.#numbers.size + 1;
      this.#numbers.set(uri, d);
    }
    return { t: rounded(this.#dependencies.clock.now() - this.#startedAt), d };
  }

  #write(record: TraceRecord): void {
    this.#dependencies.log.write("info", tracePrefix + JSON.stringify(record));
  }
}

function details(outcome: CompletionOutcome): { reason?: string; length?: number } {
  switch (outcome.kind) {
    case "suggested": {
      const [{ origin, insertText }] = outcome.suggestions;
      return { reason: origin, length: insertText.length };
    }
    case "skipped":
    case "dropped":
      return { reason: outcome.reason };
    case "failed":
      return { reason: outcome.failure.kind };
    case "superseded":
    case "cancelled":
      return {};
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
